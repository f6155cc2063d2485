"""What may be a withdrawal is decided where it stands: in the thread, by whoever reads it."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from jawort.consent.models import Objection, Pause
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene
from tests.web.conftest import Desk
from tests.web.gallery import picture_kept, violations
from tests.web.tongue import Tongue, both_languages

SignedIn = Callable[[Agent], Client]
DOUBTFUL = "Woher haben Sie meine Nummer?"


@pytest.mark.parametrize(("word", "objects"), [("withdrawn", True), ("no_withdrawal", False)])
def test_it_is_one_or_none(
    scene: Scene, kim: Customer, alice: Agent, signed_in: SignedIn, word: str, objects: bool
) -> None:
    scene.writes(kim, DOUBTFUL)
    home, desk = f"/inbox/{scene.chat(kim).pk}/", signed_in(alice)
    page = desk.get(home).content.decode()
    assert "Is this a withdrawal?" in page
    assert f"?at={Pause.objects.get().message}" in page
    assert "What the person wrote may be a withdrawal: marketing waits" in page
    page = desk.post(f"{home}stop", {"word": word}, HTTP_HX_REQUEST="true").content.decode()
    assert "Is this a withdrawal?" not in page
    assert Objection.objects.exists() is objects
    assert ("No marketing to this person." in page) is objects
    assert f"Alice decided that it was {'a' if objects else 'no'} withdrawal" in page


def test_a_plain_word_asks_nobody_anything(scene: Scene, kim: Customer, alice: Agent, signed_in: SignedIn) -> None:
    scene.writes(kim, DOUBTFUL)
    scene.writes(kim, "Keine Werbung mehr!")
    scene.delivers()
    page = signed_in(alice).get(f"/inbox/{scene.chat(kim).pk}/").content.decode()
    assert "Is this a withdrawal?" not in page
    assert "What the person wrote ended marketing" in page
    assert 'aria-label="Automatic answer"' in page
    bubbles = re.findall(r'<li id="(m-[^"]+)" class="msg', page)
    assert len(set(bubbles)) == len(bubbles) == 3


@pytest.mark.browser
@both_languages
def test_by_keyboard_on_a_phone(
    desk: Desk, alice: Agent, site: str, at_desk: Callable[..., Page], tongue: Tongue
) -> None:
    desk.scene.writes(desk.kim, DOUBTFUL)
    page = at_desk(alice, width=390, theme="dark")
    page.goto(f"{site}/inbox/{desk.chat.pk}/?view=all")
    expect(page.locator(".live")).to_have_attribute("data-state", "open")
    picture_kept(page, f"pause-390-{tongue.language}-dark")
    assert violations(page) == []
    page.get_by_role("button", name=tongue("No, it is none")).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text(tongue("Is this a withdrawal?"))).to_have_count(0)
    assert Pause.objects.get().verdict == "nothing"
