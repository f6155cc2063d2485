// Talking to the server: the token against forged forms, one way to notice that the session has ended.

const token = () => document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";

// 401: the session has ended. 403: somebody signed in anew beside this page, whose forms are old now.
export function noticed(response) {
  const dialog = [401, 403].includes(response.status) && document.getElementById("expired");
  if (!dialog) return response;
  // Rows are opened in the same page, and one that did not open may have changed the address already.
  dialog.querySelector("[name=next]").value = document.getElementById("thread")?.dataset.href ?? location.pathname + location.search;
  dialog.showModal();
  return response;
}

/** The sentence that says why it did not work; `response` is nothing where the server could not be reached. */
export async function why(response) {
  const { status } = response ?? { status: 0 };
  if (status === 409 || status === 422) return response.text();
  const said = document.getElementById("why").dataset;
  return said[status] ?? (status < 500 ? document.body.dataset.failed : said[500]);
}

/** A version 4 UUID, also where crypto.randomUUID is missing (plain HTTP beside loopback). */
export function uuid() {
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = (b[6] & 0x0f) | 0x40;
  b[8] = (b[8] & 0x3f) | 0x80;
  const hex = [...b].map((n) => n.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** A fragment; the header tells the server that no page is wanted around it. */
export async function get(url, signal) {
  return noticed(await fetch(url, { headers: { "HX-Request": "true" }, signal }));
}

/** As `post`, asking nobody anything. */
export function quietly(url, body) {
  return fetch(url, { method: "POST", headers: { "HX-Request": "true", "X-CSRFToken": token() }, body });
}

/** `body` is FormData or nothing. Rejects when the server cannot be reached. 428: it asks first, and the person said no. */
export async function post(url, body = new FormData()) {
  const response = noticed(await quietly(url, body));
  const confirmed = response.status === 428 && (await answer(await response.text()));
  if (!confirmed) return response;
  body.set("confirmed", confirmed);
  return post(url, body);
}

/** What a person answers to a question of the server; empty for no. */
async function answer(question) {
  const dialog = document.getElementById("sure");
  await swap(question, dialog, "innerHTML");
  dialog.returnValue = "";
  dialog.showModal();
  await new Promise((done) => dialog.addEventListener("close", done, { once: true }));
  return dialog.returnValue;
}

/** The bytes of `file` as the body; its name in a header, because addresses are written down. */
export async function send(url, file) {
  const headers = {
    "HX-Request": "true",
    "X-CSRFToken": token(),
    "Content-Type": file.type || "application/octet-stream",
    "Content-Disposition": `attachment; filename*=UTF-8''${encodeURIComponent(file.name).replaceAll("'", "%27")}`,
  };
  return noticed(await fetch(url, { method: "POST", headers, body: file }));
}

/** Put server-rendered HTML into the page; `<hx-partial>`s in it find their own targets. */
export function swap(text, target = document.body, how = "none") {
  return window.htmx.swap({ text, target, sourceElement: target, swap: how });
}
