// What is on its way: the bubble stands before the server has answered, and what could not be sent keeps its text, its
// file and a way on. While the page lives it is kept as it is; its text stays in the browser, sealed as drafts are.
import { now } from "./clock.js";
import * as drafts from "./drafts.js";
import { post, send, uuid, why } from "./server.js";

const unsent = new Map(); // of all conversations, by the bubble's id

export class Pending {
  constructor(composer) {
    this.composer = composer;
  }

  /** In order: what was said after a file goes after it. */
  say(said) {
    said.client = uuid();
    said.of = this.composer.dataset.conversation;
    said.shown = this.composer.form.elements.shown.value;
    this.stand(said);
    document.querySelector("message-list").toEnd();
    this.keep(said);
    this.before = Promise.resolve(this.before).then(() => this.send(said));
  }

  /** A template has a draft of its own. */
  keep(said) {
    const { of, client, text, kind, about, shown, id, file } = said;
    if (said.filled) return;
    said.kept = drafts.save(`${of}:${client}`, { of, client, text, kind, about, shown, id, name: file?.name });
  }

  async forget({ of, client, kept }) {
    unsent.delete(client);
    await kept; // sealing takes its time
    drafts.forget(`${of}:${client}`);
  }

  /** What has not got through here; a bubble with the server's id has, and only its answer was lost. */
  rest() {
    const there = ({ dataset }) => dataset.id || document.getElementById(`m-${dataset.client}`)?.dataset.id;
    const mine = [...unsent.values()].filter(({ of }) => of === this.composer.dataset.conversation);
    for (const said of mine) if (there(said.bubble)) this.forget(said);
    return mine.filter(({ client }) => unsent.has(client));
  }

  /** The thread was opened again, perhaps in another page than the one in which it failed. */
  async restore() {
    const { dataset, text } = this.composer;
    for (const name of drafts.below(`${dataset.conversation}:`)) {
      const said = await drafts.load(name);
      if (!said || unsent.has(said.client) || !this.composer.isConnected) continue;
      this.bubble(said);
      this.failed(said, said.name && !said.id ? dataset.lost : await why());
    }
    if (!this.composer.isConnected) return;
    for (const said of this.rest()) {
      if (!said.bubble.isConnected) this.stand(said);
      if (text.value === said.text) this.composer.clear(); // what the server kept of it
    }
  }

  bubble(said) {
    const { text, kind, client, file, name = file?.name } = said;
    const like = kind === "note" ? "note" : "reply";
    said.bubble = this.composer.querySelector(`template[data-pending=${like}]`).content.firstElementChild.cloneNode(true);
    const at = new Date(said.at ?? now()).toISOString();
    Object.assign(said.bubble.dataset, { client, kind, at });
    said.bubble.id = `m-${client}`;
    said.bubble.querySelector(".bubble__text").textContent = name ? `${name}\n${text}`.trim() : text;
    said.bubble.querySelector("relative-time").setAttribute("datetime", at);
    unsent.set(client, said);
    return said.bubble;
  }

  stand(said) {
    document.querySelector("message-list").list.append(said.bubble ?? this.bubble(said));
  }

  async send(said) {
    said.failed = false;
    said.bubble.classList.replace("msg--failed", "msg--pending");
    said.bubble.querySelector(".msg__why")?.remove();
    const response = (await this.uploaded(said)) ?? (await post(said.filled?.action ?? this.composer.form.action, this.body(said)).catch(() => null));
    if (response?.status === 428) return this.back(said);
    if (!response?.ok) return this.failed(said, await why(response));
    this.forget(said);
    const messages = document.querySelector("message-list");
    return messages?.dataset.conversation === said.of && messages.take(await response.text());
  }

  /** Nothing, when the server has the file; else its refusal. */
  async uploaded(said) {
    if (!said.file || said.id) return null;
    const response = await send(this.composer.querySelector("file-drop").dataset.upload, said.file).catch(() => Response.error());
    if (!response.ok) return response;
    said.id = (await response.json()).file;
    this.keep(said);
    return null;
  }

  /** A template has a form of its own, which is what it says. */
  body({ text, kind, client, about, id, file, filled, shown }) {
    const body = new FormData(filled ?? this.composer.form);
    body.set("shown", shown);
    if (filled) {
      body.set("client_id", client);
      body.set("file", id ?? "");
      return body;
    }
    const voice = file?.voice ? "1" : "";
    for (const [name, value] of Object.entries({ text, kind, client_id: client, reply_to: about, file: id ?? "", voice })) {
      body.set(name, value);
    }
    return body;
  }

  /** The text stays in the bubble; the same id goes again, so that a lost answer doubles nothing. */
  failed(said, reason) {
    const { bubble, filled } = said;
    said.failed = true;
    bubble.classList.replace("msg--pending", "msg--failed");
    const below = this.composer.querySelector("template[data-failed]").content.firstElementChild.cloneNode(true);
    const retry = below.querySelector("[data-retry]");
    below.querySelector("[data-reason]").textContent = reason;
    retry.addEventListener("click", () => this.send(said));
    retry.hidden = said.name && !said.id;
    below.querySelector("[data-edit]").addEventListener("click", () => this.back(said));
    bubble.querySelector(".ticks")?.remove();
    bubble.querySelector("article").append(below);
    if (filled) this.composer.picker?.save(filled);
    else if (this.composer.isConnected) drafts.keepSoon(this.composer);
  }

  /** To be written on, where it was written; until somebody is there again it waits. */
  back(said) {
    const composer = document.querySelector("chat-composer");
    if (composer?.dataset.conversation !== said.of) return this.failed(said, "");
    this.forget(said);
    said.bubble.remove();
    if (said.filled) return composer.picker.edit(said.filled);
    if (said.file) composer.querySelector("file-drop").add([said.file]);
    return composer.edit(said.text, said.kind);
  }
}
