// <reply-quote>: the message that is being answered, above what is being written.

class ReplyQuote extends HTMLElement {
  connectedCallback() {
    this.querySelector("[data-drop]").addEventListener("click", () => this.drop());
  }

  show(message, bubble) {
    const said = bubble.querySelector(".bubble__text, .bubble__odd span");
    this.querySelector("[data-by]").textContent = bubble.getAttribute("aria-label");
    this.querySelector("[data-text]").textContent = said?.textContent.trim().slice(0, 160) ?? "";
    this.querySelector("input").value = message;
    this.hidden = false;
    document.querySelector("chat-composer").choose("reply");
  }

  /** The message that is answered, which from now on is not answered any more; empty if there is none. */
  take() {
    const { value } = this.querySelector("input");
    this.querySelector("input").value = "";
    this.hidden = true;
    return value;
  }

  drop() {
    this.take();
    document.querySelector("chat-composer").text.focus();
  }
}
customElements.define("reply-quote", ReplyQuote);
