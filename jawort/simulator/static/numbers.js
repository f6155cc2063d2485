// Which number of the business the chat is with, where it has more than one.

import { about, call } from "./api.js";
import { $, el, spoken } from "./dom.js";

/** Learns the numbers and stays with the chosen one: the page's, the address's, or the first. */
export async function loadNumbers() {
  about("");
  const { items } = await call("GET", "numbers");
  const wanted = $("number").value || new URL(location.href).searchParams.get("number");
  const chosen = items.find((one) => one.id === wanted) ?? items[0];
  $("number").replaceChildren(...items.map((one) =>
    el("option", { value: one.id }, `${one.name} · ${spoken(one.display)}`)));
  $("number").value = chosen.id;
  $("number-choice").hidden = items.length < 2;
  $("business").textContent = chosen.name;
  about(chosen.id);
}

/** Wires the choice; `changed` loads everything anew. */
export const wireNumbers = (changed) => $("number").addEventListener("change", () => {
  const address = new URL(location.href);
  address.searchParams.set("number", $("number").value);
  history.replaceState(null, "", address);
  changed();
});
