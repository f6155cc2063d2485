// <ask-dialog>: a question with answers to choose from, or for a place or a number. What is being written is the question.
// Until it is sent it is a draft, kept as those of texts are.
import * as drafts from "./drafts.js";
import { post, uuid, why } from "./server.js";

class AskDialog extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog");
    this.form = this.querySelector("form");
    this.text = this.form.elements.text;
    this.stop = new AbortController();
    document.addEventListener("click", ({ target }) => target.closest("[data-dialog=ask]") && this.open(), { signal: this.stop.signal });
    this.form.addEventListener("change", ({ target }) => target.name === "what" && this.fill());
    this.form.addEventListener("input", () => this.keep());
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.send(); });
    this.querySelector("[data-close]").addEventListener("click", () => this.drop());
  }

  disconnectedCallback() {
    this.stop.abort();
  }

  get written() {
    return document.querySelector("chat-composer").text;
  }

  async open() {
    this.text.value = this.written.value;
    this.text.focus();
    const draft = await drafts.load(this.form.action);
    this.client = draft?.client ?? uuid();
    for (const [name, value] of draft ? JSON.parse(draft.text) : []) this.form.elements[name].value = value;
    this.fill();
  }

  keep() {
    const fields = [...new FormData(this.form)].filter(([name]) => name !== "csrfmiddlewaretoken");
    drafts.save(this.form.action, { client: this.client, text: JSON.stringify(fields) });
  }

  /** A question that nobody has changed goes with what it is for. */
  fill() {
    const options = [...this.form.querySelectorAll("[name=what]")];
    const ready = options.some((option) => option.dataset.text === this.text.value);
    if (ready) this.text.value = options.find((option) => option.checked).dataset.text;
    this.form.querySelector("[data-reason]").textContent = "";
  }

  drop() {
    drafts.forget(this.form.action);
    this.form.reset();
    this.dialog.close();
  }

  async send() {
    const body = new FormData(this.form);
    body.set("client_id", this.client);
    body.set("shown", this.written.form.elements.shown.value);
    const response = await post(this.form.action, body).catch(() => null);
    if (response?.status === 428) return;
    if (!response?.ok) {
      this.form.querySelector("[data-reason]").textContent = await why(response);
      return;
    }
    document.querySelector("message-list").take(await response.text());
    if (this.written.value === this.text.value) document.querySelector("chat-composer").clear();
    this.drop();
  }
}
customElements.define("ask-dialog", AskDialog);
