"""The business's website on another origin, and its links into the chat."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from jawort.simulator.settings import SettingsError
from tests.simulator.stage import KIM, NOUR, Stage, Start
from tests.simulator.test_phone_page import NARROW, axe_findings

WIDGET = "http://127.0.0.1:9/opt-in/ABCDEF.js"
TEXT = "Ja, gerne. [ABCDEF]"


@pytest.fixture
def business(start: Start) -> Stage:
    """One with a website."""
    return start(widget_urls=(WIDGET, "http://127.0.0.1:9/opt-in/GHJKLM.js"), allowed_origins=("http://desk.example",))


def test_it_shows_one_script_and_lets_in_nothing_else(business: Stage) -> None:
    page = business.call("GET", "/website")
    assert page.body.decode().count("<script") == 1
    assert f'<script src="{WIDGET}" async>' in page.body.decode()
    assert page.headers["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'none'; script-src http://127.0.0.1:9; connect-src http://127.0.0.1:9; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'self' http://desk.example"
    )
    assert "GHJKLM" in business.call("GET", "/website?lang=en").body.decode()


def test_without_a_widget_there_is_no_website(stage: Stage) -> None:
    assert stage.call("GET", "/website").status == 404
    assert re.search(r'id="website-open"[^>]* hidden>', stage.call("GET", "/phone").body.decode())


def test_a_widget_is_an_address(start: Start) -> None:
    with pytest.raises(SettingsError, match="widgets"):
        start(widget_urls=("javascript:alert(1)",))


@pytest.fixture
def shown(business: Stage, open_page: Callable[..., Page]) -> Page:
    """Nour's phone, with the website over the chat; Kim has one as well. The widget is a plain link here."""
    business.customer(KIM, "Kim")
    business.customer(NOUR, "Nour")
    page = open_page(viewport=NARROW)

    def widget(route: Any) -> None:
        there = f"{business.url}/wa.me/493023125000?text={TEXT}"
        made = f"Object.assign(document.createElement('a'), {{href: '{there}', target: '_blank', rel: 'noopener'}})"
        body = f"const link = {made}; link.textContent = 'WhatsApp'; document.querySelector('main').append(link);"
        route.fulfill(body=body, content_type="text/javascript")

    page.context.route(WIDGET, widget)
    page.goto(f"{business.url}/phone?lang=de&user={NOUR[1:]}")
    expect(page.locator("#who-name")).to_have_text("Nour")
    page.get_by_role("button", name="Website des Unternehmens").click()
    return page


@pytest.mark.browser
def test_a_link_hands_its_text_to_the_phone_on_which_it_was_followed(shown: Page, business: Stage) -> None:
    other = shown.context.new_page()
    other.goto(f"{business.url}/phone?lang=en&user={KIM[1:]}")
    expect(other.locator("#who-name")).to_have_text("Kim")
    assert axe_findings(shown) == []
    with shown.context.expect_page() as opened:
        shown.frame_locator("#site").get_by_role("link", name="WhatsApp").click()
    expect(shown.locator("#text")).to_have_value(TEXT)
    expect(shown.locator("#text")).to_be_focused()
    expect(shown.locator("#website")).not_to_be_visible()
    if not opened.value.is_closed():
        opened.value.wait_for_event("close")
    expect(other.locator("#text")).to_have_value("")


@pytest.mark.browser
def test_the_website_is_left_by_its_sign_and_the_chat_is_beneath(shown: Page) -> None:
    expect(shown.get_by_label("Nachricht", exact=True)).to_have_count(1)
    assert shown.locator("#composer").evaluate("form => form.inert")
    shown.keyboard.press("Enter")  # the focus is on the way back
    expect(shown.locator("#website")).not_to_be_visible()
    expect(shown.get_by_role("button", name="Website des Unternehmens")).to_be_focused()
    assert not shown.locator("#composer").evaluate("form => form.inert")
    expect(shown.locator("#site")).to_have_count(0)


@pytest.mark.browser
def test_where_no_phone_is_open_the_link_becomes_one(business: Stage, open_page: Callable[..., Page]) -> None:
    business.customer(KIM, "Kim")
    page = open_page(viewport=NARROW, locale="en")
    page.goto(f"{business.url}/wa.me/493023125000?text={TEXT}")
    expect(page.get_by_label("Message", exact=True)).to_have_value(TEXT)
    assert "/phone?" in page.url
