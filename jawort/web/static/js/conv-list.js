// <conv-list>: rows change in place and move without losing the focus. While the pointer is over the list nothing moves.
import { get, swap } from "./server.js";

class ConvList extends HTMLElement {
  connectedCallback() {
    this.held = new Map();
    this.rows = this.querySelector("ol");
    this.stop = new AbortController();
    const on = (target, type, act, more) => target.addEventListener(type, act, { signal: this.stop.signal, ...more });
    on(document, "live:row", (event) => this.changed(event.detail));
    on(document, "live:resync", () => this.reload());
    on(document, "live:counts", (event) => this.count(event.detail));
    on(document, "htmx:after:history:push", () => this.mark(location.pathname));
    on(this, "pointerenter", (event) => { this.frozen = event.pointerType === "mouse"; });
    on(this, "pointerleave", () => { this.frozen = false; this.settle(); });
    // htmx prevents the click before it bubbles here, so look while it goes down.
    on(this, "click", (event) => this.clicked(event), { capture: true });
    this.mark(location.pathname);
    this.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  }

  disconnectedCallback() {
    this.stop.abort();
  }

  clicked(event) {
    if (event.target.closest("[data-settle]")) return this.settle();
    const link = event.target.closest(".row__link");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) this.mark(link.pathname);
  }

  /** Highlight the open conversation at once, before the server has answered. */
  mark(path) {
    for (const link of this.rows.querySelectorAll(".row__link")) {
      if (link.pathname === path) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }

  /** Rows as the server sent them: `<template data-row><li …></template>`, one or several. */
  changed(html) {
    this.news = (this.news ?? 0) + 1;
    const page = document.createElement("template");
    page.innerHTML = html;
    for (const sent of page.content.querySelectorAll("template[data-row]")) {
      const row = sent.content.firstElementChild;
      if (row) this.upsert(row);
    }
    this.settle();
  }

  upsert(row) {
    const present = document.getElementById(row.id);
    if (present) swap(row.outerHTML, present, "outerMorph").then(() => this.mark(location.pathname));
    if (!present || !this.belongs(row)) this.held.set(row.id, row);
    else this.held.delete(row.id);
    this.unsorted = true;
  }

  /** Whether the row has its place in the view that is shown. */
  belongs({ dataset }) {
    const { view, me } = this.dataset;
    if (view === "resolved") return dataset.status === "resolved";
    if (dataset.status !== "open") return false;
    return view === "all" || dataset.assignee === (view === "mine" ? me : "");
  }

  /** Bring in, take out and sort, unless that would move what the pointer is on. */
  settle() {
    const hint = this.querySelector(".rows__held");
    if (this.frozen && this.matches(":hover")) {
      hint.hidden = ![...this.held.values()].some((row) => this.belongs(row) && !document.getElementById(row.id));
      return;
    }
    hint.hidden = true;
    if (this.stale) this.reload();
    if (!this.unsorted) return;
    this.unsorted = false;
    for (const row of this.held.values()) this.place(row);
    this.held.clear();
    this.sort();
    this.mark(location.pathname);
    const none = document.getElementById("rows-empty");
    if (none) none.hidden = this.rows.querySelector(".row") !== null;
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

  sort() {
    const rows = [...this.rows.querySelectorAll(".row")];
    const wanted = [...rows].sort((a, b) => (a.dataset.at < b.dataset.at ? 1 : a.dataset.at > b.dataset.at ? -1 : 0));
    wanted.forEach((row, index) => {
      const there = this.rows.children[index];
      if (there === row) return;
      if (this.rows.moveBefore) this.rows.moveBefore(row, there);
      else this.rows.insertBefore(row, there);
    });
  }

  /** The list anew, after the line was down. What was told while it was on its way would be lost: then once more. */
  async reload() {
    this.stale = Boolean(this.frozen && this.matches(":hover"));
    if (this.stale) return;
    const before = this.news;
    const response = await get(this.dataset.rows).catch(() => null);
    if (!response?.ok) return;
    const text = await response.text();
    if (this.news !== before) return this.reload();
    await swap(text, this.rows, "innerMorph");
    this.mark(location.pathname);
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
