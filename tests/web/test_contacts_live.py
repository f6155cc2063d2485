"""Finding somebody in a browser: the list changes in place, the field keeps the focus, the address stays as it is."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from jawort.staff.models import Agent
from tests.fixtures.browser import Watch
from tests.web.conftest import Desk
from tests.web.gallery import violations

pytestmark = pytest.mark.browser

Open = Callable[..., Page]


def test_by_keyboard_alone_somebody_is_found_and_opened(desk: Desk, alice: Agent, site: str, at_desk: Open) -> None:
    page = at_desk(alice)
    page.goto(f"{site}/contacts/")
    page.keyboard.press("/")
    field = page.get_by_role("searchbox", name="Find a contact")
    expect(field).to_be_focused()
    page.keyboard.type("ozdem")
    page.keyboard.press("Enter")
    expect(page.locator("#found-says")).to_contain_text("1 found.")
    expect(page.locator("#found tbody tr")).to_have_count(1)
    expect(field).to_be_focused()
    assert page.url == f"{site}/contacts/"
    assert violations(page) == []
    page.get_by_role("link", name="Jonas Özdemir").click()
    expect(page.get_by_role("heading", name="Jonas Özdemir")).to_be_visible()
    page.go_back()  # to the list, and to no question whether something should be sent once more
    expect(page.get_by_role("link", name="Kim Muster")).to_be_visible()


def test_nobody_found_leads_on_and_a_phone_shows_all(
    desk: Desk, alice: Agent, site: str, at_desk: Open, watch: Watch
) -> None:
    page = at_desk(alice, language="de", width=390)
    page.goto(f"{site}/contacts/")
    page.get_by_role("searchbox").fill("+49 171 3920099")
    page.get_by_role("button", name="Finden").click()
    expect(page.locator("#found-says")).to_contain_text("Niemand gefunden.")
    assert violations(page) == []
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.get_by_role("button", name="Neuer Kontakt mit dieser Nummer").click()
    expect(page.get_by_label("Telefonnummer")).to_have_value("+49 171 3920099")
    page.get_by_role("button", name="Kontakt anlegen").click()
    expect(page.locator("#basis-error")).to_be_visible()
    assert violations(page) == []
    watch.forgive("422")


def test_without_scripts_everything_works(desk: Desk, alice: Agent, site: str, at_desk: Open) -> None:
    page = at_desk(alice, scripts=False)
    page.goto(f"{site}/contacts/")
    page.get_by_role("searchbox").fill("kim")
    page.get_by_role("button", name="Find").click()
    expect(page.locator("#found-says")).to_contain_text("1 found.")
    page.get_by_role("link", name="Kim Muster").click()
    page.get_by_role("button", name="Show whole aliases").click()
    expect(page.locator("#cards")).to_contain_text("+491713920021")


def test_whole_addresses_come_in_place(desk: Desk, alice: Agent, site: str, at_desk: Open) -> None:
    page = at_desk(alice)
    page.goto(f"{site}/contacts/{desk.chat.contact_id}/")
    expect(page.locator("#cards")).not_to_contain_text("+491713920021")
    page.get_by_role("button", name="Show whole aliases").click()
    expect(page.locator("#cards")).to_contain_text("+491713920021")
    expect(page.get_by_role("heading", name="Conversations")).to_be_visible()
