// One clock and one zone for everything that shows a time: the server's clock, the person's zone.

const root = document.documentElement;
let shift;

/** Milliseconds: how near the end of a reply window is soon. */
export const SOON = root.dataset.soon * 1_000;

/** The server's time in milliseconds. */
export const now = () => Date.now() + (shift ?? 0);

/** Set by whatever was rendered. A stamp only grows old, so the furthest ahead is nearest; a demo's clock moves ahead. */
export function sync() {
  for (const { dataset } of document.querySelectorAll("[data-now]")) {
    const found = Date.parse(dataset.now) - Date.now();
    if (!(found <= shift)) shift = found;
  }
}

const lang = root.lang === "en" ? "en-GB" : root.lang; // day before month, 24 hours
const zone = { timeZone: root.dataset.tz || undefined, hourCycle: "h23" };
const made = (options) => new Intl.DateTimeFormat(lang, { ...zone, ...options });
const clock = made({ hour: "2-digit", minute: "2-digit" });
const weekday = made({ weekday: "short" });
const date = made({ day: "numeric", month: "short" });
const year = made({ day: "numeric", month: "short", year: "numeric" });
const day = made({ year: "numeric", month: "2-digit", day: "2-digit" });
const minutes = (count) => `${count} min`; // a symbol as h is: the same in every language, and as the server writes it
const relative = new Intl.RelativeTimeFormat(lang, { numeric: "auto" });

const MINUTE = 60_000, HOUR = 60 * MINUTE, DAY = 24 * HOUR;

/** 14:05 */
export const time = (at) => clock.format(at);

/** now, 5 min, 14:05, Mon, 3 Nov, 3 Nov 2025: as short as the distance allows. */
export function short(at) {
  const age = now() - at;
  if (age < MINUTE) return relative.format(0, "second");
  if (age < HOUR) return minutes(Math.floor(age / MINUTE));
  if (day.format(at) === day.format(now())) return clock.format(at);
  if (age < 6 * DAY) return weekday.format(at);
  return age < 300 * DAY ? date.format(at) : year.format(at);
}

/** 14:05, Mon 14:05, 3 Nov 14:05: a time to come. */
export function until(at) {
  if (day.format(at) === day.format(now())) return clock.format(at);
  return `${(at - now() < 6 * DAY ? weekday : date).format(at)} ${clock.format(at)}`;
}

/** 23 h 58, 12 min. */
export function left(ms) {
  const all = Math.max(0, Math.ceil(ms / MINUTE));
  const hours = Math.floor(all / 60);
  const rest = String(all % 60).padStart(2, "0");
  return hours ? `${hours} h ${rest}` : minutes(all);
}

/** 8 s. */
export const seconds = (at) => `${Math.max(0, Math.ceil((at - now()) / 1_000))} s`;

/** Call `tick` now and every few seconds as long as `element` is in the page. */
export function ticking(element, tick, every = 5_000) {
  tick();
  const timer = setInterval(() => (element.isConnected ? tick() : clearInterval(timer)), every);
}

sync();
document.addEventListener("htmx:after:swap", () => sync());
