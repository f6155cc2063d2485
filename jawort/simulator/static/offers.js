// What a message of the business offers to tap. The simulator knows what a tap answers; here only its number counts.

import { el, icon } from "./dom.js";
import { headed } from "./media.js";
import { t } from "./words.js";

const list = (value) => (Array.isArray(value) ? value : []);

function button(label, act, name) {
  return el("button", { type: "button", class: "offer", onclick: act }, name ? icon(name) : null, label);
}

/** Leads out of the phone: it says where to, and goes nowhere. */
function outside(label, where, name) {
  return el("p", { class: "offer offer--outside" }, icon(name), el("span", {}, label, el("small", {}, where)));
}

function rows(action, tap) {
  let number = 0;
  const sections = list(action.sections).map((section) => [
    section?.title ? el("p", { class: "bubble__note" }, section.title) : null,
    ...list(section?.rows).map((row) => {
      const choice = number++;
      return el("button", { type: "button", class: "offer offer--row", onclick: () => tap(choice) },
        el("span", {}, row?.title ?? "", row?.description ? el("small", {}, row.description) : null));
    }),
  ]);
  return [el("details", { class: "offers" }, el("summary", { class: "offer" }, icon("list"), action.button ?? t("choose")), ...sections.flat())];
}

function cards(action, tap) {
  let number = 0;
  return list(action.cards).map((card) => el("div", { class: "card" },
    headed(card?.header),
    card?.body?.text ? el("p", { class: "bubble__text" }, card.body.text) : null,
    ...list(card?.action?.buttons).map((one) => {
      const choice = number++;
      return button(one?.quick_reply?.title ?? "", () => tap(choice), "reply");
    }),
    card?.action?.parameters ? outside(card.action.parameters.display_text, card.action.parameters.url, "link") : null));
}

const INTERACTIVE = {
  button: (action, tap) => list(action.buttons).map((one, choice) => button(one?.reply?.title ?? "", () => tap(choice), "reply")),
  list: rows,
  carousel: cards,
  cta_url: ({ parameters }) => [outside(parameters?.display_text ?? "", parameters?.url ?? "", "link")],
  location_request_message: (_, tap) => [button(t("sendLocation"), () => tap(0), "pin")],
  request_contact_info: (_, tap) => [button(t("shareNumber"), () => tap(0), "person")],
  flow: ({ parameters }, tap) => [button(parameters?.flow_cta ?? t("kind_flow"), () => tap(0), "form")],
  call_permission_request: (_, tap) => [button(t("allowCalls"), () => tap(0), "phone"), button(t("refuseCalls"), () => tap(1), "ban")],
};

const TEMPLATE = {
  QUICK_REPLY: (one, act) => button(one.text ?? "", act, "reply"),
  REQUEST_CONTACT_INFO: (one, act) => button(one.text ?? t("shareNumber"), act, "person"),
  FLOW: (one, act) => button(one.text ?? t("kind_flow"), act, "form"),
  URL: (one) => outside(one.text ?? "", one.url ?? "", "link"),
  COPY_CODE: (one) => outside(one.text || t("code"), one.code ?? "", "list"),
  OTP: (one) => outside(one.text || t("code"), one.code ?? "", "list"),
  PHONE_NUMBER: (one) => outside(one.text ?? "", one.phone_number ?? "", "phone"),
};

const other = (one) => outside(one.text ?? "", one.type ?? "", "link");

/** A template's buttons, then those of its cards: they count on. */
function template(content, tap) {
  let number = 0;
  const buttons = (holder) => list(holder?.buttons).map((one) => {
    const choice = number++;
    return (TEMPLATE[String(one?.type).toUpperCase()] ?? other)(one ?? {}, () => tap(choice));
  });
  return [...buttons(content), ...list(content.cards).map((card) => el("div", { class: "card" },
    headed(card?.header),
    card?.body ? el("p", { class: "bubble__text" }, card.body) : null, ...buttons(card)))];
}

/** The nodes to tap below a message. */
export function offers({ type, content }, tap) {
  const found = type === "template" ? template(content, tap) : INTERACTIVE[content.type]?.(content.action ?? {}, tap) ?? [];
  return found.length ? [el("div", { class: "offers" }, ...found)] : [];
}
