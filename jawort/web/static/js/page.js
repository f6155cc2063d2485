// Small things of the shell: the panel, the theme, dialogs, copying, and a word when a request fails.
import { post } from "./server.js";

const app = document.querySelector(".app");
const PANEL = "jawort-panel";
const WIDE = matchMedia("(width >= 80rem)");

/** A sentence at the edge that goes by itself. */
export function toast(text) {
  const box = document.getElementById("toasts");
  const line = document.createElement("p");
  line.className = "toast";
  line.textContent = text;
  box.append(line);
  setTimeout(() => line.remove(), 6_000);
}

function panel() {
  if (WIDE.matches) {
    const off = app.dataset.panel !== "off";
    app.dataset.panel = off ? "off" : "on";
    localStorage.setItem(PANEL, app.dataset.panel);
  } else {
    app.toggleAttribute("data-drawer");
    if (app.hasAttribute("data-drawer")) document.querySelector(".panel a, .panel button")?.focus();
  }
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
  toast(button.dataset.done);
}

const again = (button) => document.querySelector("chat-composer").edit(button.dataset.text);
const acts = { panel, theme, copy, again, dialog: (button) => document.getElementById(button.dataset.dialog).showModal() };

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-act]");
  if (!button) return;
  event.preventDefault();
  button.closest("[popover]")?.hidePopover();
  acts[button.dataset.act]?.(button);
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") app?.removeAttribute("data-drawer");
});

// Whoever has chosen from a menu is done with it; the focus goes back to where it was opened.
document.addEventListener("submit", ({ target }) => {
  if (!target.matches("form[popover]")) return;
  target.hidePopover();
  document.querySelector(`[popovertarget="${target.id}"]`)?.focus();
});

if (app && localStorage.getItem(PANEL) === "off") app.dataset.panel = "off";
document.addEventListener("htmx:after:history:push", () => app?.removeAttribute("data-drawer"));

for (const type of ["htmx:response:error", "htmx:error"]) {
  document.addEventListener(type, (event) => {
    const status = event.detail.ctx?.response?.status;
    if (status === 401 || status === 403) document.getElementById("expired")?.showModal?.();
    else toast(document.body.dataset.failed);
  });
}
