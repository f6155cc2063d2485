"""Before something leaves: what looks like an IBAN, a card or a password is asked about once, gaps are refused."""

from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from jawort.lines.models import Template
from jawort.messaging.contents import texts_of
from jawort.messaging.models import Message
from jawort.staff.models import Agent
from jawort.staff.tokens import issue
from tests.fixtures.browser import Watch
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene
from tests.messaging.listed import a_template, has
from tests.web.conftest import Desk

SignedIn = Callable[[Agent], Client]
FRAGMENT = {"HX-Request": "true"}
IBAN = "Bitte an DE89 3704 0044 0532 0130 00 zahlen."
CARD = "Karte 4111 1111 1111 1111"
PASSWORD = "Ihr Passwort lautet: Sommer2026"


@pytest.fixture
def home(scene: Scene, kim: Customer) -> str:
    """Where the conversation with kim is."""
    scene.writes(kim, "Guten Tag")
    return f"/inbox/{scene.chat(kim).pk}/"


def written() -> list[str]:
    """What was said by us, oldest first."""
    rows = Message.objects.exclude(direction="in").order_by("id")
    return [texts_of([row])[row.pk] for row in rows]


@pytest.mark.parametrize(("text", "asks"), [(IBAN, "iban"), (CARD, "card"), (PASSWORD, "password")])
def test_a_look_alike_is_asked_about_and_goes_when_confirmed(
    home: str, alice: Agent, signed_in: SignedIn, text: str, asks: str
) -> None:
    desk = signed_in(alice)
    answer = desk.post(f"{home}send", {"text": text}, headers=FRAGMENT)
    assert answer.status_code == 428
    assert f'value="{asks}"' in answer.content.decode()
    assert "WhatsApp is no place for it." in answer.content.decode()
    assert written() == []
    assert desk.post(f"{home}send", {"text": text, "confirmed": asks}, headers=FRAGMENT).status_code == 200
    assert written() == [text]


def test_a_yes_to_one_is_no_yes_to_another(home: str, alice: Agent, signed_in: SignedIn) -> None:
    said = {"text": f"{IBAN} {PASSWORD}", "confirmed": "iban"}
    answer = signed_in(alice).post(f"{home}send", said, headers=FRAGMENT)
    assert answer.status_code == 428
    assert 'value="iban password"' in answer.content.decode()
    assert written() == []


def test_a_note_is_asked_about_card_and_password_and_keeps_an_iban(
    home: str, alice: Agent, signed_in: SignedIn
) -> None:
    desk = signed_in(alice)
    for where, kind in (("note", {}), ("send", {"kind": "note"})):
        for text in (CARD, PASSWORD):
            answer = desk.post(f"{home}{where}", {"text": text} | kind, headers=FRAGMENT)
            assert answer.status_code == 428
            assert "Save anyway" in answer.content.decode()
    assert desk.post(f"{home}note", {"text": IBAN}, headers=FRAGMENT).status_code == 200
    assert desk.post(f"{home}note", {"text": "{{gap}}"}, headers=FRAGMENT).status_code == 200
    assert written() == [IBAN, "{{gap}}"]


def test_without_scripts_a_page_holds_the_text_and_both_ways_on(home: str, alice: Agent, signed_in: SignedIn) -> None:
    desk = signed_in(alice)
    answer = desk.post(f"{home}send", {"text": IBAN, "kind": "reply"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f"required>{IBAN}</textarea>" in page
    assert '<button class="btn" name="confirmed" value="iban">Send anyway</button>' in page
    assert desk.post(f"{home}send", {"text": IBAN, "kind": "reply", "confirmed": "iban"}).status_code == 302
    page = desk.post(f"{home}send", {"text": CARD, "kind": "note"}).content.decode()
    assert "Save anyway" in page
    assert 'name="kind" value="note"' in page  # what was written as a note does not leave
    assert written() == [IBAN]


def test_a_gap_is_refused_with_its_name_and_the_text_stays(home: str, alice: Agent, signed_in: SignedIn) -> None:
    desk, text = signed_in(alice), "Guten Tag {{customer}}, am {{gap}}."
    for confirmed in ({}, {"confirmed": "iban card password"}):
        answer = desk.post(f"{home}send", {"text": text} | confirmed, headers=FRAGMENT)
        assert answer.status_code == 422
        assert answer.content.decode().startswith("{{customer}}, {{gap}} is not filled in yet.")
    page = desk.post(f"{home}send", {"text": text, "confirmed": "iban"}).content.decode()
    assert f">{text}</textarea>" in page
    assert "Send anyway" not in page
    assert written() == []


def test_questions_and_templates_are_asked_about_too(
    scene: Scene, home: str, alice: Agent, signed_in: SignedIn
) -> None:
    desk = signed_in(alice)
    has(scene, a_template())
    ask = {"what": "answers", "text": "Welche?", "answers": f"Ja\n{CARD}"}
    assert desk.post(f"{home}ask", ask, headers=FRAGMENT).status_code == 428
    send = f"{home}templates/{Template.objects.get().pk}/send"
    values = {"header.1": "Kim", "body.1": PASSWORD}
    assert desk.post(send, values, headers=FRAGMENT).status_code == 428
    page = desk.post(send, values).content.decode()
    assert f'value="{PASSWORD}"' in page
    assert 'name="confirmed" value="password"' in page
    assert written() == []


def test_a_program_is_not_asked(home: str, alice: Agent) -> None:
    token = issue(alice, "shop", actor="system", at=alice.last_login or Message.objects.get().created_at)
    api = f"/api/v1/conversations/{home.split('/')[2]}/messages"
    answer = Client(headers={"Authorization": f"Bearer {token}"}).post(
        api, {"text": IBAN}, content_type="application/json"
    )
    assert answer.status_code < 300
    assert written() == [IBAN]


@pytest.mark.browser
def test_no_gives_the_text_back_and_yes_sends_it(
    desk: Desk, alice: Agent, site: str, at_desk: Callable[..., Page], watch: Watch
) -> None:
    page = at_desk(alice, width=390)
    page.goto(f"{site}/inbox/{desk.chat.pk}/?view=all")
    page.wait_for_load_state("load")
    text, question = page.locator("#text"), page.get_by_role("alertdialog", name="Send it anyway?")
    text.fill(IBAN)
    text.press("Control+Enter")
    expect(question).to_contain_text("This looks like an IBAN.")
    expect(question.get_by_role("button", name="Edit")).to_be_focused()
    page.keyboard.press("Escape")
    expect(text).to_have_value(IBAN)
    expect(page.locator("#msgs .msg--pending")).to_have_count(0)
    text.press("Control+Enter")
    question.get_by_role("button", name="Send anyway").click()
    expect(page.locator("#msgs .msg--out", has_text="DE89")).to_have_count(1)
    expect(page.locator("#msgs .msg--pending")).to_have_count(0)
    expect(text).to_have_value("")
    assert written()[-1] == IBAN
    watch.forgive("428")
