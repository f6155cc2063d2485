// What is on its way: the bubble stands before the server has answered, and what could not be sent keeps its text, its
// file and a way on.
import { now } from "./clock.js";
import { post, send, uuid } from "./server.js";

export class Pending {
  constructor(composer) {
    this.composer = composer;
  }

  /** In order: what was said after a file goes after it. */
  say(said) {
    said.client = uuid();
    said.shown = this.composer.form.elements.shown.value;
    const bubble = this.bubble(said);
    this.before = Promise.resolve(this.before).then(() => this.send(bubble, said));
  }

  bubble({ text, kind, client, file }) {
    const like = kind === "note" ? "note" : "reply";
    const bubble = this.composer.querySelector(`template[data-pending=${like}]`).content.firstElementChild.cloneNode(true);
    const at = new Date(now()).toISOString();
    Object.assign(bubble.dataset, { client, kind, at });
    bubble.id = `m-${client}`;
    bubble.querySelector(".bubble__text").textContent = file ? `${file.name}\n${text}`.trim() : text;
    bubble.querySelector("relative-time").setAttribute("datetime", at);
    const messages = document.querySelector("message-list");
    messages.list.append(bubble);
    messages.toEnd();
    return bubble;
  }

  async send(bubble, said) {
    bubble.classList.replace("msg--failed", "msg--pending");
    bubble.querySelector(".msg__why")?.remove();
    const response = (await this.uploaded(said)) ?? (await post(said.filled?.action ?? this.composer.form.action, this.body(said)).catch(() => null));
    if (response?.status === 428) return this.back(bubble, said);
    if (!response?.ok) {
      return this.failed(bubble, said, [409, 422].includes(response?.status) ? await response.text() : "");
    }
    document.querySelector("message-list")?.take(await response.text());
    return this.composer.save();
  }

  /** Nothing, when the server has the file; else its refusal. */
  async uploaded(said) {
    if (!said.file || said.id) return null;
    const response = await send(this.composer.querySelector("file-drop").dataset.upload, said.file).catch(() => ({ ok: false }));
    if (!response.ok) return response;
    said.id = (await response.json()).file;
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

  /** The text stays in the bubble and in the draft; the same id goes again, so that a lost answer doubles nothing. */
  failed(bubble, said, reason) {
    bubble.classList.replace("msg--pending", "msg--failed");
    const why = this.composer.querySelector("template[data-failed]").content.firstElementChild.cloneNode(true);
    if (reason) why.querySelector("[data-reason]").textContent = reason;
    why.querySelector("[data-retry]").addEventListener("click", () => this.send(bubble, said));
    why.querySelector("[data-edit]").addEventListener("click", () => this.back(bubble, said));
    bubble.querySelector(".ticks")?.remove();
    bubble.querySelector("article").append(why);
    if (said.filled) this.composer.picker?.save(said.filled);
    else if (!this.composer.text.value) this.composer.save(said.kind, said.text);
  }

  /** To be written on, where it was written. */
  back(bubble, said) {
    bubble.remove();
    if (said.filled) return this.composer.picker.edit(said.filled);
    if (said.file) this.composer.querySelector("file-drop").add([said.file]);
    return this.composer.edit(said.text, said.kind);
  }
}
