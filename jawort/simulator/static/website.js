// The business's website, as the phone's browser shows it, and the links that lead from there into the chat.

import { $, el } from "./dom.js";
import { lang, t } from "./words.js";

/** Puts a text into the field, to be sent. */
function draft(text) {
  $("text").value = text;
  $("text").focus();
}

/** Shows the website over the chat, or the chat again. */
function show(is) {
  $("website").hidden = !is;
  for (const beside of $("website").parentElement.children) beside.inert = is && beside !== $("website");
  $("site")?.remove();
  if (is) {
    $("website").append(el("iframe", { id: "site", title: $("business").textContent, src: `/website?lang=${lang}` }));
    $("website-close").focus();
  } else $("website-open").focus();
}

/** Wires the way there and back. A link into the chat opens a window, which hands its text to the phone it came from. */
export function wireWebsite() {
  const links = new BroadcastChannel("chat-links");
  $("website-open").addEventListener("click", () => show(true));
  $("website-close").addEventListener("click", () => show(false));
  links.addEventListener("message", ({ data }) => {
    if (!data.text || $("website").hidden) return;
    links.postMessage({ taken: t("linkTaken"), lang });
    show(false);
    draft(data.text);
  });
  const given = new URL(location.href).searchParams.get("text");
  if (given) draft(given);
}
