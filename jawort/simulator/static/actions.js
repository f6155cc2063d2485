// What can be done with one message: react, answer, pass on, correct, delete.

import { $, el, icon } from "./dom.js";
import { t } from "./words.js";

const EMOJI = ["👍", "❤️", "😂", "😮", "😢", "🙏"];
const AGAIN = new Set(["text", "image", "video", "audio", "document", "sticker", "location", "contacts"]);
const WIDE_PX = 248;

function entry(name, word, act) {
  return el("li", {}, el("button", { type: "button", class: "menu__item", onclick: () => { $("actions").hidePopover(); act(); } },
    icon(name), t(word)));
}

function place(anchor) {
  const box = anchor.getBoundingClientRect();
  const menu = $("actions");
  const below = box.bottom < innerHeight / 2;
  menu.style.insetBlockStart = below ? `${box.bottom + 4}px` : "auto";
  menu.style.insetBlockEnd = below ? "auto" : `${innerHeight - box.top + 4}px`;
  menu.style.insetInlineStart = `${Math.max(4, Math.min(box.left, innerWidth - WIDE_PX - 8))}px`;
}

/** Opens the menu of `message` at `anchor`; `acts` does what is chosen. */
export function showActions(message, anchor, { react, reply, pass, edit, revoke }) {
  const chosen = (emoji) => { $("actions").hidePopover(); react(message, message.mood === emoji ? "" : emoji); };
  $("emoji").replaceChildren(...EMOJI.map((emoji) => el("button", {
    type: "button", class: "emoji", "aria-pressed": String(message.mood === emoji), onclick: () => chosen(emoji),
    "aria-label": t(message.mood === emoji ? "unreact" : "react", { emoji }),
  }, emoji)));
  const gone = message.mark === "revoked";
  $("action-list").replaceChildren(...[
    gone ? null : entry("reply", "reply", () => reply(message)),
    !gone && AGAIN.has(message.type) ? entry("forward", "passOn", () => pass(message)) : null,
    message.mine && !gone && message.type === "text" ? entry("pen", "edit", () => edit(message)) : null,
    message.mine && !gone ? entry("bin", "revoke", () => revoke(message)) : null,
  ].filter(Boolean));
  place(anchor);
  $("actions").showPopover();
  $("emoji").firstChild.focus();
  $("actions").addEventListener("toggle", () => anchor.isConnected && anchor.focus(), { once: true });
}
