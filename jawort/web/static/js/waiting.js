// While an answer is awaited. The name of the extension is one of those in the page's `htmx-config`.
const WAITS = "htmx-request";

/** When the next frame has been painted: its callbacks run before that, a task of its own after it. */
export const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));

window.htmx.registerExtension("waiting", {
  /** A row is shown as the current one before its conversation is asked for: what comes back takes the browser's only
   *  thread, and could be there before the frame is. */
  htmx_before_request(element, { ctx }) {
    if (document.hidden || !element.matches(".row__link")) return; // what is hidden has no frames
    const ask = ctx.fetch; // or what was fetched ahead
    ctx.fetch = (...request) => painted().then(() => ask(...request));
  },

  /** What comes live knows nothing of what is being asked for: an element that waits for an answer goes on looking so when
   *  it is morphed. */
  htmx_before_morph_attr(element, { attrName, newValue }) {
    if (attrName !== "class" || !element.classList.contains(WAITS)) return true;
    element.className = `${newValue ?? ""} ${WAITS}`.trim();
    return false;
  },
});
