// What is rarely used is loaded when it is first asked for. The click that asked is then made again, and meets it.
import { toast } from "./page.js";

const later = new Map([
  ["[data-record]", () => import("./voice-note.js")],
  ["[data-dialog=ask]", () => import("./ask-dialog.js")],
]);

async function load(asked, button) {
  const loaded = await later.get(asked)().catch(() => null);
  if (!loaded) return toast(document.body.dataset.failed);
  later.delete(asked);
  return button.click();
}

// The commands' dialog opens at once: what is typed until they are there is typed into it, and pressed is no key.
document.addEventListener("submit", (event) => event.target.closest("command-menu") && event.preventDefault());
document.addEventListener("click", ({ target }) => {
  if (target.closest("[data-dialog=commands]")) import("./command-menu.js").catch(() => toast(document.body.dataset.failed));
});

document.addEventListener("click", (event) => {
  for (const asked of later.keys()) {
    const button = event.target.closest(asked);
    if (!button) continue;
    event.stopPropagation();
    load(asked, button);
  }
}, { capture: true });
