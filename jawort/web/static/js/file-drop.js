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
    this.show();
    this.input.addEventListener("change", () => { this.chosen(this.input.files); this.input.value = ""; }, { signal });
    composer.querySelector("[data-attach]").addEventListener("click", () => this.input.click(), { signal });
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
      item.querySelector("span").textContent = `${file.name} · ${size(file.size)}`;
      if (file.voice) this.heard(item.querySelector("audio"), file);
      return item;
    }));
    this.list.hidden = !this.files.length;
    this.closest("form").elements.text.required = !this.files.length;
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
