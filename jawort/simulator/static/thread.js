// The messages on the screen.

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

function bubble(message, retry) {
  const text = message.text
    ? el("p", { class: "bubble__text" }, message.text)
    : el("p", { class: "bubble__text bubble__text--kind" }, t("unsupported", { type: message.type }));
  const foot = el("p", { class: "bubble__foot" }, el("time", { datetime: message.at }, hours(new Date(message.at))));
  if (message.mine) foot.append(...ticks(message));
  if (message.state === "failed" && message.mine) {
    foot.prepend(el("button", { type: "button", class: "retry", onclick: () => retry(message) }, t("retry")));
  }
  const side = message.mine ? "mine" : "theirs";
  return el("li", { class: `msg msg--${side} msg--${message.state}`, "data-id": message.id },
    el("div", { class: "bubble" }, text, foot));
}

/** Shows `messages` (oldest first); keeps the reader's place unless it is at the end. */
export function showThread(messages, now, retry) {
  const scroll = $("scroll");
  const follow = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR_PX;
  const rows = [];
  let heading = "";
  for (const message of messages) {
    const name = day(new Date(message.at), now);
    if (name !== heading) rows.push(el("li", { class: "day" }, name));
    heading = name;
    rows.push(bubble(message, retry));
  }
  $("thread").replaceChildren(...rows);
  if (follow) scroll.scrollTop = scroll.scrollHeight;
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
