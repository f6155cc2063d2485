"""What holds the desk's screens together: their time, their height, their order on a phone."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect

from jawort.staff.models import Agent
from tests.web.conftest import Desk
from tests.web.test_gallery_side_door import opens_the_door

pytestmark = pytest.mark.browser

Open = Callable[..., Page]


def box_of(shown: Locator) -> FloatRect:
    box = shown.bounding_box()
    assert box is not None
    return box


def test_time_goes_on_whatever_is_swapped(desk: Desk, opened: Page) -> None:
    """What was stamped when the page came is no news when a part of it is swapped: counting would begin anew."""
    opened.locator("#text").fill("Bis gleich.")
    opened.keyboard.press("Control+Enter")
    said = opened.locator(".row", has_text="Kim Muster").locator(".row__time")
    expect(said).to_have_text("now")
    opened.evaluate("() => { const real = Date.now; Date.now = () => real() + 7 * 60_000; }")
    opened.locator(".row__link", has_text="Yusuf").click()
    expect(opened.locator("#thread h2").first).to_have_text("Yusuf Ilić")
    said.evaluate("shown => shown.setAttribute('datetime', shown.getAttribute('datetime'))")
    expect(said).to_have_text("7 min")


@pytest.mark.parametrize("height", [600, 900])
def test_panes_scroll_and_the_page_does_not(opened: Page, site: str, height: int) -> None:
    opened.set_viewport_size({"width": 1440, "height": height})
    for address in (opened.url, f"{site}/settings/me"):
        opened.goto(address)
        assert opened.evaluate("document.documentElement.scrollHeight") == height


def test_on_a_phone_the_name_is_whole_and_the_tools_of_an_answer_stand_in_a_row_with_sending_it(
    desk: Desk, alice: Agent, site: str, at_desk: Open, settings: Any
) -> None:
    opens_the_door(desk, settings, site)
    page = at_desk(alice, language="de", width=390, touch=True)
    page.goto(f"{site}/inbox/{desk.chat.pk}/?view=all")
    sends = page.get_by_role("button", name="Senden", exact=True)
    expect(sends).to_be_visible()
    middles = [box["y"] + box["height"] / 2 for box in map(box_of, (sends, page.locator("[data-attach=files]")))]
    assert abs(middles[0] - middles[1]) <= 1
    assert page.locator(".conv__title h2").evaluate("name => name.scrollWidth <= name.clientWidth")
