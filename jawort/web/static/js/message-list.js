// <message-list>: the open conversation. Says "read" only when somebody has really seen it, keeps the place of who has
// scrolled up, and takes every message once, whoever brings it.
import { get, post, swap } from "./server.js";

const AT_END_PX = 80;
const STANDS = ["status", "assignee", "stopped", "snoozed", "labels", "mentions"];

class MessageList extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    const on = (target, type, act, more) => target.addEventListener(type, act, { signal: this.stop.signal, ...more });
    on(document, "live:message", (event) => this.told(JSON.parse(event.detail)));
    on(document, "live:ledger", () => this.sealed());
    on(document, "live:resync", () => this.fetch(""));
    on(document, "visibilitychange", () => this.seen());
    on(window, "focus", () => this.seen());
    on(this, "scroll", () => this.atEnd && this.jump(true), { passive: true });
    on(this.parentElement, "click", (event) => event.target.closest("[data-jump]") && this.toEnd());
    on(document, "window:closed", () => this.fetch(""));
    on(document, "live:row", (event) => this.moved(event.detail));
    on(document, "htmx:before:swap", () => { this.loose = [...this.list.querySelectorAll("[data-client]")]; });
    on(document, "htmx:after:swap", () => this.tidy());
    this.seen();
  }

  disconnectedCallback() {
    this.stop.abort();
  }

  get list() {
    return this.querySelector("ol");
  }

  /** The scroller is reversed: 0 is the newest, everything older is negative. */
  get atEnd() {
    return this.scrollTop > -AT_END_PX;
  }

  jump(hidden) {
    const jump = this.parentElement.querySelector(".jump");
    if (jump) jump.hidden = hidden;
  }

  toEnd() {
    this.scrollTop = 0;
    this.jump(true);
  }

  /** A GET never marks as read, because it is fetched ahead on mousedown; only shown and in front counts. */
  async seen() {
    if (!this.dataset.unread || this.dataset.unread === "0" || document.hidden || !document.hasFocus()) return;
    this.dataset.unread = "0";
    const body = new FormData();
    const newest = (some) => [...this.list.querySelectorAll(some)].at(-1)?.dataset.id ?? "";
    body.set("seen", newest(".msg--in"));
    body.set("shown", newest("[data-id]"));
    const response = await post(this.dataset.read, body).catch(() => null);
    if (!response?.ok) this.dataset.unread = "1";
  }

  told({ conversation, messages }) {
    if (conversation === this.dataset.conversation) this.fetch(`?ids=${messages.join(",")}`);
  }

  /** Somebody else assigned, resolved, reopened, snoozed, labelled or stopped this conversation: head and composer are old. */
  moved(html) {
    if (!html.includes(this.dataset.conversation)) return;
    const page = document.createElement("template");
    page.innerHTML = html;
    for (const { content } of page.content.querySelectorAll("template[data-row]")) {
      this.row = content.getElementById(`c-${this.dataset.conversation}`)?.dataset ?? this.row;
    }
    // That writing is stopped, or no longer, is the person's matter: the conversation keeps its version.
    this.renew((row, shown) => row >= shown);
  }

  /** The thread anew if the row knows better, also when what was on its way turns out to be older than the row. */
  renew(isNewer = (row, shown) => row > shown) {
    const { href, ...shown } = this.closest("#thread").dataset;
    const differs = (row) => STANDS.some((key) => row[key] !== shown[key]);
    if (this.row && isNewer(Number(this.row.version), Number(shown.version)) && differs(this.row)) {
      window.htmx.ajax("GET", href, { target: "#thread", swap: "outerMorph" });
    }
  }

  /** After a swap: what is still on its way comes back, a day has one heading. */
  tidy() {
    if (!this.isConnected) return;
    for (const item of this.loose ?? []) if (!document.getElementById(item.id)) this.list.append(item);
    const days = new Set();
    for (const day of this.list.querySelectorAll(".day")) {
      if (days.has(day.id)) day.remove();
      days.add(day.id);
    }
    this.renew();
    this.seen();
  }

  /** Messages whose seal was still open when they were rendered. */
  sealed() {
    const open = [...this.list.querySelectorAll("[data-unsealed]")].slice(-50).map((item) => item.dataset.unsealed);
    if (open.length) this.fetch(`?ids=${open.join(",")}`);
  }

  async fetch(query) {
    const response = await get(this.dataset.messages + query).catch(() => null);
    if (response?.ok) this.take(await response.text());
  }

  /** Items as the server rendered them; the rest of the answer is partials for head, composer and panel. */
  take(html) {
    const page = document.createElement("template");
    page.innerHTML = html;
    const wasAtEnd = this.atEnd;
    let arrived = null;
    for (const item of page.content.querySelectorAll(".msgs__earlier, .fresh")) item.remove(); // of the first page
    for (const item of [...page.content.querySelectorAll("li[id]")]) {
      const isNew = !document.getElementById(item.id);
      this.upsert(item);
      if (isNew && item.classList.contains("msg--in")) arrived = item;
      item.remove();
    }
    // What stands around the thread may be older than the thread, where an answer comes late.
    const { version } = page.content.querySelector("#window-state")?.dataset ?? {};
    if (Number(version) < Number(this.closest("#thread").dataset.version)) page.innerHTML = "";
    if (page.content.children.length) swap(page.innerHTML);
    if (arrived) this.arrived(arrived, wasAtEnd);
  }

  upsert(item) {
    const present = document.getElementById(item.id);
    if (present) {
      if (!item.classList.contains("day")) swap(item.outerHTML, present, "outerMorph");
      return;
    }
    const fresh = document.importNode(item, true);
    const later = [...this.list.children].find((other) => other.dataset.at && other.dataset.at > item.dataset.at);
    this.list.insertBefore(fresh, later ?? null);
    window.htmx.process(fresh);
  }

  arrived(item, wasAtEnd) {
    this.dataset.unread = "1";
    if (wasAtEnd) this.toEnd();
    else this.jump(false);
    document.getElementById("announce").textContent = item.querySelector("article")?.getAttribute("aria-label") ?? "";
    this.seen();
  }
}
customElements.define("message-list", MessageList);
