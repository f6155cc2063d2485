// <command-menu>: to do something, go somewhere or find somebody by typing a part of it. Commands are what the page shows
// to be pressed: nobody finds here what they may not.
import { press } from "./keys.js";
import { post } from "./server.js";

const FIND_AFTER_MS = 250;

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

class CommandMenu extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog");
    this.form = this.querySelector("form");
    this.input = this.form.elements.text;
    this.list = this.querySelector("[role=listbox]");
    this.people = this.list.querySelector("ul:not([data-from])");
    document.addEventListener("click", ({ target }) => target.closest("[data-dialog=commands]") && this.open());
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.moved(event));
    this.list.addEventListener("click", ({ target }) => this.choose(target.closest("[role=option]")));
    if (this.dialog.open) this.typed(); // it was loaded because of that
  }

  get options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  open() {
    this.form.reset();
    this.people.replaceChildren();
    this.typed();
  }

  typed() {
    const wanted = plain(this.input.value).split(/\s+/);
    this.doing = new Map();
    for (const group of this.list.querySelectorAll("[data-from]")) {
      const all = [...document.querySelectorAll(group.dataset.from)].map((element) => this.option(element));
      group.replaceChildren(...all.filter((option) => wanted.every((word) => plain(option.textContent).includes(word))));
    }
    this.mark(this.options[0]);
    clearTimeout(this.finding);
    this.finding = setTimeout(() => this.find(this.input.value.trim()), FIND_AFTER_MS);
  }

  /** As it is on the page: words, picture, key. */
  option(element) {
    const option = this.querySelector("template").content.firstElementChild.cloneNode(true);
    const shown = element.closest("label") ?? element;
    option.id = `command-${this.doing.size}`;
    const words = element.dataset.command || element.ariaLabel || (shown.querySelector(":scope > span") ?? shown).textContent;
    option.querySelector("span").textContent = words.trim();
    const key = element.getAttribute("aria-keyshortcuts") ?? (element.dataset.go && `G ${element.dataset.go}`);
    if (key) option.querySelector("kbd").textContent = key;
    else option.querySelector("kbd").remove();
    const picture = shown.querySelector("use");
    if (picture) option.querySelector("use").replaceWith(picture.cloneNode());
    this.doing.set(option.id, element);
    return option;
  }

  async find(text) {
    const finds = this.form.hasAttribute("action") && text[1];
    const response = finds && await post(this.form.action, new FormData(this.form)).catch(() => null);
    if (text !== this.input.value.trim()) return; // what was typed since asks for itself
    this.people.innerHTML = response?.ok ? await response.text() : "";
    this.mark(this.current?.isConnected ? this.current : this.options[0], true);
  }

  /** The field keeps the focus. `all`: contacts have been looked through. */
  mark(option, all = false) {
    this.current?.setAttribute("aria-selected", "false");
    this.current = option;
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option?.id ?? "");
    this.input.setAttribute("aria-expanded", String(Boolean(option)));
    this.list.hidden = !option;
    const says = this.querySelector("[role=status]");
    says.textContent = all && !option ? says.dataset.none : "";
  }

  moved(event) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key !== "Enter" && !by) return;
    event.preventDefault();
    if (!by) return this.choose(this.current);
    const { options } = this;
    this.mark(options.at((options.indexOf(this.current) + by) % options.length));
  }

  choose(option) {
    if (!option) return;
    this.dialog.close();
    if (option.dataset.href) location.assign(option.dataset.href);
    else press(this.doing.get(option.id));
  }
}
customElements.define("command-menu", CommandMenu);
