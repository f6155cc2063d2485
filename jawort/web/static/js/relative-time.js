// <relative-time datetime="…" data-form="clock">: the one way to show a time of day. Without a script the server's text stays.
import { short, ticking, time } from "./clock.js";

class RelativeTime extends HTMLElement {
  static observedAttributes = ["datetime"];

  connectedCallback() {
    if (this.dataset.form === "clock") this.show();
    else ticking(this, () => this.show());
  }

  attributeChangedCallback() {
    if (this.isConnected) this.show();
  }

  show() {
    const at = Date.parse(this.getAttribute("datetime"));
    if (Number.isNaN(at)) return;
    const text = this.dataset.form === "clock" ? time(at) : short(at);
    if (this.textContent !== text) this.textContent = text;
  }
}
customElements.define("relative-time", RelativeTime);
