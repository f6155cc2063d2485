// <relative-time datetime="…" data-form="clock|until|left">: the one way to show a time of day. Without a script the server's text
// stays. When no seconds are left, a toast about them goes.
import { now, seconds, short, ticking, time, until } from "./clock.js";

const forms = { clock: time, until, left: seconds };

class RelativeTime extends HTMLElement {
  static observedAttributes = ["datetime"];

  connectedCallback() {
    const { form } = this.dataset;
    if (form && form !== "left") this.show();
    else ticking(this, () => this.show(), form && 1_000);
  }

  attributeChangedCallback() {
    if (this.isConnected) this.show();
  }

  show() {
    const at = Date.parse(this.getAttribute("datetime"));
    if (Number.isNaN(at)) return;
    const text = (forms[this.dataset.form] ?? short)(at);
    if (this.textContent !== text) this.textContent = text;
    if (this.dataset.form === "left" && at <= now()) this.closest(".toast")?.remove();
  }
}
customElements.define("relative-time", RelativeTime);
