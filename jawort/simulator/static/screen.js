// The phone's own signs (link, banner, typing) and the switches below it.

import { digits } from "./api.js";
import { $ } from "./dom.js";
import { hours, t } from "./words.js";

const DAY_S = 86_400;

function banner(user, linked) {
  if (!linked) return "lostBanner";
  if (user && !user.online) return "offlineBanner";
  return user?.blocked ? "blockedBanner" : "";
}

/** Brings everything around the thread up to date; `now` in milliseconds of the moved clock. */
export function showScreen(user, now, linked) {
  const typing = Boolean(user?.typing_until && user.typing_until > now);
  const subtitle = t(typing ? "typing" : "business");
  if ($("subtitle").textContent !== subtitle) $("subtitle").textContent = subtitle; // a live region: speak once
  $("subtitle").toggleAttribute("data-typing", typing);
  for (const [id, on] of [["online", user?.online], ["receipts", user?.read_receipts]]) {
    $(id).setAttribute("aria-checked", String(Boolean(on)));
    $(id).disabled = !user;
  }
  $("block").setAttribute("aria-pressed", String(Boolean(user?.blocked)));
  $("block").disabled = $("fail").disabled = !user;
  $("text").disabled = $("attach").disabled = $("call").disabled = !user || !user.online || user.blocked;
  $("composer").querySelector(".composer__send").disabled = $("text").disabled;
  const key = banner(user, linked);
  const box = $("banner");
  box.hidden = !key;
  if (box.dataset.key !== key) box.textContent = key ? t(key) : "";
  box.dataset.key = key;
  box.dataset.kind = key === "offlineBanner" ? "warn" : "bad";
  $("status-link").setAttribute("href", `/phone/static/icons.svg#${user && !user.online ? "offline" : "online"}`);
  $("status-clock").textContent = hours(now);
}

/** Wires the switches; `call` posts to the control API, `me` is the person who holds the phone. */
export function wireControls({ me, call, shift }) {
  const verb = (name) => call(`users/${digits(me().phone)}/${name}`);
  $("online").addEventListener("click", () => verb(me().online ? "offline" : "online"));
  $("block").addEventListener("click", () => verb(me().blocked ? "unblock" : "block"));
  $("call").addEventListener("click", () => verb("calls"));
  $("receipts").addEventListener("click", () =>
    call("users", { phone: me().phone, read_receipts: !me().read_receipts }));
  $("fail").addEventListener("click", () => {
    const armed = $("fail").getAttribute("aria-pressed") === "true";
    call("faults", armed ? [] : [{ kind: "undeliverable", phone: me().phone }]);
  });
  $("day").addEventListener("click", () => call("clock", { shift_s: shift() + DAY_S }));
}
