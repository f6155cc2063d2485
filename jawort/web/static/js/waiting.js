// What comes live knows nothing of what is being asked for: an element that waits for an answer goes on looking so when
// it is morphed. The name of the extension is one of those in the page's `htmx-config`.
const WAITS = "htmx-request";

window.htmx.registerExtension("waiting", {
  htmx_before_morph_attr(element, { attrName, newValue }) {
    if (attrName !== "class" || !element.classList.contains(WAITS)) return true;
    element.className = `${newValue ?? ""} ${WAITS}`.trim();
    return false;
  },
});
