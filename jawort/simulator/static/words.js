// The page's words, in the language that the server chose, and its way of writing times: in the zone that `tz` names,
// so that a desk beside the phone and the phone show the same, else in the browser's.

export const lang = document.documentElement.lang;
const words = await (await fetch(`/phone/texts/${lang}.json`)).json();
const locale = lang === "de" ? "de-DE" : "en-GB";
const timeZone = known(new URL(location.href).searchParams.get("tz"));
const made = (options) => new Intl.DateTimeFormat(locale, { timeZone, ...options });
const clock = made({ hour: "2-digit", minute: "2-digit" });
const exact = made({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
const date = made({ weekday: "long", day: "numeric", month: "long" });
const parts = new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" }); // 2026-11-25

/** A text; `{name}` in it is filled from `values`. */
export const t = (key, values = {}) => words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
export const hours = (moment) => clock.format(moment);
export const seconds = (moment) => exact.format(moment);

/** The zone, if the browser has it; undefined is the browser's own. */
function known(zone) {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone ?? undefined }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

/** Heading of a day in the thread. */
export function day(moment, now) {
  const days = (Date.parse(parts.format(now)) - Date.parse(parts.format(moment))) / 86_400_000;
  return days === 0 ? t("today") : days === 1 ? t("yesterday") : date.format(moment);
}
