"""The keys: what a button says of itself presses it, places have letters, and whoever wants none has none."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from jawort.messaging.labels.define import define
from jawort.messaging.models import Conversation
from jawort.staff.models import Agent
from tests.web.conftest import Desk

pytestmark = pytest.mark.browser

Open = Callable[..., Page]


def test_the_keys(desk: Desk, alice: Agent, site: str, at_desk: Open) -> None:
    page = at_desk(alice)
    page.goto(f"{site}/inbox/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#thread h2").first).to_have_text("Hannes Grünwald")
    expect(page).to_have_url(re.compile(r"/inbox/[0-9a-f-]{36}/\?view=all"))
    expect(page).to_have_title(re.compile("Conversation"))
    with page.expect_response(lambda answer: answer.url.endswith("/unread")) as told:
        page.keyboard.press("u")
    assert told.value.ok
    page.keyboard.press("?")
    expect(page.locator("#shortcuts")).to_be_visible()
    page.keyboard.press("e")
    page.keyboard.press("Escape")
    expect(page.locator("#shortcuts")).to_be_hidden()
    page.keyboard.press("a")
    page.keyboard.press("Tab")  # into the menu
    expect(page.locator("#assign-menu .menu__item").first).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    expect(page.locator("#text")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator(".row__link[aria-current]")).to_be_focused()
    page.keyboard.press("e")
    expect(page.get_by_role("button", name="Reopen")).to_be_visible()
    assert Conversation.objects.filter(status="resolved").count() == 2
    page.keyboard.press("z")
    expect(page.get_by_role("button", name="Resolve")).to_be_visible()
    assert Conversation.objects.filter(status="resolved").count() == 1
    page.keyboard.press("g")
    page.keyboard.press("c")
    expect(page).to_have_url(f"{site}/contacts/")


def test_single_keys_can_be_switched_off(desk: Desk, alice: Agent, site: str, at_desk: Open) -> None:
    define("Beschwerde", 3, actor="system", at=desk.clock.at)
    page = at_desk(alice)
    page.goto(f"{site}/settings/me")
    page.get_by_label("Use single keys").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").first).to_have_text("Saved.")
    page.goto(f"{site}/inbox/{desk.chat.pk}/")
    page.wait_for_load_state("load")
    for name in ("Labels", "Snooze", "Mark as unread"):
        expect(page.get_by_role("button", name=name, exact=True)).to_have_attribute("title", name)
    for key in ("?", "e", "j", "g", "c"):
        page.keyboard.press(key)
    expect(page.locator("[aria-keyshortcuts]:not([aria-keyshortcuts^=Control])")).to_have_count(0)
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.get_by_role("button", name="Resolve")).to_be_visible()
    expect(page.locator("body")).to_be_focused()
    page.get_by_role("button", name="Account menu of").click()
    page.get_by_role("button", name="Keyboard shortcuts").click()
    expect(page.locator("#shortcuts")).to_contain_text("Single keys are switched off for you.")
