"""What somebody tells colleagues of themselves: chosen in the account menu, seen where work is given away."""

from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene
from tests.web.conftest import Desk
from tests.web.gallery import violations

SignedIn = Callable[[Agent], Client]
FRAGMENT = {"HX-Request": "true"}


def presence_of(agent: Agent) -> str:
    return Agent.objects.get(pk=agent.pk).presence


def test_it_is_chosen_on_any_page_which_stays(alice: Agent, signed_in: SignedIn) -> None:
    desk = signed_in(alice)
    page = desk.get("/contacts/?q=1").content.decode()
    assert 'name="next" value="/contacts/?q=1"' in page
    answer = desk.post("/settings/presence", {"presence": "busy", "next": "/contacts/?q=1"})
    assert (answer.status_code, answer["Location"]) == (302, "/contacts/?q=1")
    assert presence_of(alice) == "busy"
    for elsewhere in ("https://elsewhere.example/", "//elsewhere.example/", ""):
        assert desk.post("/settings/presence", {"presence": "away", "next": elsewhere})["Location"] == "/"
    menu = desk.post("/settings/presence", {"presence": "available", "next": "/contacts/"}, headers=FRAGMENT)
    assert "Account menu of Alice: Available" in menu.content.decode()
    assert 'name="next" value="/contacts/"' in menu.content.decode()


def test_nothing_else_can_be_told(alice: Agent, signed_in: SignedIn) -> None:
    for word in ("", "asleep", "AWAY"):
        assert signed_in(alice).post("/settings/presence", {"presence": word}).status_code == 422
    assert presence_of(alice) == "available"


def test_whoever_answers_nobody_tells_nothing(dana: Agent, signed_in: SignedIn) -> None:
    desk = signed_in(dana)
    page = desk.get("/ledger/").content.decode()
    assert "/settings/presence" not in page
    assert "Data protection" in page
    assert desk.post("/settings/presence", {"presence": "away"}).status_code == 404


def test_colleagues_see_it_where_they_give_work_away_and_beside_who_attends(
    scene: Scene, kim: Customer, alice: Agent, bob: Agent, signed_in: SignedIn
) -> None:
    scene.writes(kim, "Hallo")
    at = f"/inbox/{scene.chat(kim).pk}/"
    theirs, ours = signed_in(bob), signed_in(alice)
    theirs.post("/settings/presence", {"presence": "away"})
    menu = ours.get(at).content.decode().partition('id="assign-menu"')[2].partition("</form>")[0]
    assert [word for word in ("Available", "Busy", "Away") if word in menu] == ["Available", "Away"]
    theirs.post(f"{at}attend", headers=FRAGMENT)
    said = ours.post(f"{at}attend", headers=FRAGMENT).content.decode()
    assert "Bob: Away." in said
    assert "Bob is reading along" in said


@pytest.mark.browser
def test_it_is_chosen_by_menu_and_by_command_and_what_is_being_written_stays(
    desk: Desk, alice: Agent, site: str, at_desk: Callable[..., Page]
) -> None:
    page = at_desk(alice)
    page.goto(f"{site}/inbox/{desk.chat.pk}/?view=all")
    page.wait_for_load_state("load")
    page.locator("#text").fill("Einen Moment")
    face = page.get_by_role("button", name="Account menu of Alice")
    face.click()
    page.get_by_role("button", name="Busy").click()
    expect(face).to_have_accessible_name("Account menu of Alice: Busy")
    expect(face).to_be_focused()
    page.keyboard.press("Control+k")
    page.keyboard.type("away")
    expect(page.locator("#commands [role=option]").first).to_have_attribute("aria-selected", "true")  # there by now
    page.keyboard.press("Enter")
    expect(face).to_have_accessible_name("Account menu of Alice: Away")
    face.click()
    expect(page.get_by_role("button", name="Away", exact=True)).to_have_attribute("aria-pressed", "true")
    assert violations(page) == []
    expect(page.locator("#text")).to_have_value("Einen Moment")
