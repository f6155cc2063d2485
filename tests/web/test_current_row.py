"""The row that is being opened is the current one at once, and stays it whatever comes in meanwhile."""

import re
from collections.abc import Callable
from threading import Event

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.fixtures.cast import Customer
from tests.web.conftest import Desk, a_customer
from tests.web.live_urls import Stream
from tests.web.test_desk import hears

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


@pytest.fixture
def yusuf() -> Customer:
    return a_customer("Yusuf Ilić", 60)


def link(page: Page, desk: Desk, customer: Customer) -> Locator:
    return page.locator(f"#c-{desk.scene.chat(customer).pk} .row__link")


def is_current(page: Page, row: Locator) -> None:
    """And no other."""
    expect(row).to_have_attribute("aria-current", "true")
    expect(page.locator(".row__link[aria-current]")).to_have_count(1)


def test_as_soon_as_the_button_is_down(desk: Desk, yusuf: Customer, opened: Page) -> None:
    row = link(opened, desk, yusuf)
    row.hover()
    opened.mouse.down()
    is_current(opened, row)
    opened.mouse.up()
    expect(opened).to_have_url(re.compile(str(desk.scene.chat(yusuf).pk)))
    is_current(opened, row)


def test_a_press_that_ends_elsewhere_opens_nothing(desk: Desk, yusuf: Customer, kim: Customer, opened: Page) -> None:
    row = link(opened, desk, yusuf)
    row.hover()
    opened.mouse.down()
    is_current(opened, row)
    opened.locator("#msgs").hover()
    opened.mouse.up()
    is_current(opened, link(opened, desk, kim))
    assert str(desk.chat.pk) in opened.url


def test_what_comes_in_meanwhile_takes_it_from_no_row(
    desk: Desk, yusuf: Customer, stream: Stream, opened: Page
) -> None:
    late: list[Route] = []
    goes_on = Event()
    chat = desk.scene.chat(yusuf)
    opened.route(f"**/inbox/{chat.pk}/**", lambda route: route.continue_() if goes_on.is_set() else late.append(route))
    row = link(opened, desk, yusuf)
    row.focus()
    opened.keyboard.press("Enter")
    is_current(opened, row)
    desk.scene.writes(yusuf, "Und noch etwas.")
    hears(stream, chat)
    expect(row).to_contain_text("Und noch etwas.")
    is_current(opened, row)
    goes_on.set()
    for route in late:
        route.continue_()
    expect(opened.locator("chat-composer")).to_have_attribute("data-conversation", str(chat.pk))
    is_current(opened, row)


def test_before_its_conversation_is_asked_for(desk: Desk, yusuf: Customer, opened: Page) -> None:
    opened.evaluate(
        """() => {
          const current = () => document.querySelector(".row__link[aria-current]")?.pathname;
          let painted; // which row was the current one in the last frame
          const frame = () => { painted = current(); requestAnimationFrame(frame); };
          requestAnimationFrame(frame);
          const fetch = window.fetch;
          window.asked = [];
          window.fetch = (path, ...more) => {
            window.asked.push([new URL(path, location).pathname, painted]);
            return fetch(path, ...more);
          };
        }"""
    )
    path = f"/inbox/{desk.scene.chat(yusuf).pk}/"
    link(opened, desk, yusuf).focus()
    opened.keyboard.press("Enter")
    expect(opened.locator("chat-composer")).to_have_attribute("data-conversation", path.split("/")[2])
    assert [path, path] in opened.evaluate("window.asked")
