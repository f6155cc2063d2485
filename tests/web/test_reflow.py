"""Pages stay whole on 320 px, and with the text spacing that people may set for themselves: WCAG 1.4.10 and 1.4.12.

320 px is also what a screen of 1280 px has left at 400 percent. With ARTEFACTS set to a folder pictures are kept there.
"""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.web.conftest import Desk
from tests.web.gallery import picture_kept
from tests.web.test_gallery import screens
from tests.web.test_gallery_side_door import WHAT, opens_the_door
from tests.web.test_side_door import link_of

pytestmark = pytest.mark.browser

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


def test_the_main_pages_stay_whole(
    desk: Desk,
    alice: Agent,
    site: str,
    settings: Any,
    at_desk: Callable[..., Page],
    open_page: Callable[..., Page],
) -> None:
    opens_the_door(desk, settings, site)
    page, found = at_desk(alice, language="de"), []
    addresses = {
        "door of the desk": f"/inbox/{desk.chat.pk}/side-door/?view=all",
        "list": "/inbox/?view=all",
        "thread": f"/inbox/{desk.chat.pk}/?view=all",
        "contact": f"/contacts/{desk.chat.contact_id}/",
        "settings": "/settings/me",
    }
    for name, address in addresses.items():
        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto(site + address)
        if name == "door of the desk":
            page.locator("#ask-what").fill(WHAT)
            page.locator("form[action*='/ask'] .btn--primary").click()
            page.wait_for_url(f"{site}/inbox/{desk.chat.pk}/?*")
            continue
        found += troubles(page, name)
    guest = open_page(locale="de")
    for name, address in {"sign in": "/accounts/login/", "side door": link_of(desk)}.items():
        guest.goto(site + address)
        found += troubles(guest, name)
    assert not found, "\n".join(found)


@pytest.mark.long
@pytest.mark.parametrize("language", ["de", "en"])
def test_every_screen_stays_whole(
    desk: Desk, nour: Customer, bob: Agent, site: str, at_desk: Callable[..., Page], language: str
) -> None:
    page, found = at_desk(bob, language=language), []
    for name, address in screens(desk, nour, bob).items():
        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto(site + address)
        found += troubles(page, f"{name}-{language}")
    assert not found, "\n".join(found)


@pytest.mark.long
@pytest.mark.parametrize("language", ["de", "en"])
def test_the_administrators_screens_stay_whole(
    desk: Desk, ada: Agent, alice: Agent, site: str, at_desk: Callable[..., Page], language: str
) -> None:
    page, found = at_desk(ada, language=language), []
    pages = ("attributes", "labels", "lines", "first-steps", "legal", "people", f"people/{alice.pk}")
    for address in (*(f"/settings/{each}" for each in pages), "/alarms/"):
        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto(site + address)
        found += troubles(page, f"{address.replace('/', '-')}-{language}")
    assert not found, "\n".join(found)
