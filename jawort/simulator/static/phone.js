// The page: what is known, what is chosen, and what a person can do with the phone.

import { showActions } from "./actions.js";
import { call, digits, listen } from "./api.js";
import { aboutMessage, wireComposer } from "./composer.js";
import { $ } from "./dom.js";
import { showWebhook, showWebhooks } from "./inspector.js";
import { loadNumbers, wireNumbers } from "./numbers.js";
import { showPerson, wirePerson } from "./person.js";
import { showPhones, wirePhones } from "./phones.js";
import { showScreen, wireControls } from "./screen.js";
import { showEmpty, showThread, summary } from "./thread.js";
import { wireWebsite } from "./website.js";
import { t } from "./words.js";

const READ_AFTER_MS = 700; // a person looks before it counts as read
const NOTE_MS = 8_000;
const RELOAD_MS = 1_000;
const business = () => $("business").textContent;
const users = new Map();
const threads = new Map();
const pending = new Map(); // messages that the simulator has not taken yet, by phone
const heard = new Set(); // voice messages that were played here
let selected = "";
let clock = { ahead: 0, shift: 0 }; // milliseconds before this browser's clock; seconds moved
let linked = true;
let reading = 0;
let noting = 0;
let reloading = 0;
let loaded = 0;
let drafts = 0;
let told = 0; // how much the stream has told: what came after a question is newer than its answer

const me = () => users.get(selected);
const now = () => Date.now() + clock.ahead;
const say = (text) => { $("say").textContent = text; };
const problem = (error) => note(t("problem", { why: error.message }));

/** Shows a line for a while; in its place stands how far the clock is ahead. */
function note(text) {
  const standing = clock.shift ? t("clockAhead", { hours: Math.round(clock.shift / 3600) }) : "";
  $("note").textContent = text || standing;
  clearTimeout(noting);
  if (text) noting = setTimeout(note, NOTE_MS);
}

function render() {
  const user = me();
  const messages = [...(threads.get(selected) ?? []), ...(pending.get(selected) ?? [])];
  showPhones(users, selected, choose);
  showThread(messages, now(), acts);
  showEmpty({ phone: selected, messages }, (text) => post({ type: "text", text }));
  showPerson(user);
  showScreen(user, now(), linked);
}

function renderClock(data) {
  clock = { ahead: Date.parse(data.now) - Date.now(), shift: data.shift_s };
  note();
  render();
}

function renderFaults(faults) {
  const armed = faults.some((fault) => fault.kind === "undeliverable" && ["", digits(selected)].includes(fault.phone));
  $("fail").setAttribute("aria-pressed", String(armed));
  if (armed) say(t("failArmed"));
}

function know(user) {
  users.set(user.phone, { ...user, told: ++told, typing_until: user.typing_s ? now() + user.typing_s * 1000 : 0 });
}

const after = (moment, list) => (list ?? []).filter((one) => one.told > moment);

async function loadThread(phone) {
  const asked = told;
  const { items } = await call("GET", `users/${digits(phone)}/messages`);
  const newer = after(asked, threads.get(phone));
  threads.set(phone, items);
  newer.forEach((message) => upsert(phone, message));
}

async function choose(phone, made) {
  if (made) know(made);
  selected = phone;
  if ($("phones").matches(":popover-open")) $("phones").hidePopover();
  const address = new URL(location.href);
  address.searchParams.set("user", digits(phone));
  history.replaceState(null, "", address);
  for (const link of document.querySelectorAll("[data-lang]")) {
    address.searchParams.set("lang", link.dataset.lang);
    link.href = address.search;
  }
  await loadThread(phone);
  render();
  $("scroll").scrollTop = $("scroll").scrollHeight;
  read();
}

/** Loads everything, at most once a second: a flood of events must not become a flood of requests. */
function reload() {
  if (!reloading) reloading = setTimeout(() => { reloading = 0; load().catch(problem); }, Math.max(0, loaded + RELOAD_MS - Date.now()));
}

async function load() {
  loaded = Date.now();
  await loadNumbers();
  const asked = told;
  const [found, hooks, time, faults] = await Promise.all(
    ["users", "webhooks?last=100", "clock", "faults"].map((path) => call("GET", path)));
  const newer = after(asked, [...users.values()]);
  users.clear();
  threads.clear();
  clock = { ahead: Date.parse(time.now) - Date.now(), shift: time.shift_s };
  [...found.items, ...newer].forEach(know);
  const wanted = selected || `+${digits(new URL(location.href).searchParams.get("user") ?? "")}`;
  const phone = users.has(wanted) ? wanted : found.items[0]?.phone ?? "";
  showWebhooks(hooks.items);
  renderFaults(faults.items);
  renderClock(time);
  if (phone) await choose(phone);
  else { selected = ""; render(); }
}

/** Sends a message; a text is on the screen before the simulator has it. */
async function post(given, failed) {
  const phone = selected;
  const { text } = given;
  if (given.type !== "text") return ask("", given);
  const list = (pending.get(phone) ?? []).filter((one) => one.id !== failed?.id);
  const draft = { id: `draft-${++drafts}`, mine: true, type: "text", text, given, reply_to: given.reply_to, at: new Date(now()).toISOString(), state: "waiting" };
  pending.set(phone, [...list, draft]);
  render();
  $("scroll").scrollTop = $("scroll").scrollHeight;
  try {
    const sent = await call("POST", `users/${digits(phone)}/messages`, given);
    // The stream may have told of it already, and of what became of it since: that is newer than this answer.
    if (!(threads.get(phone) ?? []).some((one) => one.id === sent.id)) upsert(phone, sent);
  } catch (error) {
    draft.state = "failed";
    problem(error);
  }
  return render();
}

/** Asks something of a message on this phone, or with no `path` sends one; nothing where that did not work. */
const ask = (path, body = {}) =>
  call("POST", `users/${digits(selected)}/messages${path}`, body).catch(problem);
const of = (message, verb) => `/${encodeURIComponent(message.id)}/${verb}`;

/** The same once more, passed on. */
function pass(message) {
  if (message.type === "text") return post({ type: "text", text: message.text, forwarded: true });
  const { id, caption, filename, ...rest } = message.content;
  const file = { id, ...(caption && { caption }), ...(filename && { filename }) };
  return ask("", { type: message.type, forwarded: true, [message.type]: id ? file : Array.isArray(message.content) ? message.content : rest });
}

const acts = {
  get business() { return business(); },
  retry: (message) => post(message.given, message),
  tap: (message, choice) => ask(of(message, "tap"), { choice }),
  play: (message) => { if (!heard.has(message.id)) { heard.add(message.id); ask(of(message, "play")); } },
  menu: (message, anchor) => showActions(message, anchor, acts),
  react: (message, emoji) => ask(of(message, "react"), { emoji }),
  reply: (message) => aboutMessage("reply", message),
  edit: (message) => aboutMessage("edit", message),
  revoke: (message) => ask(of(message, "revoke")),
  pass,
};

function upsert(phone, message) {
  const list = threads.get(phone) ?? [];
  const at = list.findIndex((one) => one.id === message.id);
  const fresh = { ...message, told: ++told };
  if (at >= 0) list[at] = fresh;
  else {
    list.push(fresh);
    const drafts = pending.get(phone) ?? [];
    const draft = drafts.find((one) => message.mine && one.state === "waiting" && one.text === message.text);
    pending.set(phone, drafts.filter((one) => one !== draft));
  }
  threads.set(phone, list);
  return at < 0;
}

/** The chat is open on the screen: after a moment everything in it is read. */
function read() {
  clearTimeout(reading);
  const unread = (threads.get(selected) ?? []).some((one) => !one.mine && one.state === "delivered");
  if (!unread || !me()?.online || document.hidden) return;
  const phone = selected;
  reading = setTimeout(() => call("POST", `users/${digits(phone)}/read`).catch(problem), READ_AFTER_MS);
}

listen({
  link(open) { linked = open; showScreen(me(), now(), linked); },
  resync: reload,
  reset() { pending.clear(); reload(); },
  user(user) { know(user); if (!selected) choose(user.phone); else render(); },
  message({ phone, ...message }) {
    const fresh = upsert(phone, message);
    if (phone !== selected) return;
    if (fresh && !message.mine) say(t("newMessage", { name: business(), text: summary(message) }));
    render();
    read();
  },
  webhook: showWebhook,
  clock: renderClock,
  faults: renderFaults,
  send(entry) { if (entry.state === "failed" && entry.phone === selected) note(t("sendFailed", { code: entry.error })); },
});

wireControls({ me, call: (path, body) => call("POST", path, body).catch(problem), shift: () => clock.shift });
wireComposer({ send: post, edit: (message, text) => ask(of(message, "edit"), { text }), trouble: problem });
wirePerson({ me, users: () => users, call: (path, body) => call("POST", path, body).catch(problem), moved: (user) => choose(user.phone, user) });
document.addEventListener("visibilitychange", read);
wirePhones(() => users, choose);
wireWebsite();
wireNumbers(() => { pending.clear(); load().catch(problem); });
document.querySelector(".langs").hidden = window.top !== window; // whoever frames the phone has a switch of their own
if (matchMedia("(width >= 60rem)").matches) $("inspector").open = true;
setInterval(() => showScreen(me(), now(), linked), 1000);
