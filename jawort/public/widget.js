// The box of an opt-in link on somebody else's page. The server puts `asked` around it: all words, and where to go.
// Before somebody acts it asks for nothing and keeps nothing; there is no style but its own, which no policy of the page
// can forbid (a constructed sheet is neither a <style> nor an attribute), and nothing is written as HTML.
const STYLE = `
  :host { display: block; max-inline-size: 26rem; color: #16202a; font: 1rem / 1.5 system-ui, sans-serif; color-scheme: light; }
  form, .slip { display: grid; gap: .75rem; padding: 1.25rem; border: 1px solid #c3ccd4; border-radius: .75rem; background: #fff; }
  p { margin: 0; overflow-wrap: anywhere; }
  label { display: flex; gap: .625rem; align-items: center; min-block-size: 2rem; font-weight: 600; }
  [type=checkbox] { inline-size: 1.25rem; block-size: 1.25rem; accent-color: #0d6b72; }
  label.over { display: grid; gap: .25rem; }
  [type=tel] { min-inline-size: 0; inline-size: 100%; box-sizing: border-box; padding: .5rem .75rem; border: 1px solid #6b7883; border-radius: .5rem; background: #fff; color: inherit; font: inherit; font-weight: 400; }
  .go { display: block; padding: .625rem 1rem; border: 0; border-radius: .5rem; background: #0d6b72; color: #fff; font: inherit; font-weight: 600; text-align: center; text-decoration: none; cursor: pointer; }
  .go:disabled { opacity: .6; cursor: progress; }
  :focus-visible { outline: 3px solid #0d6b72; outline-offset: 2px; }
  p:focus { outline: none; }
  .small { color: #4a5661; font-size: .875rem; }
  .wrong { color: #a3231f; font-weight: 500; }
  a { color: inherit; }
  svg { inline-size: 11rem; block-size: 11rem; }
  [hidden] { display: none; }`;
const SVG = "http://www.w3.org/2000/svg";

/** An element with these properties and children. */
function made(name, properties, ...children) {
  const one = Object.assign(document.createElement(name), properties);
  one.append(...children);
  return one;
}

/** `size` modules in a square, the dark ones as a path. */
function drawn({ size, path }, label) {
  const [svg, ground, dark] = ["svg", "rect", "path"].map((name) => document.createElementNS(SVG, name));
  for (const [name, value] of Object.entries({ viewBox: `0 0 ${size} ${size}`, role: "img", "aria-label": label })) svg.setAttribute(name, value);
  for (const [name, value] of Object.entries({ width: "100%", height: "100%", fill: "#fff" })) ground.setAttribute(name, value);
  dark.setAttribute("d", path);
  svg.append(ground, dark);
  return svg;
}

class OptIn extends HTMLElement {
  connectedCallback() {
    if (this.shadowRoot) return;
    const root = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    this.lang = asked.language;
    this.box = made("input", { type: "checkbox", required: true });
    this.box.setAttribute("aria-describedby", "question wrong");
    this.wrong = made("p", { className: "wrong", id: "wrong", hidden: true });
    this.wrong.setAttribute("role", "alert");
    this.number = made("input", { type: "tel", autocomplete: "tel", maxLength: asked.most });
    this.number.setAttribute("aria-describedby", "hint wrong");
    this.button = made("button", { className: "go", textContent: asked.go });
    const question = made("p", { id: "question", textContent: asked.question });
    const notes = asked.notes.map((textContent) => made("p", { className: "small", textContent }));
    const notice = made("a", { href: asked.notice, textContent: asked.privacy, target: "_blank", rel: "noopener noreferrer" });
    notes.push(made("p", { className: "small" }, notice));
    const label = made("label", {}, this.box, made("span", { textContent: asked.yes }));
    const hint = made("p", { className: "small", id: "hint", textContent: asked.hint });
    const field = asked.asks ? [made("label", { className: "over" }, asked.number, this.number), hint] : [];
    const form = made("form", { noValidate: true }, question, label, ...field, this.wrong, this.button, ...notes);
    form.addEventListener("submit", (event) => { event.preventDefault(); this.send(form); });
    root.append(form);
  }

  async send(form) {
    if (!this.box.checked) return this.says(this.box, asked.untick);
    this.button.disabled = true;
    const body = new URLSearchParams({ yes: "yes", text: asked.text, asks: asked.asks, number: this.number.value });
    const answer = await fetch(asked.slip, { method: "POST", body, credentials: "omit", referrerPolicy: "no-referrer" }).catch(() => null);
    this.button.disabled = false;
    const said = await answer?.json().catch(() => null);
    if (answer?.ok && said) return this.shows(form, said);
    if (said?.error === "no_number") return this.says(this.number, asked.misdialled);
    return this.says(this.box, `${asked.failed} `, made("a", { href: asked.page, textContent: asked.page }));
  }

  /** What is wrong, and with which field. */
  says(field, ...what) {
    this.wrong.replaceChildren(...what);
    this.wrong.hidden = false;
    this.box.setAttribute("aria-invalid", String(!this.box.checked));
    this.number.setAttribute("aria-invalid", String(field === this.number));
    field.focus();
  }

  /** What to send, as a link for this phone and as a picture for another. */
  shows(form, { message, address, picture, also }) {
    const link = made("a", { className: "go", href: address, textContent: asked.open, rel: "noopener noreferrer", target: "_blank" });
    const parts = [
      made("p", { textContent: asked.then, tabIndex: -1 }),
      made("p", {}, made("q", { textContent: message })),
      link,
      ...(also ? [made("p", { textContent: asked.also })] : []),
      made("p", { className: "small", textContent: asked.camera }),
      drawn(picture, asked.code),
      made("p", { className: "small", textContent: asked.withdrawal }),
    ];
    form.replaceWith(made("div", { className: "slip" }, ...parts));
    parts[0].focus();
  }
}

const name = `jawort-opt-in-${asked.link.toLowerCase()}`;
if (!customElements.get(name)) customElements.define(name, OptIn);
document.currentScript?.after(document.createElement(name));
