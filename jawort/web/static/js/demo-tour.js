// <demo-tour>: asks once a second how far the tour has come, as long as somebody looks. It shows what the server has
// seen happen; no click ticks a step.
import { get, swap } from "./server.js";

const LOOK_MS = 1_000;

class DemoTour extends HTMLElement {
  static observedAttributes = ["data-version"];

  connectedCallback() {
    this.stop = new AbortController();
    this.timer = setInterval(() => this.look(), LOOK_MS);
    // Whoever goes on as somebody else is signed out as this one: a look that hears of it would call the page back.
    window.addEventListener("beforeunload", () => this.end(), { signal: this.stop.signal });
    this.show();
  }

  disconnectedCallback() {
    this.end();
  }

  end() {
    clearInterval(this.timer);
    this.stop.abort();
  }

  attributeChangedCallback(_name, before) {
    if (before === null || !this.isConnected) return;
    // The attributes of one swap come one by one: look when all are there.
    queueMicrotask(() => { this.show(); this.tell(); });
  }

  async look() {
    if (document.hidden || this.looking) return;
    this.looking = true;
    try {
      const response = await get(`${this.dataset.url}?seen=${this.dataset.version}`, this.stop.signal);
      if (response.status === 205) location.reload(); // signed out at the desk: back to the persons
      if (response.status === 200) await swap(await response.text(), this, "outerMorph");
    } catch {
      // The demo is restarting, and the next look finds it; or the page is on its way elsewhere.
    } finally {
      this.looking = false;
    }
  }

  /** What stands around the tour: where the next step is, and how it is called. */
  show() {
    const { where, done, of, number, title } = this.dataset;
    const stage = document.getElementById("stage");
    stage.dataset.where = where;
    stage.querySelector("[data-count]").textContent = Number(of) ? `${done}/${of}` : "";
    const now = document.getElementById("now");
    now.hidden = !title;
    now.querySelector(".stage__number").textContent = number;
    now.querySelector("[data-title]").textContent = title;
  }

  /** Aloud, and into view: only after something has changed. */
  tell() {
    document.getElementById("announce").textContent = this.dataset.say ?? "";
    const next = this.querySelector("[aria-current=step], .tour__end");
    next?.scrollIntoView({ block: "nearest" });
  }
}
customElements.define("demo-tour", DemoTour);
