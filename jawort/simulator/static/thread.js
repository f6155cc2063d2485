// The messages on the screen.

import { shown } from "./content.js";
import { $, el, icon } from "./dom.js";
import { day, hours, t } from "./words.js";

const TICKS = {
  waiting: ["clock", "tickAccepted"],
  accepted: ["tick", "tickSent"],
  sent: ["tick", "tickSent"],
  delivered: ["ticks", "tickDelivered"],
  read: ["ticks", "tickRead"],
  failed: ["alert", "tickFailed"],
};
const NEAR_PX = 120; // a reader this close to the end wants to see what is new

function ticks(message) {
  const [name, word] = TICKS[message.state];
  return [icon(name, message.state === "read" ? "ticks--read" : ""), el("span", { class: "sr" }, t(word))];
}

/** One line that tells what a message is: for quotes, and for who hears the page. */
export function summary(message) {
  if (!message) return t("quoteGone");
  if (message.mark === "revoked") return t("revoked");
  const known = { image: 1, video: 1, audio: 1, document: 1, sticker: 1, location: 1, contacts: 1, order: 1, call: 1 };
  const kind = known[message.type] ? t(`kind_${message.type}`) : "";
  return [kind, message.text].filter(Boolean).join(": ") || t("unsupported", { type: message.type });
}

function quote(message, known, business) {
  if (!message.reply_to) return null;
  const quoted = known.get(message.reply_to);
  const who = quoted?.mine ? t("you") : business;
  return el("p", { class: "quote" }, quoted ? el("b", {}, who) : null, el("span", {}, summary(quoted)));
}

function moods(message) {
  const found = [[message.mood, "moodMine"], [message.their_mood, "moodTheirs"]].filter(([emoji]) => emoji);
  return found.length
    ? el("p", { class: "moods" }, ...found.map(([emoji, word]) =>
      el("span", {}, el("span", { class: "sr" }, `${t(word)} `), emoji)))
    : null;
}

function foot(message, retry) {
  const line = el("p", { class: "bubble__foot" }, el("time", { datetime: message.at }, hours(new Date(message.at))));
  if (message.mark === "edited") line.prepend(el("span", {}, t("edited")));
  if (message.mine && message.type !== "call") line.append(...ticks(message));
  if (message.state === "failed" && message.mine) {
    line.prepend(el("button", { type: "button", class: "retry", onclick: () => retry(message) }, t("retry")));
  }
  return line;
}

function bubble(message, known, { business, retry, tap, play, menu }) {
  const passedOn = message.forwarded ? el("p", { class: "bubble__note" }, icon("forward"), t("forwarded")) : null;
  const parts = shown(message, { tap: (choice) => tap(message, choice), play: () => play(message) }).filter(Boolean);
  const more = message.id.startsWith("draft-") || message.type === "call" ? null : el("button", {
    type: "button", class: "more", "aria-haspopup": "menu", "aria-label": t("more", { text: summary(message) }),
    onclick: (event) => menu(message, event.currentTarget),
  }, icon("more"));
  return el("li", { class: `msg msg--${message.mine ? "mine" : "theirs"} msg--${message.state}`, "data-id": message.id },
    el("div", { class: "bubble", "data-kind": message.type }, passedOn, quote(message, known, business), ...parts,
      foot(message, retry), moods(message)), more);
}

/** Shows `messages` (oldest first); keeps the reader's place unless it is at the end, and an open list open. */
export function showThread(messages, now, acts) {
  const scroll = $("scroll");
  const follow = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR_PX;
  const known = new Map(messages.map((one) => [one.id, one]));
  const old = new Map([...$("thread").children].map((row) => [row.dataset.key, row]));
  const rows = [];
  let heading = "";
  for (const message of messages) {
    const name = day(new Date(message.at), now);
    if (name !== heading) rows.push(kept(old, name, () => el("li", { class: "day" }, name)));
    heading = name;
    // How far the business's own messages have come is not shown: a recording goes on when it becomes “played”.
    const state = JSON.stringify([message.mine ? message : { ...message, state: "" }, message.reply_to && summary(known.get(message.reply_to))]);
    rows.push(kept(old, state, () => bubble(message, known, acts)));
  }
  if (rows.length !== $("thread").children.length || rows.some((row, at) => row !== $("thread").children[at])) {
    $("thread").replaceChildren(...rows);
  }
  if (follow) scroll.scrollTop = scroll.scrollHeight;
}

/** The row that shows the same already, or a new one: a recording that plays, or an open list, is left alone. */
function kept(old, key, make) {
  const row = old.get(key) ?? make();
  row.dataset.key = key;
  old.delete(key);
  return row;
}

/** What the screen says while there is nothing to read. */
export function showEmpty({ phone, messages }, starter) {
  const nothing = !phone || messages.length === 0;
  $("empty").hidden = !nothing;
  $("first-phone").hidden = Boolean(phone);
  if (!nothing) return;
  $("empty-title").textContent = t(phone ? "empty" : "noPhone");
  $("empty-text").textContent = t(phone ? "emptyText" : "noPhoneText");
  const chips = phone ? ["starter1", "starter2", "starter3"] : [];
  $("starters").replaceChildren(
    ...chips.map((key) => el("button", { type: "button", class: "chip", onclick: () => starter(t(key)) }, t(key))));
}
