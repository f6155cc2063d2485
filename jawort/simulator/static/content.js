// What a message shows, by its type. `content` is the object that the platform carries; it may be anything.

import { el, spoken } from "./dom.js";
import { formatted } from "./format.js";
import { headed, line, medium } from "./media.js";
import { offers } from "./offers.js";
import { t } from "./words.js";

const list = (value) => (Array.isArray(value) ? value : []);

/** A paragraph of text with its marks; nothing where there is none. */
export const paragraph = (text, style = "") =>
  text ? el("p", { class: `bubble__text ${style}`.trim() }, ...formatted(String(text))) : null;

function place(content) {
  const where = [content.latitude, content.longitude].map((degrees) => Number(degrees).toFixed(4)).join(", ");
  return [line("pin", content.name || t("kind_location"), content.address || where)];
}

function cards(content) {
  return list(content).map((card) => {
    const phones = list(card?.phones).map((one) => spoken(String(one?.phone ?? "")));
    const emails = list(card?.emails).map((one) => String(one?.email ?? ""));
    return line("person", card?.name?.formatted_name || t("kind_contacts"), [...phones, ...emails].join(", "));
  });
}

function order(content) {
  const items = list(content.product_items);
  const rows = items.map((one) => `${one?.quantity} × ${one?.product_retailer_id}, ${one?.item_price} ${one?.currency}`);
  return [line("cart", t("kind_order"), rows.join(" · ")), paragraph(content.text)];
}

/** Header, body and footer around what can be tapped: interactive messages and rendered templates. */
function framed({ content, text, ...message }, tap) {
  return [
    headed(content.header),
    content.header?.text ? el("p", { class: "bubble__title" }, content.header.text) : null,
    paragraph(text || content.body?.text || content.body),
    content.footer ? el("p", { class: "bubble__note" }, content.footer.text ?? content.footer) : null,
    ...offers({ ...message, content }, tap),
  ];
}

function answered(content) {
  if (content.nfm_reply) return [line("form", t("kind_flow"), content.nfm_reply.body)];
  const calls = content.call_permission_reply;
  if (calls) return [line("phone", t(calls.response === "accept" ? "callsAllowed" : "callsRefused"))];
  const chosen = content.button_reply ?? content.list_reply;
  return chosen ? [paragraph(chosen.title), chosen.description ? el("p", { class: "bubble__note" }, chosen.description) : null] : null;
}

/** The nodes of a message; `tap(choice)` answers it, `play()` tells that a recording is being heard. */
export function shown(message, { tap, play }) {
  const { type, content, mine, mark, text } = message;
  if (mark === "revoked") return [el("p", { class: "bubble__text bubble__text--kind" }, t("revoked"))];
  if (type === "call") return [line("call", t("kind_call"), t("called"))];
  if (type === "text" || content === null || typeof content !== "object") return text ? [paragraph(text)] : [unknown(type)];
  if (type === "audio" && content.voice && !mine) return [medium(type, content, play)];
  if (["image", "video", "audio", "document", "sticker"].includes(type)) return [medium(type, content), paragraph(content.caption)];
  if (type === "location") return place(content);
  if (type === "contacts") return cards(content);
  if (type === "order") return order(content);
  if (type === "button") return [paragraph(content.text)];
  if (type === "interactive" && mine) return answered(content) ?? [unknown(type)];
  if (type === "interactive" || type === "template") return framed(message, tap);
  return text ? [paragraph(text)] : [unknown(content.type ?? type)];
}

const unknown = (type) => el("p", { class: "bubble__text bubble__text--kind" }, t("unsupported", { type }));
