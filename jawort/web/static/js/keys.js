// Keys: what carries aria-keyshortcuts is pressed by that key. Single ones are off while something is typed, and for good
// where the person has said so (WCAG 2.1.4).

const TYPING = "input:not([type=checkbox]), textarea, select, [contenteditable]";
const PALETTE = "[data-dialog=commands]";
const GO_MS = 1_500; // how long G waits for a place
let going = 0;

/** As if it had been clicked; a field gets the focus, and from a button with a menu Tab leads into that. */
export function press(element) {
  const isField = element.matches("input, textarea");
  if (isField || element.popoverTargetElement) element.focus();
  if (!isField) return element.click();
  if (element.type !== "radio") return element.select();
  element.checked = true;
  return element.dispatchEvent(new Event("change", { bubbles: true }));
}

const shown = () => [...document.querySelectorAll(".row")].filter((row) => row.checkVisibility());

/** Where one is in the list: at the row that has the focus, else at the open one. */
function here(rows) {
  const focused = rows.findIndex((row) => row.contains(document.activeElement));
  return focused >= 0 ? focused : rows.findIndex((row) => row.querySelector("[aria-current]"));
}

function step(by) {
  const rows = shown();
  if (!rows.length) return;
  const next = rows[Math.min(rows.length - 1, Math.max(0, here(rows) + by))].querySelector("a");
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

function choose() {
  const rows = shown();
  rows[here(rows)]?.querySelector("input")?.click();
}

/** Out of the field, then to the list: where there is no room for both by the way that is shown. */
function back(field) {
  if (field) return field.closest("chat-composer") && field.blur();
  if (document.querySelector(":popover-open")) return undefined;
  const way = document.querySelector(".conv__back");
  return way?.checkVisibility() ? way.click() : document.querySelector(".row__link[aria-current]")?.focus();
}

const acts = {
  j: () => step(1),
  k: () => step(-1),
  x: choose,
  g: () => { going = performance.now() + GO_MS; },
  "/": () => document.querySelector(PALETTE).click(),
};

function meant(key) {
  const goes = performance.now() < going && document.querySelector(`[data-go="${CSS.escape(key.toUpperCase())}"]`);
  going = 0;
  if (goes) return () => goes.click();
  const carries = (element) => element.getAttribute("aria-keyshortcuts") === key.toUpperCase();
  const all = [...document.querySelectorAll("[aria-keyshortcuts]")].filter(carries);
  const bar = all.find((one) => one.closest("#bulk")?.checkVisibility()); // chosen rows go before the open conversation
  const there = bar ?? all.findLast((one) => !one.closest("#bulk"));
  return there ? () => press(there) : acts[key.toLowerCase()];
}

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.isComposing || event.defaultPrevented || document.querySelector("dialog[open]")) return;
  if (event.ctrlKey || event.metaKey) {
    if (event.key !== "k" || event.shiftKey) return;
    event.preventDefault();
    return acts["/"]();
  }
  const field = event.target.closest(TYPING);
  if (event.key === "Escape") return back(field);
  if (field || document.body.dataset.keys === "off") return;
  const act = meant(event.key);
  if (!act) return;
  event.preventDefault();
  act();
});
