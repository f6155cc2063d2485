// While an answer is awaited. The name of the extension is one of those in the page's `htmx-config`.
const STAY = ["htmx-request", "msg--found"];

/** When the next frame has been painted: its callbacks run before that, a task of its own after it. */
export const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));

window.htmx.registerExtension("waiting", {
  /** A row is shown as the current one before its conversation is asked for, which else may come before the frame. */
  htmx_before_request(element, { ctx }) {
    if (document.hidden || !element.matches(".row__link")) return; // what is hidden has no frames
    const ask = ctx.fetch; // or what was fetched ahead
    ctx.fetch = (...request) => painted().then(() => ask(...request));
  },

  /** What comes live knows neither what is being asked for nor where a link led: both go on looking so. */
  htmx_before_morph_attr(element, { attrName, newValue }) {
    const kept = attrName === "class" && STAY.filter((name) => element.classList.contains(name)).join(" ");
    if (kept) element.className = `${newValue ?? ""} ${kept}`;
    return !kept;
  },
});
