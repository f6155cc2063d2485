"""The settings as a whole: the list of their sections beside each of them, and saving where one is."""

from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from jawort.messaging.labels.define import define
from jawort.staff.models import Agent
from tests.fixtures.time import Clock

SignedIn = Callable[[Agent], Client]
Open = Callable[..., Page]


def test_a_section_and_what_lies_in_it_say_where_they_are(clock: Clock, ada: Agent, signed_in: SignedIn) -> None:
    label = define("Beschwerde", 3, actor="system", at=clock.at)
    desk = signed_in(ada)
    for address, current in (("labels", "page"), (f"labels/{label}", "true"), ("lines/connect", "true")):
        page = desk.get(f"/settings/{address}").content.decode()
        section = address.split("/")[0]
        assert page.count("aria-current") == 2  # one of the navigation, one of the list
        assert f'href="/settings/{section}" aria-current="{current}"' in page


def test_the_list_has_what_somebody_may_do(alice: Agent, ada: Agent, signed_in: SignedIn) -> None:
    page = signed_in(alice).get("/settings/me").content.decode()
    assert ("For you" in page, "For the company" in page) == (True, False)
    page = signed_in(ada).get("/settings/me").content.decode()
    assert ("For you" in page, "For the company" in page) == (True, True)


@pytest.mark.browser
def test_the_list_stands_beside_what_it_opens(ada: Agent, at_desk: Open, site: str) -> None:
    page = at_desk(ada, width=1440, scripts=False)
    page.goto(f"{site}/settings/me")
    sections = page.get_by_role("navigation", name="Settings")
    expect(sections.get_by_role("button")).to_be_hidden()
    sections.get_by_role("link", name="Labels").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Labels")
    found, form = sections.bounding_box(), page.locator(".form").bounding_box()
    assert found
    assert form
    assert found["x"] + found["width"] < form["x"]
    assert form["width"] == 640  # 40 rem


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 320])
def test_without_room_a_button_opens_the_list(ada: Agent, at_desk: Open, site: str, width: int) -> None:
    page = at_desk(ada, width=width, language="de")
    page.goto(f"{site}/settings/me")
    sections = page.get_by_role("navigation", name="Einstellungen")
    expect(sections.get_by_role("link", name="Merkmale von Kontakten")).to_be_hidden()
    sections.get_by_role("button", name="Alle Einstellungen").focus()
    page.keyboard.press("Enter")
    expect(sections.get_by_role("link", name="Merkmale von Kontakten")).to_be_in_viewport()
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.keyboard.press("Escape")
    expect(sections.get_by_role("link", name="Merkmale von Kontakten")).to_be_hidden()
    expect(sections.get_by_role("button")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Anmeldung")


@pytest.mark.browser
def test_what_was_changed_can_be_saved_without_looking_for_the_end(ada: Agent, at_desk: Open, site: str) -> None:
    page = at_desk(ada, width=390, scripts=False)
    page.goto(f"{site}/settings/me")
    save = page.get_by_role("button", name="Save")
    expect(save).not_to_be_in_viewport()  # it stands at the end, as long as there is nothing to save
    page.get_by_role("radio", name="Dark").check()
    expect(save).to_be_in_viewport(ratio=1)
    save.click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(save).not_to_be_in_viewport()
