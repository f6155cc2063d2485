"""The commands: what the page shows can be done by typing a part of it, and somebody is found without a trace."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from jawort.ledger.models import Handout
from jawort.messaging.models import Conversation
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene
from tests.web.conftest import Desk
from tests.web.gallery import violations

Open = Callable[..., Page]
SignedIn = Callable[[Agent], Client]


def test_the_first_ones_who_fit_are_named_and_handed_out(
    scene: Scene, kim: Customer, nour: Customer, alice: Agent, signed_in: SignedIn
) -> None:
    scene.writes(kim, "Hallo")
    scene.writes(nour, "Hallo")
    desk = signed_in(alice)
    assert Handout.objects.count() == 0
    found = desk.post("/contacts/few", {"text": "kim"}).content.decode()
    assert found.count('role="option"') == 1
    assert "Kim Muster" in found
    assert kim.phone.digits not in found
    assert Handout.objects.count() == 1
    assert "Kim Muster" in desk.post("/contacts/few", {"text": f"+{kim.phone.digits}"}).content.decode()
    for nobody in ("", "zzz", "\0", "+49"):
        assert "option" not in desk.post("/contacts/few", {"text": nobody}).content.decode()
    assert desk.get("/contacts/few?text=kim").status_code == 405


def test_who_may_not_see_contacts_finds_none(scene: Scene, kim: Customer, dana: Agent, signed_in: SignedIn) -> None:
    scene.writes(kim, "Hallo")
    desk = signed_in(dana)
    assert desk.post("/contacts/few", {"text": "kim"}).status_code == 404
    page = desk.get("/ledger/").content.decode()
    assert "/contacts/few" not in page
    assert "/contacts/" not in page


@pytest.mark.browser
def test_by_keyboard_alone_one_acts_goes_and_finds(desk: Desk, alice: Agent, site: str, at_desk: Open) -> None:
    page = at_desk(alice)
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    page.goto(f"{site}/inbox/{desk.chat.pk}/?view=all")
    page.wait_for_load_state("load")
    field, options = page.get_by_role("combobox", name="Type a command"), page.locator("#commands [role=option]")
    page.locator("#text").focus()
    page.keyboard.press("Control+k")
    expect(field).to_be_focused()
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert violations(page) == []
    page.keyboard.type("zzz")
    expect(page.locator("#commands [role=status]")).to_contain_text("Nothing fits.")
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("#text")).to_be_focused()
    page.keyboard.press("Control+k")
    page.keyboard.type("ozde")
    expect(options).to_have_text([re.compile("Jonas Özdemir")])
    page.keyboard.press("Control+a")
    page.keyboard.type("note")
    expect(options.first).to_have_text(re.compile("Internal note"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator("#text")).to_be_focused()
    expect(page.get_by_role("radio", name="Internal note")).to_be_checked()
    page.keyboard.press("Control+k")
    page.keyboard.type("resol")
    with page.expect_response(lambda response: response.url.endswith("/resolve")):
        page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Reopen")).to_be_visible()
    assert Conversation.objects.get(pk=desk.chat.pk).status == "resolved"
    page.keyboard.press("Control+k")
    page.keyboard.type("ozde")
    expect(options).to_have_text([re.compile("Jonas Özdemir")])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Jonas Özdemir")).to_be_visible()
    assert not [address for address in addresses if "ozde" in address]


@pytest.mark.browser
def test_on_a_phone_the_menu_has_the_commands(desk: Desk, alice: Agent, site: str, at_desk: Open) -> None:
    page = at_desk(alice, language="de", width=390, theme="dark")
    page.goto(f"{site}/inbox/")
    page.wait_for_load_state("load")
    page.get_by_role("button", name="Kontomenü von").click()
    page.get_by_role("button", name="Suchen", exact=True).click()
    expect(page.get_by_role("combobox")).to_be_focused()
    assert violations(page) == []
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.locator("#commands").get_by_role("option", name="Kontakte").click()
    expect(page).to_have_url(f"{site}/contacts/")
