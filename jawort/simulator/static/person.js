// Who the business sees behind this phone: withheld number, another number, another id, marketing.

import { digits } from "./api.js";
import { $, spoken } from "./dom.js";
import { free } from "./phones.js";
import { t } from "./words.js";

/** Brings the dialog up to date. */
export function showPerson(user) {
  $("person-open").disabled = !user;
  $("hide").setAttribute("aria-checked", String(Boolean(user?.withhold_number)));
  $("marketing").setAttribute("aria-checked", String(Boolean(user?.marketing)));
  $("person-id").textContent = user?.bsuid ?? "";
}

/** Wires it; `call` posts and tells of trouble by itself, `moved(phone)` follows a person to another number. */
export function wirePerson({ me, users, call, moved }) {
  const mine = (verb, body) => call(`users/${digits(me().phone)}/${verb}`, body);
  $("person-open").addEventListener("click", () => {
    $("person-number").value = spoken(free(users())[0] ?? "");
    $("person-error").textContent = "";
    $("person").showModal();
  });
  $("person-close").addEventListener("click", () => $("person").close());
  $("hide").addEventListener("click", () => {
    const withheld = !me().withhold_number;
    const username = withheld ? `@${me().name.normalize("NFKD").toLowerCase().replace(/[^a-z0-9]+/g, ".")}` : "";
    call("users", { phone: me().phone, withhold_number: withheld, username });
  });
  $("marketing").addEventListener("click", () => mine("marketing", { value: me().marketing ? "stop" : "resume" }));
  $("new-id").addEventListener("click", () => mine("change-bsuid", {}));
  $("new-device").addEventListener("click", () => mine("change-device", {}));
  $("person-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const user = await mine("change-number", { phone: `+${digits($("person-number").value)}` });
    if (!user) { $("person-error").textContent = t("wrongNumber"); return; }
    $("person").close();
    moved(user);
  });
}
