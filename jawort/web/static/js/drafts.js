// Drafts stay in this browser, sealed: the key comes with the page and opens only for the person who is signed in, so
// that no text lies in clear on the disk of the workplace. A draft is {kind, text}: what was written as a note must not
// come back as a reply. The server keeps it too, where a colleague finds it. A text that was to be sent has its own name.
import { now } from "./clock.js";
import { painted } from "./waiting.js";

const PREFIX = "jawort-draft:";
const NONCE_BYTES = 12;
const KEEP_AFTER_MS = 5_000;
const coded = document.querySelector("meta[name=draft-key]")?.content;
const key = coded && window.crypto?.subtle
  ? crypto.subtle.importKey("raw", bytes(coded), "AES-GCM", false, ["encrypt", "decrypt"])
  : null;

function bytes(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

export async function save(name, draft) {
  if (!draft.text.trim()) return forget(name);
  if (!key) return undefined;
  const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await key, new TextEncoder().encode(JSON.stringify({ ...draft, at: now() })));
  return localStorage.setItem(PREFIX + name, btoa(String.fromCharCode(...iv, ...new Uint8Array(sealed))));
}

export function forget(name) {
  localStorage.removeItem(PREFIX + name);
}

/** The names that go on behind this one. */
export const below = (name) => Object.keys(localStorage).filter((one) => one.startsWith(PREFIX + name)).map((one) => one.slice(PREFIX.length));

/** The draft, or null. */
export async function load(name) {
  const stored = localStorage.getItem(PREFIX + name);
  if (!stored || !key) return null;
  try {
    const all = bytes(stored);
    const [iv, sealed] = [all.slice(0, NONCE_BYTES), all.slice(NONCE_BYTES)];
    return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, await key, sealed)));
  } catch {
    forget(name); // another person's, or from before the key or the form changed
    return null;
  }
}

let composer, keeping;

export function keepSoon(from) {
  if (composer !== from) keep();
  composer = from;
  keeping ||= setTimeout(keep, KEEP_AFTER_MS);
}

/** By beacon: also when the page is left. */
export function keep() {
  if (!keeping) return;
  keeping = clearTimeout(keeping);
  const unsent = composer.text.value ? null : composer.pending.rest().findLast(({ filled }) => !filled);
  if (unsent && !unsent.failed) return; // on its way: it is no draft, and what fails comes here once more
  const body = new FormData(composer.form);
  body.set("kind", unsent?.kind ?? composer.written);
  if (unsent) body.set("text", unsent.text);
  navigator.sendBeacon(composer.dataset.keep, body);
}

/** When its form goes. To read one lays out the page, so not in the midst of a swap. */
export const keepNow = () => painted().then(keep);

document.addEventListener("visibilitychange", () => document.hidden && keep());
