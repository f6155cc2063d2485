// The stage: which part is shown where there is room for one, and whether the tour is folded.

const FOLDED = "jawort-tour-folded";
const stage = document.getElementById("stage");
const fold = stage.querySelector("[data-fold]");

// After signing in inside the desk's frame the stage would stand in itself.
if (window.top !== window) window.top.location.href = location.href;

function folded(is) {
  stage.toggleAttribute("data-folded", is);
  fold.setAttribute("aria-expanded", String(!is));
  localStorage.setItem(FOLDED, is ? "yes" : "");
}

fold.addEventListener("click", () => folded(!stage.hasAttribute("data-folded")));
folded(localStorage.getItem(FOLDED) === "yes");

/** Bring a part to the front where only one fits. */
function pane(name) {
  stage.querySelector(`[name=pane][value=${name}]`).checked = true;
}

const frame = stage.querySelector("iframe[name=desk]");

// Who follows a link to the desk goes there: with the focus in it the desk knows that somebody looks.
document.addEventListener("click", (event) => {
  if (!event.target.closest("[target=desk]")) return;
  pane("desk");
  frame.addEventListener("load", () => frame.contentWindow.focus(), { once: true });
});
document.getElementById("now").addEventListener("click", () => pane("tour"));

/** Light or dark is chosen at the desk; the stage around it follows. */
function follow() {
  const desk = frame.contentDocument?.documentElement;
  if (!desk) return;
  const same = () => { document.documentElement.dataset.theme = desk.dataset.theme ?? "system"; };
  new MutationObserver(same).observe(desk, { attributeFilter: ["data-theme"] });
  same();
}
frame.addEventListener("load", follow);
follow();
