// <relative-time datetime="…" data-form="clock|until">: the one way to show a time of day. Without a script the server's text stays.
import { short, ticking, time, until } from "./clock.js";

const forms = { clock: time, until };

class RelativeTime extends HTMLElement {
  static observedAttributes = ["datetime"];

  connectedCallback() {
    if (this.dataset.form) this.show();
    else ticking(this, () => this.show());
  }

  attributeChangedCallback() {
    if (this.isConnected) this.show();
  }

  show() {
    const at = Date.parse(this.getAttribute("datetime"));
    if (Number.isNaN(at)) return;
    const text = (forms[this.dataset.form] ?? short)(at);
    if (this.textContent !== text) this.textContent = text;
  }
}
customElements.define("relative-time", RelativeTime);
