// <reply-quote>: the message that is being answered, above what is being written; and the way to one that is quoted.

const held = new Map(); // by conversation, while the page lives: somebody may look into another one meanwhile

class ReplyQuote extends HTMLElement {
  connectedCallback() {
    this.of = this.closest("chat-composer").dataset.conversation;
    this.querySelector("[data-drop]").addEventListener("click", () => this.drop());
    if (held.has(this.of)) this.stand(held.get(this.of));
  }

  show(message, bubble) {
    const said = bubble.querySelector(".bubble__text, .bubble__odd span");
    this.stand([message, bubble.getAttribute("aria-label"), said?.textContent.trim().slice(0, 160) ?? ""]);
    document.querySelector("chat-composer").choose("reply");
  }

  stand(quote) {
    held.set(this.of, quote);
    const [message, by, text] = quote;
    this.querySelector("[data-by]").textContent = by;
    this.querySelector("[data-text]").textContent = text;
    this.querySelector("input").value = message;
    this.hidden = false;
  }

  /** The message that is answered, which from now on is not answered any more; empty if there is none. */
  take() {
    const { value } = this.querySelector("input");
    this.querySelector("input").value = "";
    held.delete(this.of);
    this.hidden = true;
    return value;
  }

  drop() {
    this.take();
    document.querySelector("chat-composer").text.focus();
  }
}
customElements.define("reply-quote", ReplyQuote);

// From a quote to its message: where that is loaded nothing is fetched. htmx would fetch it on the way up.
document.addEventListener("click", (event) => {
  const id = event.target.closest("[data-quoted]")?.dataset.quoted;
  const item = id && document.querySelector(`#msgs [data-id="${id}"]`);
  if (!item || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  event.stopPropagation();
  document.querySelector(".msg--found")?.classList.remove("msg--found");
  item.classList.add("msg--found");
  item.tabIndex = -1;
  item.focus();
}, { capture: true });
