// How long a key or a click takes until what it asks for is painted, taken in the page itself. `bench` holds the
// milliseconds of each: of a row that becomes the current one, of an answer that stands in the thread.
//
// Where it stands before the event's own listeners have ended, the browser says it: from when the key or the button of the
// mouse went down until the next paint (W3C Event Timing, `duration`, in steps of 8 ms). Where it comes later, or the browser
// does not say (of less than 16 ms it does not), until the second frame after the change: the callback of the first one runs
// before that frame is painted; when the second one's runs, it has been. What is undone by then was not painted, and the
// time goes on.
(() => {
  const TOLD_MS = 300; // the browser tells of an event soon after its paint
  const took = { row: [], bubble: [] };
  const events = new Map(); // by when they began
  const last = () => [...document.querySelectorAll("#msgs > li:nth-last-child(-n + 3) .bubble__text")];
  const stands = {
    row: (path) => document.querySelector(".row__link[aria-current]")?.pathname === path,
    bubble: (text) => last().some((bubble) => bubble.textContent === text),
  };
  let asked = null;

  function ask(what, value, at) {
    if (!stands[what](value)) asked = { what, value, at };
  }

  function look() {
    if (!asked || asked.seen || !stands[asked.what](asked.value)) return;
    asked.seen = performance.now();
    requestAnimationFrame(() => requestAnimationFrame(painted));
  }

  function painted() {
    const { what, value, at, seen } = asked;
    asked.seen = 0;
    if (!stands[what](value)) return;
    const frames = performance.now() - at;
    asked = null;
    setTimeout(() => {
      const event = events.get(at);
      took[what].push(event && seen <= event.processingEnd ? event.duration : frames);
      events.clear();
    }, TOLD_MS);
  }

  document.addEventListener("pointerdown", ({ target, timeStamp }) => {
    const link = target.closest(".row__link");
    if (link) ask("row", link.pathname, timeStamp);
  }, true);
  document.addEventListener("keydown", ({ key, ctrlKey, target, timeStamp }) => {
    if (key !== "Enter") return;
    if (target.matches(".row__link")) ask("row", target.pathname, timeStamp);
    if (target.id === "text" && ctrlKey) ask("bubble", target.value, timeStamp);
  }, true);
  new PerformanceObserver((list) => {
    for (const event of list.getEntries()) if (/^(pointer|key)down$/.test(event.name)) events.set(event.startTime, event);
  }).observe({ type: "event", durationThreshold: 16 });
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributeFilter: ["aria-current"] });
  window.bench = took;
})();
