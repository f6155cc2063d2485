"""Whether a page stays whole on 320 px, and with the text spacing that people may set for themselves.

WCAG 1.4.10 and 1.4.12. 320 px is also what a screen of 1280 px has left at 400 percent.
"""

from playwright.sync_api import Page

from tests.web.gallery import picture_kept

#: The page itself, or a region in it, that has to be moved sideways. A table may: its columns are its meaning.
SIDEWAYS = """() => [document.documentElement, ...document.querySelectorAll('body, body *')]
  .filter(each => each.checkVisibility() && each.scrollWidth > each.clientWidth + (each.matches('html') ? 0 : 1))
  .filter(each => each.matches('html') || /auto|scroll/.test(getComputedStyle(each).overflowX))
  .filter(each => !each.matches('.tablewrap, textarea, input'))
  .map(each => `${each.tagName.toLowerCase()}.${each.className}: ${each.scrollWidth} in ${each.clientWidth}`)"""
#: What the criterion names, set by the style object: the policy refuses a style element.
SPACED = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
    p { margin-block-end: 2em !important }`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}"""
UNSPACED = "() => { document.adoptedStyleSheets = [] }"
#: Text that is cut off. Sideways an ellipsis is meant where a line is one line long and its whole stands elsewhere:
#: on the page that it leads to, in its title or its name for screen readers. Downwards only a clamp of lines is meant.
CLIPPED = """() => [...document.querySelectorAll('body *')].filter(each => {
    const style = getComputedStyle(each), cuts = /hidden|clip/;
    if (!each.innerText?.trim() || !each.checkVisibility({ visibilityProperty: true })) return false;
    if (each.matches('.sr') || style.clipPath !== 'none' || each.matches('textarea, input, select')) return false;
    const wide = cuts.test(style.overflowX) && each.scrollWidth > each.clientWidth + 1;
    const high = cuts.test(style.overflowY) && each.scrollHeight > each.clientHeight + 1;
    return wide && style.textOverflow !== 'ellipsis' || high && style.webkitLineClamp === 'none'
      || wide && !each.closest(MEANT);
  }).map(each => `${each.tagName.toLowerCase()}.${each.className}: “${each.innerText.trim().slice(0, 40)}” ` +
    `${each.scrollWidth}×${each.scrollHeight} in ${each.clientWidth}×${each.clientHeight}`)"""
MEANT = [
    ".cut",  # one line, by its name
    ".row__name",  # the thread has it whole
    ".row__preview",  # the thread has it whole
    ".conv__title",  # the panel and the contact have it whole
    ".nav__name",  # the link's name is read whole, and on a wide screen seen whole
    ".conv__assign",  # its menu has the names whole
]


def troubles(page: Page, name: str) -> list[str]:
    """What is wrong with the page that is open, at each width, with spacing and without: one line each."""
    found, cut = [], CLIPPED.replace("MEANT", repr(", ".join(MEANT)))
    page.wait_for_load_state("load")
    page.set_viewport_size({"width": 320, "height": 640})
    picture_kept(page, f"{name}-320")
    found += [f"{name} at 320: sideways {each}" for each in page.evaluate(SIDEWAYS)]
    page.evaluate(SPACED)
    for width, height in ((390, 844), (1440, 900)):
        page.set_viewport_size({"width": width, "height": height})
        picture_kept(page, f"{name}-{width}-spaced")
        found += [f"{name} at {width}, spaced: cut off {each}" for each in page.evaluate(cut)]
    page.evaluate(UNSPACED)
    return found


def stays_whole(page: Page, name: str, theme: str, width: int) -> list[str]:
    """The troubles of a page that is looked at in all themes and widths: looked for in one of them."""
    if (theme, width) != ("light", 390):
        return []
    size = page.viewport_size
    assert size is not None
    found = troubles(page, name)
    page.set_viewport_size(size)
    return found
