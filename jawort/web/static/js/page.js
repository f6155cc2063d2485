// Small things of the shell: the panel, the theme, dialogs, copying, and a word when a request fails.
import { noticed, post, swap, why } from "./server.js";

const app = document.querySelector(".app");
const PANEL = "jawort-panel";
const WIDE = matchMedia("(width >= 80rem)");

/** A sentence at the edge. What went wrong stays until somebody closes it; `brief` goes by itself. */
export function toast(text, brief) {
  const box = document.getElementById("toasts");
  const line = document.getElementById("toast").content.firstElementChild.cloneNode(true);
  [...box.children].find((one) => one.firstElementChild.textContent === text)?.remove();
  line.firstElementChild.textContent = text;
  box.append(line);
  if (brief) setTimeout(() => line.remove(), 6_000);
}

function panel() {
  if (!WIDE.matches) return drawer(!app.hasAttribute("data-drawer"));
  app.dataset.panel = app.dataset.panel === "off" ? "on" : "off";
  localStorage.setItem(PANEL, app.dataset.panel);
  return told();
}

/** Where there is no room beside the thread the panel lies above it: the focus goes in, and back when it closes. */
function drawer(open) {
  app.toggleAttribute("data-drawer", open);
  told();
  document.querySelector(open ? ".panel a, .panel button" : ".conv__panel")?.focus();
}

/** The button says whether the panel is open; a swap forgets it. */
function told() {
  const open = WIDE.matches ? app.dataset.panel !== "off" : app.hasAttribute("data-drawer");
  document.querySelector(".conv__panel")?.setAttribute("aria-expanded", String(open));
}

function theme(button) {
  const root = document.documentElement;
  const dark = root.dataset.theme === "dark" || (root.dataset.theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.dataset.theme = dark ? "light" : "dark";
  const body = new FormData(button.form);
  body.set("theme", root.dataset.theme);
  post(button.form.action, body).catch(() => {});
}

async function copy(button) {
  await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
  toast(button.dataset.done, true);
}

/** Taken back, its text goes on here, or where it was written: there the server has put it. */
async function undo({ form: { action, dataset } }) {
  const response = await post(action).catch(() => null);
  if (!response?.ok) return toast(await why(response));
  for (const each of document.querySelectorAll(`[data-undo="${dataset.undo}"]`)) each.closest(".msg, .toast").remove();
  const composer = document.querySelector("chat-composer");
  if (!action.includes(composer?.dataset.conversation)) return location.assign(action.replace(/messages.*/, ""));
  return composer.edit(await response.text());
}

/** Takes back what was done to a conversation, which may not be the open one any more. */
async function revert({ form }) {
  const response = await post(form.action, new FormData(form)).catch(() => null);
  form.remove();
  if (!response?.ok) return toast(await why(response));
  const thread = document.querySelector(`#thread[data-conversation="${form.dataset.of}"]`);
  return thread && swap(await response.text(), thread, "outerMorph");
}

function close(button) {
  button.closest(".toast").remove();
  document.getElementById("main").focus({ preventScroll: true });
}

const again = (button) => document.querySelector("chat-composer").edit(button.dataset.text, button.dataset.kind);
const acts = { panel, theme, copy, again, undo, revert, close, dialog: (button) => document.getElementById(button.dataset.dialog).showModal() };

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-act]");
  if (app?.hasAttribute("data-drawer") && !event.target.closest(".panel, .conv__panel")) drawer(false);
  if (!button) return;
  event.preventDefault();
  button.closest("[popover]")?.hidePopover();
  acts[button.dataset.act]?.(button);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !app?.hasAttribute("data-drawer")) return;
  event.preventDefault();
  drawer(false);
});

// Whoever has chosen from a menu is done with it; the focus goes back to where it was opened.
document.addEventListener("submit", ({ target }) => {
  const menu = target.closest("[popover]");
  if (!menu) return;
  menu.hidePopover();
  document.querySelector(`[popovertarget="${menu.id}"]`)?.focus();
});

if (app && localStorage.getItem(PANEL) === "off") app.dataset.panel = "off";
if (app) told();
WIDE.addEventListener("change", () => app && told());
document.addEventListener("htmx:after:history:push", () => app?.removeAttribute("data-drawer"));

// A swap takes away the button that was pressed: the one in its place gets the focus.
const REPLACED = [".conv__resolve", ".conv__snooze", ".conv__label"];
let pressed;
document.addEventListener("htmx:before:swap", () => { pressed = REPLACED.find((one) => document.activeElement?.matches(one)); });
document.addEventListener("htmx:after:swap", () => {
  if (app) told();
  if (pressed && document.activeElement === document.body) document.querySelector(pressed)?.focus();
});

for (const type of ["htmx:response:error", "htmx:error"]) {
  document.addEventListener(type, (event) => {
    const { status } = noticed(event.detail.ctx?.response ?? {});
    if (status !== 401 && status !== 403) toast(document.body.dataset.failed);
  });
}
