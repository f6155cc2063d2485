// <message-menu>: what can be done with one message: answer it with a quote, lead somebody to it, or react to it.
import { post, why } from "./server.js";
import { toast } from "./page.js";

const OPENS = "[popovertarget=message-menu]";

class MessageMenu extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    document.addEventListener("click", ({ target }) => this.opens(target.closest(OPENS)), { signal: this.stop.signal });
    this.addEventListener("click", ({ target }) => this.chosen(target.closest("button")));
  }

  disconnectedCallback() {
    this.stop.abort();
  }

  opens(opener) {
    if (!opener) return;
    this.opener = opener;
    for (const button of this.querySelectorAll("[data-emoji]")) {
      const { emoji } = button.dataset;
      if (emoji) button.setAttribute("aria-pressed", String(emoji === opener.dataset.mine));
      else button.hidden = !opener.dataset.mine;
    }
  }

  chosen(button) {
    if (!button) return;
    this.firstElementChild.hidePopover();
    const { message } = this.opener.dataset;
    if ("reply" in button.dataset) document.querySelector("reply-quote").show(message, this.opener.closest("article"));
    else if ("link" in button.dataset) this.link(message, button.dataset.link);
    else this.react(message, button.dataset.emoji);
  }

  async link(message, done) {
    await navigator.clipboard.writeText(new URL(`?at=${message}`, location));
    toast(done, true);
  }

  async react(message, emoji) {
    const body = new FormData();
    body.set("emoji", emoji);
    const address = this.dataset.react.replace(/[^/]+(?=\/react$)/, message);
    const response = await post(address, body).catch(() => null);
    if (response?.ok) return document.querySelector("message-list").take(await response.text());
    return toast(await why(response));
  }
}
customElements.define("message-menu", MessageMenu);
