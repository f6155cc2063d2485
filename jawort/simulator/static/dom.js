// Building elements without markup in strings: nothing a customer writes is ever parsed as HTML.

export const $ = (id) => document.getElementById(id);

/** An element with properties (`class`, `on…`, attributes) and children (nodes or text). */
export function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** A drawing of the sprite; decorative, so words beside it must say the same. */
export function icon(name, style = "") {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", `icon ${style}`.trim());
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `/phone/static/icons.svg#${name}`);
  svg.append(use);
  return svg;
}

/** One of eight colours, the same for a name wherever it appears: the desk counts in the same way. */
export function hue(name) {
  let mixed = 0;
  for (const letter of name) mixed = (mixed * 31 + letter.codePointAt(0)) % 1009;
  return mixed % 8;
}

/** Two letters for a name, in its colour. */
export function face(node, name) {
  const words = name.trim().split(/\s+/).filter(Boolean);
  node.textContent = ((words[0]?.[0] ?? "") + (words.length > 1 ? words.at(-1)[0] : "")).toUpperCase();
  node.className = `avatar hue-${hue(name)}`;
}

/** +49 152 28895456: country, network and number apart, as far as we know them. */
export function spoken(phone) {
  const german = /^\+49(1[567]\d)(\d+)$/.exec(phone);
  return german ? `+49 ${german[1]} ${german[2]}` : phone;
}
