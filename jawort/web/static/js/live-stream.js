// <live-stream src="/live?since=…">: one stream per browser. Whichever tab holds the lock listens to the server and tells the
// others; when it closes, the next one takes over. Everybody else in the page listens to `live:…` events.

const NAME = "jawort-live";
const EVENTS = ["row", "message", "counts", "ledger", "attended", "resync"];
const RETRY_MS = [300, 10_000]; // doubled from try to try, so that a short break is over within a second
const SAY_LOST_MS = 1_000; // a page that closes, a leader that changes: nobody needs to hear of it

class LiveStream extends HTMLElement {
  connectedCallback() {
    this.gone = new AbortController();
    this.tabs = new BroadcastChannel(NAME);
    this.tabs.onmessage = (message) => this.heard(message.data);
    this.tabs.postMessage({ type: "asked" });
    window.addEventListener("offline", () => this.leads && this.again(), { signal: this.gone.signal });
    if (!navigator.locks) return this.listen(); // no secure context: a stream per tab
    navigator.locks.request(NAME, { signal: this.gone.signal }, () => this.lead()).catch(() => {});
  }

  disconnectedCallback() {
    this.gone.abort();
    this.finish?.();
    this.source?.close();
    this.tabs.close();
  }

  lead() {
    this.listen();
    return new Promise((finish) => { this.finish = finish; });
  }

  listen() {
    this.leads = true;
    this.source = new EventSource(this.getAttribute("src"));
    // In this tab alone, so that one browser tells of it once.
    if (navigator.locks) this.source.addEventListener("news", (event) => this.heard({ type: "news", data: event.data }));
    for (const type of EVENTS) this.source.addEventListener(type, (event) => this.tell(type, event.data));
    this.source.onopen = () => { this.tries = 0; this.tell("state", "open"); };
    this.source.onerror = () => this.again();
  }

  /** A refusal (503, 401) would end an EventSource for good, a broken line would wait for seconds: so ask anew here. */
  again() {
    this.source.close();
    this.tell("state", "lost");
    this.tries = (this.tries ?? 0) + 1;
    const wait = Math.min(RETRY_MS[1], RETRY_MS[0] * 2 ** (this.tries - 1)) * (0.75 + Math.random() / 2);
    setTimeout(() => !this.gone.signal.aborted && this.listen(), wait);
  }

  /** To the other tabs and to this one. */
  tell(type, data) {
    this.tabs.postMessage({ type, data });
    this.heard({ type, data });
  }

  heard({ type, data }) {
    if (type === "asked") {
      if (this.leads && this.state) this.tabs.postMessage({ type: "state", data: this.state });
      return;
    }
    if (type === "state") return this.shows(data);
    document.dispatchEvent(new CustomEvent(`live:${type}`, { detail: data }));
  }

  /** What happened between rendering and hearing the server tells whoever bears a mark; others look when the line is up. */
  shows(state) {
    const before = this.state;
    this.state = state;
    clearTimeout(this.saying);
    if (state === "open") this.setAttribute("src", "/live"); // since when is known once
    const say = () => { for (const shown of document.querySelectorAll(".live, .offline")) shown.dataset.state = state; };
    if (state === "lost") this.saying = setTimeout(say, SAY_LOST_MS);
    else say();
    if (state === "open" && before !== "open" && !this.leads) document.dispatchEvent(new CustomEvent("live:resync"));
  }
}
customElements.define("live-stream", LiveStream);
