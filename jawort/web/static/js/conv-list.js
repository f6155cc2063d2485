// <conv-list>: rows change in place and move without losing the focus. While the pointer is over the list nothing moves.
import { count } from "./choosing.js";
import { ticking } from "./clock.js";
import { CurrentRow } from "./current-row.js";
import { belongs, compare, timed } from "./list-rules.js";
import { get, swap } from "./server.js";

const FRESH_TICKS = 12; // a minute: what time brings in is asked for that often

class ConvList extends HTMLElement {
  connectedCallback() {
    this.held = new Map();
    this.rows = this.querySelector("ol");
    this.stop = new AbortController();
    const on = (target, type, act, more) => target.addEventListener(type, act, { signal: this.stop.signal, ...more });
    on(document, "live:row", (event) => this.changed(event.detail));
    on(document, "live:resync", () => this.reload());
    on(document, "live:counts", (event) => this.count(event.detail));
    on(document, "htmx:after:swap", () => this.rows.childElementCount !== this.many && this.settle(true));
    on(this, "pointerenter", (event) => { this.frozen = event.pointerType === "mouse"; });
    on(this, "pointerleave", () => { this.frozen = false; this.settle(); });
    on(this, "click", ({ target }) => target.closest("[data-settle]") && this.settle());
    this.current = new CurrentRow(this, on);
    this.current.link?.scrollIntoView({ block: "nearest" });
    if (timed(this.dataset)) ticking(this, () => this.tick());
  }

  /** Rows go when their time is over; those whose time has come are asked for, unless somebody has scrolled down. */
  tick() {
    this.settle(true);
    this.ticks = (this.ticks ?? 0) + 1;
    if (this.ticks % FRESH_TICKS === 0 && this.scrollTop === 0) this.reload();
  }

  disconnectedCallback() {
    this.stop.abort();
  }

  /** Rows as the server sent them: `<template data-row><li …></template>`, one or several. They change at once, as one:
   *  each for itself, a flush of a busy time would hold up whoever clicks or types meanwhile. */
  changed(html) {
    this.news = (this.news ?? 0) + 1;
    const page = document.createElement("template");
    page.innerHTML = html;
    let text = "";
    for (const { content } of page.content.querySelectorAll("template[data-row]")) {
      const row = content.firstElementChild;
      if (row) text += this.upsert(row);
    }
    if (text) swap(text);
    this.current.mark();
    this.unsorted = true;
    this.settle();
  }

  /** What is to be swapped in, where the row is there already. */
  upsert(row) {
    const present = document.getElementById(row.id);
    if (!present || !this.belongs(row)) this.held.set(row.id, row);
    else this.held.delete(row.id);
    return present ? `<hx-partial hx-target="#${row.id}" hx-swap="outerMorph">${row.outerHTML}</hx-partial>` : "";
  }

  /** Whether the row has its place in what is shown, and not on a page that comes later. What is being read counts as
   *  unread and as a mention: it would go from under the reader. */
  belongs({ id, dataset }) {
    const more = document.getElementById("rows-more");
    if (more && compare(dataset, more.dataset, this.dataset.order) > 0) return false;
    return belongs(location.pathname.includes(id.slice(2)) ? { ...dataset, unread: "yes", mentions: this.dataset.me } : dataset, this.dataset);
  }

  /** Whether the pointer is on what would move. */
  get isHeld() {
    return Boolean(this.frozen && this.matches(":hover"));
  }

  /** Bring in, take out and sort, unless that would move what the pointer is on. */
  settle(unsorted = this.unsorted) {
    this.unsorted = unsorted;
    const hint = this.querySelector(".rows__held");
    if (this.isHeld) {
      hint.hidden = ![...this.held.values()].some((row) => this.belongs(row) && !document.getElementById(row.id));
      return;
    }
    hint.hidden = true;
    if (this.stale) this.reload();
    if (!this.unsorted) return;
    this.unsorted = false;
    for (const row of this.held.values()) this.place(row);
    this.held.clear();
    for (const row of this.rows.querySelectorAll(".row")) if (!this.belongs(row)) row.remove();
    this.sort();
    this.current.mark();
    const none = document.getElementById("rows-empty");
    if (none) none.hidden = this.rows.querySelector(".row") !== null;
    count();
  }

  place(row) {
    const present = document.getElementById(row.id);
    if (!this.belongs(row)) return present?.remove();
    if (present) return undefined;
    const fresh = document.importNode(row, true);
    this.rows.prepend(fresh);
    window.htmx.process(fresh);
    return undefined;
  }

  /** A row that moved to where the next page begins comes with that page once more: it stays once. */
  sort() {
    const once = new Map([...this.rows.querySelectorAll(".row")].map((row) => [row.id, row]));
    for (const row of this.rows.querySelectorAll(".row")) if (once.get(row.id) !== row) row.remove();
    const wanted = [...once.values()].sort((a, b) => compare(a.dataset, b.dataset, this.dataset.order));
    let there = this.rows.firstElementChild;
    for (const row of wanted) {
      if (there === row) there = row.nextElementSibling;
      else if (this.rows.moveBefore) this.rows.moveBefore(row, there);
      else this.rows.insertBefore(row, there);
    }
    this.many = this.rows.childElementCount;
  }

  /** The list anew, after the line was down. What was told while it was on its way would be lost: then once more. */
  async reload() {
    if ((this.stale = this.isHeld)) return;
    const before = this.news;
    const many = this.rows.querySelectorAll(".row").length + (this.scrollTop && 10); // or what came in pushes out where one is
    const response = await get(`${this.dataset.rows}&shown=${many}`).catch(() => null);
    if (!response?.ok) return;
    const text = await response.text();
    if (this.news !== before) return this.reload();
    if ((this.stale = this.isHeld)) return; // the pointer has come meanwhile
    document.getElementById("rows-more")?.remove(); // what was revealed once is not again: the one that comes is to be
    await swap(text, this.rows, "innerMorph");
    this.current.mark();
  }

  /** `<data data-view="mine" value="3">` for each view. */
  count(html) {
    const page = document.createElement("template");
    page.innerHTML = html;
    for (const { dataset, value } of page.content.querySelectorAll("data")) {
      for (const shown of document.querySelectorAll(`[data-count="${dataset.view}"]`)) shown.textContent = value;
    }
  }
}
customElements.define("conv-list", ConvList);
