// Which rows have their place in the list that is shown, and in which order: as the server does it (messaging/listing.py).
import { SOON, now } from "./clock.js";

const KEYS = { waiting: "waits", window: "ends" };

/** The window is open and ends soon. Nothing is, where nobody wrote: NaN compares with no number. */
function closing({ ends }) {
  const rest = Date.parse(ends) - now();
  return rest > 0 && rest <= SOON;
}

function inView(row, { view, me }) {
  if (view === "resolved") return row.status === "resolved";
  if (view === "mentions") return row.mentions.includes(me);
  if (row.status !== "open" || (view === "snoozed") !== (row.snoozed === "yes")) return false;
  if (view === "closing") return closing(row);
  return view === "all" || view === "snoozed" || row.assignee === (view === "mine" ? me : "");
}

/** Whether what a row says of itself (its dataset) is what the list asks for (its dataset). */
export function belongs(row, asked) {
  return inView(row, asked)
    && asked.labels.split(" ").every((label) => row.labels.includes(label))
    && (!asked.line || row.line === asked.line)
    && (!asked.language || row.language === asked.language)
    && (!asked.waits || Date.parse(row.waits) <= now() - asked.waits * 1000)
    && (!asked.closing || closing(row))
    && (!asked.unread || row.unread === "yes");
}

/** Whether time alone brings rows in, or takes them out. */
export const timed = ({ view, waits, closing: soon, order }) => Boolean(view === "closing" || waits || soon || order === "window");

/** Negative where `a` stands before `b`: first those that the order is about, then all others, newest first. */
export function compare(a, b, order) {
  const [x, y] = [a, b].map((row) => (order === "window" && Date.parse(row.ends) <= now() ? "" : row[KEYS[order]] ?? ""));
  if (x !== y) return !x ? 1 : !y || x < y ? -1 : 1;
  return a.at < b.at ? 1 : a.at > b.at ? -1 : 0;
}
