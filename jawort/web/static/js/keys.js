// Single keys for the inbox. Off while something is typed, and off for good where the person says so (WCAG 2.1.4).

const OFF = "jawort-keys";
const TYPING = "input, textarea, select, [contenteditable]";

function step(by) {
  const links = [...document.querySelectorAll(".row__link")];
  if (!links.length) return;
  const here = links.findIndex((link) => link === document.activeElement || link.closest("li").contains(document.activeElement));
  const current = here >= 0 ? here : links.findIndex((link) => link.hasAttribute("aria-current"));
  const next = links[Math.min(links.length - 1, Math.max(0, current + by))];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

const acts = {
  j: () => step(1),
  k: () => step(-1),
  r: () => document.querySelector("chat-composer")?.choose("reply"),
  n: () => document.querySelector("chat-composer")?.choose("note"),
  e: () => document.querySelector("[aria-keyshortcuts=E]")?.click(),
  u: () => document.querySelector("[aria-keyshortcuts=U]")?.click(),
  "?": () => document.getElementById("shortcuts")?.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest(TYPING) || document.querySelector("dialog[open]")) {
    if (event.key === "Escape" && event.target.closest("chat-composer")) event.target.blur();
    return;
  }
  const act = acts[event.key];
  if (!act || (localStorage.getItem(OFF) && event.key !== "?")) return;
  event.preventDefault();
  act();
});

const choice = document.getElementById("keys-on");
if (choice) {
  choice.checked = !localStorage.getItem(OFF);
  choice.addEventListener("change", () => (choice.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "off")));
}
