// <file-drop>: files to go with the answer: chosen, pasted or dropped. What WhatsApp does not take is said before it is
// uploaded.
import { toast } from "./page.js";

const held = new Map(); // by conversation, while the page lives: somebody may look into another one meanwhile

class FileDrop extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    const { signal } = this.stop;
    const composer = this.closest("chat-composer");
    this.of = composer.dataset.conversation;
    this.files = held.get(this.of) ?? [];
    this.types = JSON.parse(this.dataset.types);
    this.show();
    this.input.addEventListener("change", () => { this.chosen(this.input.files); this.input.value = ""; }, { signal });
    composer.querySelector("[data-attach]").addEventListener("click", () => { this.limits.hidden = false; this.input.click(); }, { signal });
    this.addEventListener("click", ({ target }) => this.removed(target.closest("button")), { signal });
    composer.addEventListener("paste", (event) => this.given(event, event.clipboardData), { signal });
    composer.addEventListener("drop", (event) => this.given(event, event.dataTransfer), { signal });
    composer.addEventListener("dragover", (event) => event.preventDefault(), { signal });
  }

  disconnectedCallback() {
    this.stop.abort();
  }

  get input() {
    return this.querySelector("input");
  }

  get limits() {
    return this.querySelector("#file-limits");
  }

  /** Whether the text goes beside a file. */
  get bears() {
    return this.files?.length > 0 && !this.files[0].voice;
  }

  /** Too large for what it is: then it goes as a document, or not at all. */
  heavy({ size, type }) {
    return size > this.types[type];
  }

  /** Text that is pasted stays text. */
  given(event, from) {
    if (!from.files.length) return;
    event.preventDefault();
    this.chosen(from.files);
  }

  /** Whoever chooses files writes an answer. */
  chosen(files) {
    this.add(files);
    this.closest("chat-composer").choose("reply");
  }

  add(files) {
    for (const file of files) {
      if (file.size === 0) toast(this.dataset.empty);
      else if (file.size > Number(this.dataset.most)) toast(this.dataset.large);
      else if (this.dataset.heavy && this.heavy(file)) toast(this.dataset.heavy);
      else if (this.files.length >= Number(this.dataset.many)) { toast(this.dataset.enough); break; }
      else this.files.push(file);
    }
    this.show();
  }

  removed(button) {
    if (!button) return;
    this.files.splice([...this.list.children].indexOf(button.parentElement), 1);
    this.show();
  }

  get list() {
    return this.querySelector("ul");
  }

  show() {
    held.set(this.of, this.files);
    for (const address of this.heardAt ?? []) URL.revokeObjectURL(address);
    this.heardAt = [];
    this.list.replaceChildren(...this.files.map((file) => {
      const item = this.querySelector("template").content.firstElementChild.cloneNode(true);
      const said = [file.name, size(file.size), this.heavy(file) && this.dataset.document];
      item.querySelector("span").textContent = said.filter(Boolean).join(" · ");
      if (file.voice) this.heard(item.querySelector("audio"), file);
      return item;
    }));
    this.list.hidden = this.limits.hidden = !this.files.length;
    this.closest("form").elements.text.required = !this.files.length;
    this.closest("chat-composer").count?.(); // it comes to life later
  }

  /** What was spoken can be listened to before it goes. */
  heard(player, file) {
    player.src = URL.createObjectURL(file);
    player.hidden = false;
    this.heardAt.push(player.src);
  }

  /** The chosen files, which are chosen no more. */
  take() {
    const { files } = this;
    this.files = [];
    this.show();
    return files;
  }
}

function size(bytes) {
  const [most, unit] = bytes < 1_048_576 ? [1_024, "KB"] : [1_048_576, "MB"];
  return `${Math.ceil(bytes / most).toLocaleString(document.documentElement.lang)} ${unit}`;
}
customElements.define("file-drop", FileDrop);
