// Who attends is told every 20 s, and when somebody writes. What comes once a text was begun does not count as shown.
// The customer may be told as well.
import { post, quietly, swap } from "./server.js";

const TOLD_FOR_MS = 20_000; // the customer's phone shows it for 25 s
let box, began, still = 2; // ticks since a key

async function attend() {
  if (!box || document.hidden) return;
  const line = box.lastElementChild;
  const body = new URLSearchParams({ writes: still < 2 ? "yes" : "" });
  const response = await quietly(box.dataset.attend, body).catch(() => null);
  if (response?.ok) swap(await response.text(), line, "innerMorph");
}

function look() {
  const before = box;
  box = document.getElementById("attendance");
  if (!box) return;
  const begun = document.getElementById("text").value || document.querySelector("[data-template]");
  const newest = [...document.querySelectorAll("#msgs [data-id]")].at(-1);
  if (newest && !(begun && began)) box.firstElementChild.value = newest.dataset.id;
  began = begun;
  if (box === before) return;
  still = 2;
  attend();
}

document.addEventListener("input", ({ target }) => {
  if (target.id !== "text") return;
  look();
  const begins = still > 1;
  still = 0;
  if (begins) attend();
});
document.addEventListener("htmx:after:swap", look);
document.addEventListener("live:attended", ({ detail }) => detail.includes(box?.dataset.of) && attend());
setInterval(() => (++still < 3 || still % 4 === 0) && attend(), 5_000);
look();

/** Where the company wants customers to know that somebody writes: while it is an answer, and not more often. */
export function tell(composer) {
  const { dataset: { writes }, chosen, text, toldUntil = 0 } = composer;
  if (!writes || chosen !== "reply" || !text.value.trim() || Date.now() < toldUntil) return;
  composer.toldUntil = Date.now() + TOLD_FOR_MS;
  post(writes).catch(() => {});
}
