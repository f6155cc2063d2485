// WhatsApp's own marks in a text: *bold*, _italic_, ~struck~, `code` and ```code```. Built from nodes, never from HTML.

import { el } from "./dom.js";

const MARKS = /```([\s\S]+?)```|`([^`\n]+)`|(?<![\p{L}\p{N}])([*_~])(?=\S)([^\n]*?\S)\3(?![\p{L}\p{N}])/gu;
const TAGS = { "*": "strong", _: "em", "~": "s" };

/** The text as nodes. */
export function formatted(text) {
  const nodes = [];
  let at = 0;
  for (const match of text.matchAll(MARKS)) {
    const [whole, block, code, mark, inner] = match;
    if (match.index > at) nodes.push(text.slice(at, match.index));
    nodes.push(mark ? el(TAGS[mark], {}, ...formatted(inner)) : el("code", {}, block ?? code));
    at = match.index + whole.length;
  }
  if (at < text.length) nodes.push(text.slice(at));
  return nodes;
}
