// Files as a message shows them.

import { el, icon } from "./dom.js";
import { t } from "./words.js";

const file = (id) => `/phone/media/${encodeURIComponent(id)}`;
const HEADERS = new Set(["image", "video", "document"]);

/** A sign, a text, and something smaller below it. */
export function line(name, text, more) {
  return el("p", { class: "line" }, icon(name), el("span", {}, text, more ? el("small", {}, more) : null));
}

/** A picture, a film, a recording or a file; without an id it lies somewhere else, and stays there. */
export function medium(kind, content, play) {
  if (!content?.id) return line("file", t(`kind_${kind}`), content?.link ?? "");
  const source = file(content.id);
  if (kind === "image" || kind === "sticker") {
    const named = content.caption || t(`kind_${kind}`);
    return el("img", { class: `medium medium--${kind}`, src: source, alt: named, loading: "lazy" });
  }
  const named = { src: source, controls: true, preload: "metadata", "aria-label": t(`kind_${kind}`), ...(play && { onplay: play }) };
  if (kind === "video" || kind === "audio") return el(kind, { class: `medium medium--${kind}`, ...named });
  return el("a", { class: "line", href: source, download: content.filename ?? "" }, icon("file"),
    el("span", {}, content.filename || t("kind_document")));
}

/** The file above a message or a card; nothing where there is none. */
export function headed(header) {
  const kind = String(header?.type ?? "").toLowerCase();
  return HEADERS.has(kind) ? medium(kind, header[kind]) : null;
}
