// The page's words, in the language that the server chose, and its way of writing times.

export const lang = document.documentElement.lang;
const words = await (await fetch(`/phone/texts/${lang}.json`)).json();
const locale = lang === "de" ? "de-DE" : "en-GB";
const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
const exact = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const date = new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long" });

/** A text; `{name}` in it is filled from `values`. */
export const t = (key, values = {}) => words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
export const hours = (moment) => clock.format(moment);
export const seconds = (moment) => exact.format(moment);

/** Heading of a day in the thread. */
export function day(moment, now) {
  const days = Math.round((new Date(now).setHours(0, 0, 0, 0) - new Date(moment).setHours(0, 0, 0, 0)) / 86_400_000);
  return days === 0 ? t("today") : days === 1 ? t("yesterday") : date.format(moment);
}
