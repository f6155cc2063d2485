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

document.addEventListener("click", (event) => {
  for (const asked of later.keys()) {
    const button = event.target.closest(asked);
    if (!button) continue;
    event.stopPropagation();
    load(asked, button);
  }
}, { capture: true });
