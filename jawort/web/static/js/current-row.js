// Which row of the list is the current one: that which is being opened, else that of the address. It is so as soon as the
// button is down: with the click comes what was fetched ahead meanwhile, and takes the browser's time.

/** The path of the row that is opened here by this. */
function meant({ target, ctrlKey, metaKey, shiftKey }) {
  return ctrlKey || metaKey || shiftKey ? undefined : target.closest("#rows .row__link")?.pathname;
}

export class CurrentRow {
  constructor(list, on) {
    on(list, "pointerdown", (event) => event.pointerType === "mouse" && event.button === 0 && this.press(meant(event)));
    on(document, "pointercancel", () => this.press()); // it is being dragged
    // htmx prevents the click before it bubbles here, so look while it goes down.
    on(document, "click", (event) => { this.opening = meant(event) ?? this.opening; this.press(); }, { capture: true });
    for (const end of ["htmx:after:history:push", "htmx:response:error", "htmx:error"]) on(document, end, () => this.opened());
    this.mark();
  }

  press(path) {
    this.pressed = path;
    this.mark();
  }

  opened() {
    this.opening = undefined;
    this.mark();
  }

  /** Also after rows were swapped, which forgets it. */
  mark() {
    const [, , id] = (this.pressed ?? this.opening ?? location.pathname).split("/");
    const link = document.querySelector(`#c-${id || 0} .row__link`);
    if (this.link !== link) this.link?.removeAttribute("aria-current");
    this.link = link;
    link?.setAttribute("aria-current", "true");
  }
}
