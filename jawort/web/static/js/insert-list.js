// <insert-list>: something to put into the text, from a list that grows shorter as one types: a quick reply, an emoji.
// The list comes from the server, the quick replies with each opening, because they are filled in for this moment.
import { toast } from "./page.js";
import { get, swap, why } from "./server.js";

const STEPS = { ArrowDown: [0, 1], ArrowUp: [0, -1], ArrowRight: [1, 0], ArrowLeft: [-1, 0] };

class InsertList extends HTMLElement {
  connectedCallback() {
    this.box = this.firstElementChild;
    this.field = this.querySelector("input");
    this.list = this.querySelector("[role=listbox]");
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.text.addEventListener("beforeinput", (event) => this.begins(event), { signal });
    this.box.addEventListener("toggle", ({ newState }) => (newState === "open" ? this.opened() : this.closed()));
    this.field.addEventListener("input", () => this.narrow());
    this.field.addEventListener("keydown", (event) => this.pressed(event));
    this.list.addEventListener("click", ({ target }) => this.choose(target.closest("[role=option]")));
  }

  disconnectedCallback() {
    this.stop.abort();
  }

  get text() {
    return this.closest("chat-composer").text;
  }

  get shown() {
    return [...this.list.querySelectorAll("[role=option]")].filter((option) => !option.hidden);
  }

  get active() {
    return this.list.querySelector("[aria-selected=true]");
  }

  /** The key of this list, typed where the text begins; that of one for notes, where a word of a note begins. */
  begins(event) {
    const { key } = this.dataset;
    const before = this.text.value.slice(0, this.text.selectionStart);
    const fits = "notes" in this.dataset ? this.closest("chat-composer").chosen === "note" && !/\S$/.test(before) : !before;
    if (!key || event.data !== key || !fits) return;
    event.preventDefault();
    this.typed = key;
    this.box.showPopover({ source: this.nextElementSibling });
  }

  async opened() {
    if (this.loaded) { this.narrow(); return; }
    const response = await get(this.dataset.list).catch(() => null);
    if (!response?.ok) { toast(await why(response)); return; }
    await swap(await response.text(), this.list, "innerHTML");
    this.loaded = "once" in this.dataset;
    this.narrow();
  }

  /** Closed without a choice nothing is lost: what began it and was typed stands in the text. */
  closed() {
    if (this.typed) this.put(this.typed + this.field.value);
    this.typed = this.field.value = "";
  }

  narrow() {
    const words = this.field.value.toLowerCase().split(/\s+/);
    for (const option of this.list.querySelectorAll("[role=option]")) {
      const said = (option.dataset.find ?? option.textContent).toLowerCase();
      option.hidden = !words.every((word) => said.includes(word));
    }
    const { shown } = this;
    this.querySelector("[data-none]").hidden = shown.length > 0;
    this.activate(shown[0]);
  }

  activate(option) {
    this.active?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    this.field.setAttribute("aria-activedescendant", option?.id ?? "");
  }

  pressed(event) {
    if (event.isComposing) return;
    const step = STEPS[event.key];
    if (step) this.step(event, step);
    else if (event.key === "Enter") { event.preventDefault(); this.choose(this.active); }
    else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      this.box.hidePopover();
      this.text.focus();
    }
  }

  /** Up and down go to the nearest of the next row; left and right stay the field's where there is one a row. */
  step(event, [across, down]) {
    const { shown, active } = this;
    if (!active || (across && !this.list.hasAttribute("data-grid"))) return;
    event.preventDefault();
    const at = shown.indexOf(active);
    if (across) { this.activate(shown[at + across] ?? active); return; }
    const far = ({ offsetTop, offsetLeft }) => Math.abs(offsetTop - active.offsetTop) * 99 + Math.abs(offsetLeft - active.offsetLeft);
    const there = shown.filter(({ offsetTop }) => Math.sign(offsetTop - active.offsetTop) === down);
    this.activate(there.sort((a, b) => far(a) - far(b))[0] ?? active);
  }

  choose(option) {
    if (!option) return;
    this.typed = "";
    this.box.hidePopover();
    this.text.focus();
    this.put((option.querySelector("[data-text]") ?? option).textContent);
  }

  /** At the cursor; the first gap of what was put there is selected, to be typed over. */
  put(words) {
    const { text } = this;
    const from = text.selectionStart;
    text.setRangeText(words, from, text.selectionEnd, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
    const gap = /\{\{[^{}\n]*\}\}/.exec(words);
    if (gap) text.setSelectionRange(from + gap.index, from + gap.index + gap[0].length);
  }
}
customElements.define("insert-list", InsertList);
