// How long a key or a click takes until what it asks for is painted, taken in the page itself. `bench` holds the
// milliseconds of each: of a row that becomes the current one, of an answer that stands in the thread.
//
// From when the key or the button of the mouse went down: the event's own time, on the clock of performance.now(). Reading
// that clock in a listener would leave out how long the event waited while the page was busy. A capture listener of the
// document hears of it before the page does anything.
//
// Until the second frame after the change. The callback of the first one runs before that frame is painted; when the
// second one's runs, it has been. So up to one frame too much is counted (17 ms), and never too little. What is undone
// by then was not painted, and the time goes on.
(() => {
  const took = { row: [], bubble: [] };
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
    if (!asked || asked.isSeen || !stands[asked.what](asked.value)) return;
    asked.isSeen = true;
    requestAnimationFrame(() => requestAnimationFrame(painted));
  }

  function painted() {
    const { what, value, at } = asked;
    asked.isSeen = false;
    if (!stands[what](value)) return;
    took[what].push(performance.now() - at);
    asked = null;
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
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributeFilter: ["aria-current"] });
  window.bench = took;
})();
