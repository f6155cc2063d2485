"""What takes longer than 150 ms has a shape until it comes: not before, nothing moves, and readers are told nothing."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from jawort.staff.models import Agent
from jawort.web.inbox import views
from tests.web.conftest import Desk
from tests.web.live_urls import Stream
from tests.web.test_listing import listening, tell

Open = Callable[..., Page]
pytestmark = pytest.mark.browser

ASKS = re.compile(r"\bhtmx-request\b")
#: What an element, or what is drawn on it, looks like so many milliseconds after it began to wait.
LOOKS = """([selector, drawn, ms]) => {
  const one = document.querySelector(selector);
  for (const each of one.getAnimations({ subtree: true })) { each.pause(); each.currentTime = ms; }
  const { content, visibility, backgroundImage } = getComputedStyle(one, drawn);
  const seen = [...one.children].filter((child) => child.checkVisibility());
  const gave = seen.length > 0 && seen.every((child) => getComputedStyle(child).opacity === "0");
  return { content, visibility, drawn: backgroundImage !== "none", gave };
}"""


def looks(page: Page, selector: str, drawn: str | None, ms: int) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(LOOKS, [selector, drawn, ms])
    return found


def held(page: Page, address: str) -> Callable[[], None]:
    """Whatever is asked for there waits until what is returned is called."""
    waiting: list[Route] = []
    free: list[bool] = []

    def release() -> None:
        free.append(True)
        for route in waiting:
            route.continue_()

    page.route(re.compile(address), lambda route: route.continue_() if free else waiting.append(route))
    return release


def box(part: Locator) -> Any:
    return part.bounding_box()


@pytest.mark.parametrize(("width", "over"), [(1440, ".thread"), (390, ".list")])
def test_a_thread(desk: Desk, alice: Agent, site: str, at_desk: Open, stream: Stream, width: int, over: str) -> None:
    page, address = at_desk(alice), f"/inbox/{desk.chat.pk}/"
    page.set_viewport_size({"width": width, "height": 900})
    with listening(page):
        page.goto(f"{site}/inbox/?view=all")
    expect(page.locator(".live")).to_have_attribute("data-state", "open")
    release, link = held(page, address), page.locator(f"#c-{desk.chat.pk} .row__link")
    before = box(page.locator(over))
    link.click()
    expect(link).to_have_class(ASKS)
    page.mouse.move(width - 10, 5)  # away from the list, where nothing moves under the pointer
    with page.expect_response(re.compile("shown=")):
        stream.say("resync", "")
    tell(stream, desk.chat.pk)
    page.wait_for_timeout(100)
    expect(link).to_have_class(ASKS)  # what comes live meanwhile does not end it
    assert looks(page, over, "::after", 149)["visibility"] == "hidden"
    shown = looks(page, over, "::after", 150)
    assert (shown["visibility"], shown["drawn"], shown["content"]) == ("visible", True, '""')
    expect(link).to_be_focused()
    expect(page.locator("#announce")).to_be_empty()
    assert box(page.locator(over)) == before
    release()
    expect(page.locator(".conv__head")).to_be_visible()
    expect(link).not_to_have_class(ASKS)
    assert looks(page, over, "::after", 150)["content"] == "none"
    assert width == 390 or box(page.locator(over)) == before


def test_the_next_page_of_the_list(
    desk: Desk, alice: Agent, site: str, at_desk: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "ROWS_SHOWN", 6)
    page, address = at_desk(alice), r"/inbox/rows/\?.*after="
    page.set_viewport_size({"width": 1440, "height": 400})  # the next page is not asked for yet
    with listening(page):
        page.goto(f"{site}/inbox/?view=all")
    release, more = held(page, address), page.locator("#rows-more")
    more.scroll_into_view_if_needed()
    expect(more).to_have_class(ASKS)
    early, late = looks(page, "#rows-more", None, 149), looks(page, "#rows-more", None, 150)
    assert (early["drawn"], early["gave"], late["drawn"], late["gave"]) == (False, False, True, True)
    place, seventh = box(more), page.locator("#rows .row").nth(6)
    release()
    expect(seventh).to_be_visible()
    assert box(seventh)["y"] == place["y"]
    assert box(seventh)["height"] == pytest.approx(place["height"], abs=2)


def test_a_search(desk: Desk, alice: Agent, site: str, at_desk: Open) -> None:
    page, address = at_desk(alice), r"/inbox/search$"
    page.goto(f"{site}/inbox/?view=all")
    expect(page.locator(".live")).to_have_attribute("data-state", "open")
    release, before = held(page, address), box(page.locator("conv-list"))
    page.locator("#search-text").press_sequentially("Nour")
    expect(page.locator("#search")).to_have_class(ASKS)
    early, late = looks(page, "conv-list", None, 149), looks(page, "conv-list", None, 150)
    assert (early["drawn"], early["gave"], late["drawn"], late["gave"]) == (False, False, True, True)
    expect(page.locator("#hits-say")).to_be_empty()
    expect(page.locator("#search-text")).to_be_focused()
    assert box(page.locator("conv-list")) == before
    release()
    expect(page.locator(".hits")).to_be_visible()
    assert box(page.locator(".hits")) == before
