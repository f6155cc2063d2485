// <template-picker>: a template is chosen, filled in and seen as the customer will see it; sent it has its bubble at once,
// and what did not get through comes back as it was filled in. Until then it is a draft, kept as those of texts are.
import * as drafts from "./drafts.js";
import { get, swap } from "./server.js";

const SAVE_AFTER_MS = 400;

class TemplatePicker extends HTMLElement {
  connectedCallback() {
    this.addEventListener("input", ({ target }) => this.typed(target));
    this.addEventListener("change", ({ target }) => target.type === "file" && this.name(target));
    this.addEventListener("submit", (event) => this.submitted(event));
    this.stop = new AbortController();
    document.addEventListener("htmx:after:swap", () => this.shown(), { signal: this.stop.signal });
    if (this.closest("chat-composer").querySelector("[value=template]").checked) this.load();
  }

  disconnectedCallback() {
    this.stop.abort();
  }

  get box() {
    return this.querySelector("#picker");
  }

  get filling() {
    return this.querySelector("form[data-template]");
  }

  get isFilling() {
    return this.filling !== null;
  }

  /** By button or key: whoever opens it goes on typing here. */
  open() {
    this.asked = true;
    if (this.loaded) this.shown();
    else this.load();
  }

  /** The list, once; without the focus, for nobody may have asked. */
  async load() {
    if (this.loaded) return;
    this.loaded = true;
    const response = await get(this.dataset.list).catch(() => null);
    const list = response?.ok ? await response.text() : null;
    this.loaded = list !== null || this.isFilling;
    if (list !== null && !this.isFilling) swap(list, this.box, "innerHTML");
  }

  /** The focus goes where one types: to the search, or to the first placeholder of a template that was just chosen. */
  shown() {
    const { filling } = this;
    const first = (filling ?? this.box).querySelector("input:not([type=hidden]), button.btn--primary");
    const isNew = filling && filling !== this.seen;
    this.seen = filling;
    if (isNew) this.begun(filling);
    if (!first || this.box.contains(document.activeElement) || !(this.asked || isNew)) return;
    this.asked = false;
    first.focus();
  }

  /** A template was chosen, here or at a message that did not get through: its draft fills what is empty. */
  async begun(filling) {
    this.loaded = true;
    const composer = this.closest("chat-composer");
    if (composer.chosen !== "template") composer.show("template");
    const draft = await drafts.load(filling.action);
    for (const [name, value] of Object.entries(draft ? JSON.parse(draft.text) : {})) {
      const field = filling.elements[name];
      if (!field || field.value) continue;
      field.value = value;
      this.fill(field);
    }
  }

  typed(field) {
    this.fill(field);
    clearTimeout(this.saving);
    const { filling } = this;
    if (filling) this.saving = setTimeout(() => this.save(filling), SAVE_AFTER_MS);
  }

  save({ action, elements }) {
    const fields = [...elements].filter((field) => field.name.includes("."));
    const values = Object.fromEntries(fields.map((field) => [field.name, field.value]));
    const text = fields.some((field) => field.value) ? JSON.stringify(values) : "";
    return drafts.save(action, { kind: "template", text });
  }

  /** It is on its way; should it not get through, it is a draft again. */
  forget({ action }) {
    return drafts.save(action, { kind: "template", text: "" });
  }

  /** What was typed stands in the preview, as text. */
  fill({ name, value }) {
    for (const hole of this.querySelectorAll("[data-hole]")) {
      if (hole.dataset.hole !== name) continue;
      hole.textContent = value.trim() || hole.dataset.empty;
      hole.classList.toggle("hole", !value.trim());
    }
  }

  name({ files }) {
    const told = this.querySelector("[data-file]");
    if (files.length) told.textContent = files[0].name;
  }

  /** Everything else is a form of htmx's. */
  submitted(event) {
    const filled = event.target;
    if (!filled.matches("[data-template]")) return;
    event.preventDefault();
    const composer = this.closest("chat-composer");
    const lines = [...filled.querySelectorAll("[data-look] .bubble__text")].map((line) => line.textContent.trim());
    const [file] = filled.querySelector("[type=file]")?.files ?? [];
    clearTimeout(this.saving);
    this.forget(filled);
    filled.remove();
    this.loaded = false;
    composer.pending.say({ text: lines.join("\n"), kind: "template", file, filled });
    if (composer.isShut) this.open();
    else composer.choose("reply");
  }

  /** The form as it was filled in, in the place of whatever is shown. */
  edit(filled) {
    this.loaded = true;
    this.asked = true;
    this.box.replaceChildren(filled);
    this.closest("chat-composer").choose("template");
  }
}
customElements.define("template-picker", TemplatePicker);
