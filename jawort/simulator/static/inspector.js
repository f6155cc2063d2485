// Webhooks as they fly by: one line each, the JSON below it.

import { $, el } from "./dom.js";
import { seconds, t } from "./words.js";

const SHOWN_MAX = 100;
const STATUSES = { sent: "statusSent", delivered: "statusDelivered", read: "statusRead", played: "statusPlayed", failed: "statusFailed" };
const rows = new Map(); // seq -> { item, node }

const status = ({ status: code }) => (STATUSES[code] ? t(STATUSES[code]) : code);

function summary(hook) {
  const changes = hook.json.entry[0].changes;
  if (hook.updates > 1) return [t("updates", { count: hook.updates }), ""];
  const { value, field } = changes[0];
  if (value.messages) return [t("kindMessage"), value.messages[0].text?.body ?? value.messages[0].type];
  const name = value.contacts?.[0].profile?.name;
  if (value.calls) return [t("kind_call"), [value.calls[0].event, name].filter(Boolean).join(" · ")];
  if (value.statuses) return [t("kindStatus"), [status(value.statuses[0]), name].filter(Boolean).join(" · ")];
  return [field, ""];
}

function tag(hook) {
  const last = hook.attempts.at(-1);
  if (hook.state === "delivered") return ["delivered", `${t("stateDelivered")} · 200`];
  if (hook.state === "dropped") return ["dropped", t("stateDropped")];
  return last ? ["retry", `${t("stateRetry")} · ${last.status ?? "–"}`] : ["waiting", t("stateWaiting")];
}

/** JSON with colours: a text node for every token, so that nothing in it becomes markup. */
function coloured(json) {
  const code = el("code");
  const token = /("(?:\\.|[^"\\])*")(\s*:)?|(-?\d[\d.eE+-]*|true|false|null)/g;
  const text = JSON.stringify(json, null, 2);
  let at = 0;
  for (const match of text.matchAll(token)) {
    code.append(text.slice(at, match.index));
    const style = match[2] ? "k" : match[1] ? "s" : "n";
    code.append(el("span", { class: style }, match[1] ?? match[3]), match[2] ?? "");
    at = match.index + match[0].length;
  }
  code.append(text.slice(at));
  return code;
}

function fill(row) {
  const { item, node } = row;
  const [kind, what] = summary(item);
  const [style, word] = tag(item);
  node.querySelector(".hook__what").replaceChildren(el("b", {}, kind), what ? ` · ${what}` : "");
  node.querySelector(".tag").className = `tag tag--${style}`;
  node.querySelector(".tag").textContent = word;
  const tries = item.attempts.map((one, n) =>
    t("attempt", { n: n + 1, answer: one.status ?? one.error ?? t("noAnswer"), ms: one.ms }));
  node.querySelector(".hook__attempts").textContent = tries.join(" · ");
  if (node.firstChild.open && !node.querySelector("code")) node.querySelector("pre").append(coloured(item.json));
}

function line(hook) {
  const pre = el("pre", { class: "json", tabindex: "0", role: "region", "aria-label": t("json") });
  const details = el("details", {},
    el("summary", {},
      el("time", { class: "hook__time", datetime: hook.at }, seconds(new Date(hook.at))),
      el("span", { class: "hook__what" }), el("span", { class: "tag" })),
    el("p", { class: "hook__attempts" }), pre);
  const row = { item: hook, node: el("li", { class: "hook" }, details) };
  details.addEventListener("toggle", () => fill(row));
  return row;
}

/** Adds a webhook or brings its line up to date. */
export function showWebhook(hook) {
  const known = rows.get(hook.seq);
  if (known) known.item = hook;
  const row = known ?? line(hook);
  fill(row);
  if (!known) {
    rows.set(hook.seq, row);
    $("webhooks").prepend(row.node);
    while (rows.size > SHOWN_MAX) {
      const [oldest] = rows.keys();
      rows.get(oldest).node.remove();
      rows.delete(oldest);
    }
  }
  count();
}

/** Replaces all lines (oldest first). */
export function showWebhooks(hooks) {
  rows.clear();
  $("webhooks").replaceChildren();
  hooks.slice(-SHOWN_MAX).forEach(showWebhook);
  count();
}

function count() {
  const newest = [...rows.values()].at(-1)?.item;
  $("webhook-count").textContent = newest?.seq ?? 0;
  $("webhooks-empty").hidden = rows.size > 0;
  $("webhook-last").textContent = newest ? summary(newest).filter(Boolean).join(" · ") : "";
}
