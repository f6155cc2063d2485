"""What holds the desk's screens together: their time."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from jawort.staff.models import Agent
from tests.web.conftest import Desk

pytestmark = pytest.mark.browser

Open = Callable[..., Page]


@pytest.fixture
def opened(desk: Desk, alice: Agent, site: str, at_desk: Open) -> Page:
    """alice's browser with the conversation with kim."""
    page = at_desk(alice)
    page.goto(f"{site}/inbox/{desk.chat.pk}/?view=all")
    expect(page.locator(".live")).to_have_attribute("data-state", "open")
    return page


def test_time_goes_on_whatever_is_swapped(desk: Desk, opened: Page) -> None:
    """What was stamped when the page came is no news when a part of it is swapped: counting would begin anew."""
    opened.locator("#text").fill("Bis gleich.")
    opened.keyboard.press("Control+Enter")
    said = opened.locator(".row", has_text="Kim Muster").locator("relative-time")
    expect(said).to_have_text("now")
    opened.evaluate("() => { const real = Date.now; Date.now = () => real() + 7 * 60_000; }")
    opened.locator(".row__link", has_text="Yusuf").click()
    expect(opened.locator("#thread h2").first).to_have_text("Yusuf Ilić")
    said.evaluate("shown => shown.setAttribute('datetime', shown.getAttribute('datetime'))")
    expect(said).to_have_text("7 min")
