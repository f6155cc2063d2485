// Choosing a phone, and making a new one.

import { call, digits } from "./api.js";
import { $, el, face, icon, spoken } from "./dom.js";
import { t } from "./words.js";

// Kept free for films and books by the Bundesnetzagentur: nobody can ever have them.
const FICTION = [
  "15228817386", "15228895456", "15254599371", "1729925904", "1729968532", "1729973185", "1729973186", "1729980752",
  "1749091317", "1749464308", ...Array.from({ length: 100 }, (_, i) => `176040690${String(i).padStart(2, "0")}`),
].map((number) => `+49${number}`);
const NAMES = [
  "Kim Sommer", "Nour Haddad", "Mika Vogel", "Elif Aydın", "Jonas Krüger", "Lotte Böhm", "Sam Nowak", "Ida Groß",
];
const SHOWN_MAX = 200;

/** Numbers that nobody has, in the simulator either. */
export const free = (users) => FICTION.filter((number) => !users.has(number));

/** The number, with a sign where the business does not see it. */
function number(user) {
  const hidden = [icon("hidden"), el("span", { class: "sr" }, t("withheld"))];
  return [spoken(user.phone), ...(user.withhold_number ? hidden : [])];
}

function item(user, selected, choose) {
  const avatar = el("span", { "aria-hidden": "true" });
  face(avatar, user.name);
  const text = el("span", { class: "who__text" },
    el("span", { class: "who__name" }, user.name || spoken(user.phone)),
    el("span", { class: "who__number" }, ...number(user)));
  const unread = user.unread && user.phone !== selected
    ? el("span", { class: "badge" }, String(user.unread), el("span", { class: "sr" }, ` ${t("unread", { count: "" })}`))
    : null;
  const off = user.online ? null : icon("offline");
  return el("li", {}, el("button", {
    type: "button", class: "menu__item", "aria-current": user.phone === selected ? "true" : null,
    onclick: () => choose(user.phone),
  }, avatar, text, off, unread));
}

/** The menu and the button above the phone. */
export function showPhones(users, selected, choose) {
  const user = users.get(selected);
  $("phone-list").replaceChildren(...[...users.values()].slice(0, SHOWN_MAX).map((one) => item(one, selected, choose)));
  $("who-name").textContent = user ? user.name || spoken(user.phone) : t("noPhone");
  $("who-number").replaceChildren(...(user ? number(user) : []));
  if (user) face($("who-avatar"), user.name);
  else $("who-avatar").replaceChildren(icon("phone"));
  const others = [...users.values()].filter((one) => one.phone !== selected).reduce((sum, one) => sum + one.unread, 0);
  $("who-unread").hidden = others === 0;
  $("who-unread").textContent = others ? String(others) : "";
}

/** Puts the menu below its button; the top layer knows nothing of the page's layout. */
function place() {
  const box = $("who").getBoundingClientRect();
  $("phones").style.insetBlockStart = `${box.bottom + 4}px`;
  $("phones").style.insetInlineStart = `${box.left}px`;
}

/** Wires menu and dialog; `users()` gives the present phones, `choose` switches to one. */
export function wirePhones(users, choose) {
  const dialog = $("dialog");
  const open = () => {
    $("phones").hidePopover();
    const numbers = free(users());
    const taken = new Set([...users().values()].map((user) => user.name));
    $("new-name").value = NAMES.find((name) => !taken.has(name)) ?? NAMES[0];
    $("new-number").value = spoken(numbers[0] ?? "");
    $("new-withhold").checked = false;
    $("number-error").textContent = "";
    $("numbers").replaceChildren(...numbers.slice(0, 12).map((number) => el("option", { value: spoken(number) })));
    dialog.showModal();
    $("new-name").select();
  };
  $("phones").addEventListener("beforetoggle", place);
  $("new-phone").addEventListener("click", open);
  $("first-phone").addEventListener("click", open);
  $("new-cancel").addEventListener("click", () => dialog.close());
  $("new-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const made = await call("POST", "users", {
        phone: `+${digits($("new-number").value)}`,
        name: $("new-name").value.trim(),
        withhold_number: $("new-withhold").checked,
      });
      dialog.close();
      choose(made.phone, made);
    } catch {
      $("number-error").textContent = t("wrongNumber");
      $("new-number").focus();
    }
  });
}
