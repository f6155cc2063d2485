// <window-left datetime="…">: how long WhatsApp still takes free text. `data-phase` is open, soon or closed.
import { SOON, left, now, ticking } from "./clock.js";

class WindowLeft extends HTMLElement {
  static observedAttributes = ["datetime"];

  connectedCallback() {
    ticking(this, () => this.show());
  }

  attributeChangedCallback() {
    if (this.isConnected) this.show();
  }

  show() {
    const rest = Date.parse(this.getAttribute("datetime")) - now();
    if (Number.isNaN(rest)) return;
    const before = this.dataset.phase;
    this.dataset.phase = rest <= 0 ? "closed" : rest < SOON ? "soon" : "open";
    const text = left(rest);
    if (this.textContent !== text) this.textContent = text;
    if (before && before !== "closed" && this.dataset.phase === "closed") {
      this.dispatchEvent(new CustomEvent("window:closed", { bubbles: true }));
    }
  }
}
customElements.define("window-left", WindowLeft);
