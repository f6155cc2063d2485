// Writing: the text field, what it answers or corrects, and the menu of everything else that can be sent.

import { call } from "./api.js";
import { $, el, icon } from "./dom.js";
import { summary } from "./thread.js";
import { t } from "./words.js";

const PICTURES = ["hills", "parcel", "receipt"];
const BERLIN = { latitude: 52.520008, longitude: 13.404954, name: "Alexanderplatz", address: "10178 Berlin" };
const LEA = {
  name: { formatted_name: "Lea Muster", first_name: "Lea", last_name: "Muster" },
  phones: [{ phone: "+49 172 9925904", wa_id: "491729925904", type: "CELL" }],
  emails: [{ email: "lea.muster@blumen.example", type: "WORK" }],
  addresses: [{ street: "Tulpenfeld 4", zip: "53113", city: "Bonn", country: "Deutschland", country_code: "de", type: "WORK" }],
  org: { company: "Blumen Muster", department: "Laden", title: "Floristin" },
  urls: [{ url: "https://blumen.example", type: "WORK" }],
  birthday: "1990-04-23",
};
const PRODUCT = { catalog_id: "194836987003835", product_retailer_id: "tulpen-rot" };
const ORDER = {
  catalog_id: "194836987003835",
  product_items: [{ product_retailer_id: "tulpen-rot", quantity: 2, item_price: 4.5, currency: "EUR" }],
};
const ENTRIES = [
  ["pin", "kind_location", () => ({ type: "location", location: BERLIN })],
  ["person", "kind_contacts", () => ({ type: "contacts", contacts: [LEA] })],
  ["mic", "kind_audio", () => ({ type: "audio", audio: { sample: "voice" } })],
  ["smile", "kind_sticker", () => ({ type: "sticker", sticker: { sample: "sticker" } })],
  ["file", "kind_document", () => ({ type: "document", document: { sample: "document" } })],
  ["cart", "kind_order", (text) => ({ type: "order", order: { ...ORDER, ...(text && { text }) } })],
  ["cart", "aboutProduct", (text) => ({ type: "text", text: text || t("productText"), context: { referred_product: PRODUCT } })],
  ["store", "fromAd", (text) => ({ type: "text", text: text || t("adText"), referral: true })],
  ["forward", "passOn", (text) => ({ type: "text", text: text || t("passOnText"), forwarded: true })],
  ["list", "kind_poll", () => ({ type: "unsupported", unsupported: { type: "poll" } })],
];
let about = null; // { verb: "reply" | "edit", message }

function place(menu, anchor) {
  const box = anchor.getBoundingClientRect();
  menu.style.insetBlockEnd = `${innerHeight - box.top + 6}px`;
  menu.style.insetInlineStart = `${Math.max(4, box.left)}px`;
}

/** Answers `message`, or corrects it; null for neither. */
export function aboutMessage(verb, message) {
  about = message ? { verb, message } : null;
  $("about").hidden = !about;
  if (!about) return;
  $("about-verb").textContent = t(verb === "edit" ? "editing" : "replying");
  $("about-text").textContent = summary(message);
  if (verb === "edit") $("text").value = message.text;
  $("text").focus();
}

function taken() {
  const text = $("text").value.trim() ? $("text").value : "";
  $("text").value = "";
  const found = about;
  aboutMessage("", null);
  return { text, verb: found?.verb, message: found?.message };
}

/** What a file may be sent as. A picture in a format that WhatsApp does not show goes as a document. */
function kindOf(mime) {
  if (["image/jpeg", "image/png"].includes(mime)) return "image";
  if (["video/mp4", "video/3gpp"].includes(mime)) return "video";
  return /^audio\/(aac|amr|mpeg|mp4|ogg)/.test(mime) ? "audio" : "document";
}

/** Wires all of it. `send(given)` posts a message, `edit(message, text)` corrects one, `trouble(error)` tells. */
export function wireComposer({ send, edit, trouble }) {
  const attach = (make) => {
    $("attachments").hidePopover();
    const { text, verb, message } = taken();
    send({ ...make(text), ...(verb === "reply" && { reply_to: message.id }) });
  };
  $("pictures").append(...PICTURES.map((sample) => el("button", {
    type: "button", class: "picture", "aria-label": t("samplePicture", { name: t(`sample_${sample}`) }),
    onclick: () => attach((caption) => ({ type: "image", image: { sample, ...(caption && { caption }) } })),
  }, el("img", { src: `/phone/samples/${sample}`, alt: "", loading: "lazy" }))));
  $("attachment-list").append(...ENTRIES.map(([name, word, make]) =>
    el("li", {}, el("button", { type: "button", class: "menu__item", onclick: () => attach(make) }, icon(name), t(word)))));
  $("attachments").addEventListener("beforetoggle", () => place($("attachments"), $("attach")));
  $("upload").addEventListener("click", () => $("file").click());
  $("file").addEventListener("change", async () => {
    const [file] = $("file").files;
    $("file").value = "";
    if (!file) return;
    try {
      const { id } = await call("POST", "files", file);
      const kind = kindOf(file.type);
      const more = (caption) => ({ ...(kind === "document" && { filename: file.name }), ...(kind === "audio" ? { voice: false } : caption && { caption }) });
      attach((caption) => ({ type: kind, [kind]: { id, ...more(caption) } }));
    } catch (error) { trouble(error); }
  });
  $("about-cancel").addEventListener("click", () => { if (about?.verb === "edit") $("text").value = ""; aboutMessage("", null); });
  $("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    if (!$("text").value.trim()) return;
    const { text, verb, message } = taken();
    if (verb === "edit") edit(message, text);
    else send({ type: "text", text, ...(verb === "reply" && { reply_to: message.id }) });
  });
  $("text").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    $("composer").requestSubmit();
  });
}
