// <chat-composer>: the bubble stands before the server has answered; what could not be sent keeps its text and a way on.
import { tell } from "./attend.js";
import * as drafts from "./drafts.js";
import { toast } from "./page.js";
import { Pending } from "./pending.js";

const SAVE_AFTER_MS = 400;

class ChatComposer extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.text = this.querySelector("textarea");
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.submit(); });
    this.text.addEventListener("input", () => this.typed());
    this.text.addEventListener("keydown", (event) => {
      const { ctrlKey, metaKey, shiftKey, isComposing } = event;
      const sends = ctrlKey || metaKey || ("enter" in this.dataset && !shiftKey && !isComposing);
      if (event.key === "Enter" && sends) { event.preventDefault(); this.submit(); }
    });
    this.form.addEventListener("change", ({ target }) => target.name === "kind" && this.choose(target.value));
    this.pending = new Pending(this);
    this.status = this.dataset.status;
    this.shut = this.isShut;
    this.chosen = this.kind;
    this.written = this.chosen === "note" ? "note" : "reply";
    this.stop = new AbortController();
    document.addEventListener("htmx:after:swap", () => this.settle(), { signal: this.stop.signal });
    drafts.load(this.dataset.conversation).then((draft) => this.restore(draft)).then(() => this.pending.restore());
  }

  disconnectedCallback() {
    drafts.keepNow();
    this.stop.abort();
  }

  get kind() {
    return this.form.elements.kind.value;
  }

  get picker() {
    return this.querySelector("template-picker");
  }

  /** Whether the window has closed: then templates alone may leave. */
  get isShut() {
    return this.form.querySelector("[data-shut=window]") !== null;
  }

  /** Reply, template or note, from the keyboard or by its tab. */
  choose(kind) {
    if (!this.form.querySelector(`[name=kind][value=${kind}]`)) return;
    this.show(kind);
    if (kind === "template") return this.picker.open();
    this.text.focus();
    this.typed();
  }

  /** Take up again what did not get through, below what is being written. */
  edit(text, kind = "reply") {
    const note = this.text.value && this.written === "note";
    this.text.value = [this.text.value, text].filter(Boolean).join("\n");
    this.choose(note ? "note" : kind);
  }

  show(kind) { // without the focus: nobody asked for it
    this.chosen = kind;
    this.form.querySelector(`[name=kind][value=${kind}]`).checked = true;
    if (kind === "template") return this.picker.load();
    this.written = kind; // what stands in the field is this, also while a template is chosen
    this.text.placeholder = this.text.dataset[kind];
  }

  /** This browser's or the server's, whichever is newer. */
  restore(draft) {
    const kept = Date.parse(this.dataset.kept) || 0;
    const isHere = draft && (draft.at ?? 0) >= kept;
    if ((isHere || kept) && this.text.value === this.text.defaultValue) {
      this.show(isHere ? draft.kind : this.kind); // first: a note's text must never stand in a reply
      if (isHere) this.text.value = draft.text;
    }
    this.count();
  }

  /** A swap sets attributes and not what was chosen. With status and window the server's choice changes, but never under
   * a text or a template that is being filled in. */
  settle() {
    const { status } = this.dataset;
    const turned = this.isShut !== this.shut && this.chosen !== "note" && !this.picker?.isFilling;
    const is = (status !== this.status || turned) && !this.text.value;
    Object.assign(this, { status, shut: this.isShut });
    if (!is) return this.show(this.form.querySelector(`[name=kind][value=${this.chosen}]`) ? this.chosen : "note");
    if (status !== "open") return this.show("note");
    return this.show(this.shut ? "template" : "reply");
  }

  typed() {
    this.count();
    clearTimeout(this.saving);
    this.saving = setTimeout(() => this.save(), SAVE_AFTER_MS);
    drafts.keepSoon(this);
    tell(this);
  }

  save(kind = this.written, text = this.text.value) {
    return drafts.save(this.dataset.conversation, { kind, text });
  }

  /** How much text there is room for, in characters: beside a file it is less. */
  get most() {
    const drop = this.querySelector("file-drop");
    return Number(this.chosen !== "note" && drop.bears ? drop.dataset.caption : this.text.dataset.most);
  }

  count() {
    this.text.maxLength = this.most;
    const shown = this.querySelector(".composer__count");
    const over = this.text.value.length - this.text.maxLength;
    const near = this.text.maxLength > 0 && over > -500;
    shown.textContent = near ? `${this.text.value.length} / ${this.text.maxLength}` : "";
    shown.classList.toggle("composer__count--over", near && over >= 0);
  }

  submit() {
    const text = this.text.value.trim();
    const reply = this.kind === "reply";
    const shut = reply && this.form.querySelector("[data-shut]");
    if (shut) { // why nothing is sent, again and aloud
      document.getElementById("announce").textContent = shut.textContent.trim();
      return this.text.focus();
    }
    const drop = this.querySelector("file-drop");
    if (reply && drop.bears && [...text].length > this.most) return toast(drop.dataset.long);
    const files = reply ? drop.take() : [];
    if (!text && !files.length) return this.text.focus();
    const about = reply ? this.querySelector("reply-quote").take() : "";
    const alone = text && (!files.length || files[0].voice); // a voice message bears no text: it goes before
    for (const [n, file] of (alone ? [null, ...files] : files).entries()) {
      this.pending.say({ text: n ? "" : text, kind: reply ? "reply" : "note", about: n ? "" : about, file });
    }
    this.clear();
  }

  clear() {
    this.text.value = "";
    this.save();
    this.count();
    drafts.keepSoon(this);
  }
}
customElements.define("chat-composer", ChatComposer);
