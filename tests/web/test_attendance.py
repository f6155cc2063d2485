"""Two at one conversation: each sees the other, and whoever would answer second is asked before."""

import json
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from jawort.core import clock as core_clock
from jawort.ledger.models import Handout
from jawort.lines.models import Template
from jawort.messaging.contents import texts_of
from jawort.messaging.models import Conversation, Message
from jawort.messaging.send import Author, send
from jawort.staff.models import Agent
from jawort.staff.permissions import Role
from tests.fixtures.browser import Watch
from tests.fixtures.cast import Customer, a_hire
from tests.fixtures.scene import Scene, author
from tests.messaging.listed import a_template, has
from tests.web.conftest import Desk
from tests.web.gallery import violations
from tests.web.live_urls import Stream

SignedIn = Callable[[Agent], Client]
FRAGMENT = {"HX-Request": "true"}
TEXT = "Ja, das Rad ist noch da."


@dataclass
class Chat:
    """A conversation with kim, and where it is."""

    home: Conversation
    seen: str

    @property
    def at(self) -> str:
        return f"/inbox/{self.home.pk}/"

    def answered(self, who: Author, text: str = TEXT) -> Message:
        return send(self.home, text, who, core_clock.now())


@pytest.fixture
def chat(scene: Scene, kim: Customer) -> Chat:
    scene.writes(kim, "Ist das Rad noch da?")
    home = scene.chat(kim)
    return Chat(home, str(home.last_message_id))


def written() -> list[str]:
    rows = Message.objects.exclude(direction="in").order_by("id")
    return [texts_of([row])[row.pk] for row in rows]


def test_a_page_is_told_who_else_is_there_and_hands_nothing_out(
    chat: Chat, alice: Agent, bob: Agent, ada: Agent, signed_in: SignedIn
) -> None:
    def comes(who: Agent, writes: str = "") -> str:
        return signed_in(who).post(f"{chat.at}attend", {"writes": writes}, headers=FRAGMENT).content.decode()

    assert comes(alice).strip() == ""
    assert "Alice is reading along" in comes(bob)
    assert "Bob is writing" not in comes(ada)
    assert "Bob is writing …" in comes(bob, "yes") + comes(ada)
    said = comes(alice)
    assert "Bob is writing …" in said
    assert "Ada is reading along" in said
    comes(bob)
    assert "Ada and 1 other read along" in comes(alice)
    comes(a_hire("Carl", Role.AGENT))
    assert "Ada and 2 others read along" in comes(alice)
    assert Handout.objects.count() == 0


def test_a_second_answer_is_asked_about_with_the_first_one_and_goes_when_confirmed(
    chat: Chat, alice: Agent, bob: Agent, signed_in: SignedIn
) -> None:
    desk, theirs = signed_in(alice), chat.answered(author(bob))
    for kind in ("", "reply"):
        reply = {"text": "Leider nein", "kind": kind, "shown": chat.seen}
        answer = desk.post(f"{chat.at}send", reply, headers=FRAGMENT)
        assert answer.status_code == 428
        assert f"Bob has answered meanwhile: “{TEXT}”" in answer.content.decode()
        assert f'value="{theirs.pk}"' in answer.content.decode()
    assert Handout.objects.filter(actor=alice.actor).count() == 1
    assert written() == [TEXT]
    note = {"text": "Notiz", "kind": "note", "shown": chat.seen}
    assert desk.post(f"{chat.at}send", note, headers=FRAGMENT).status_code == 200
    another = chat.answered(Author("token:1", bob), "Und noch etwas")
    answer = desk.post(f"{chat.at}send", reply | {"confirmed": str(theirs.pk)}, headers=FRAGMENT)
    assert "A program has answered meanwhile: “Und noch etwas”" in answer.content.decode()
    assert TEXT not in answer.content.decode()
    assert desk.post(f"{chat.at}send", reply | {"confirmed": str(another.pk)}, headers=FRAGMENT).status_code == 200
    assert written()[-1] == "Leider nein"


def test_one_question_follows_on_another_and_each_is_asked_once(
    chat: Chat, alice: Agent, bob: Agent, signed_in: SignedIn
) -> None:
    desk, theirs = signed_in(alice), chat.answered(author(bob))
    said = {"text": "Karte 4111 1111 1111 1111", "shown": chat.seen}
    assert 'value="card"' in desk.post(f"{chat.at}send", said, headers=FRAGMENT).content.decode()
    answer = desk.post(f"{chat.at}send", said | {"confirmed": "card"}, headers=FRAGMENT)
    assert f'value="card {theirs.pk}"' in answer.content.decode()
    said |= {"confirmed": f"card {theirs.pk}"}
    assert desk.post(f"{chat.at}send", said, headers=FRAGMENT).status_code == 200


def test_questions_and_templates_are_asked_about_too(
    scene: Scene, chat: Chat, alice: Agent, bob: Agent, signed_in: SignedIn
) -> None:
    desk, theirs = signed_in(alice), chat.answered(author(bob))
    has(scene, a_template())
    ask = {"what": "answers", "text": "Welche?", "answers": "Ja\nNein", "shown": chat.seen}
    assert desk.post(f"{chat.at}ask", ask, headers=FRAGMENT).status_code == 428
    form = f"{chat.at}templates/{Template.objects.get().pk}/"
    assert f'name="shown" value="{theirs.pk}"' in desk.get(form).content.decode()
    values = {"header.1": "Kim", "body.1": "Montag", "button.0": "1", "shown": chat.seen}
    assert desk.post(f"{form}send", values, headers=FRAGMENT).status_code == 428
    page = desk.post(f"{form}send", values).content.decode()
    assert 'value="Montag"' in page
    assert f'name="confirmed" value="{theirs.pk}"' in page
    assert written() == [TEXT]
    assert desk.post(f"{form}send", values | {"confirmed": str(theirs.pk)}).status_code == 302


def test_without_scripts_a_page_shows_the_answer_and_holds_the_text(
    chat: Chat, alice: Agent, bob: Agent, signed_in: SignedIn
) -> None:
    desk, theirs = signed_in(alice), chat.answered(author(bob))
    answer = desk.post(f"{chat.at}send", {"text": "Leider nein", "kind": "reply", "shown": chat.seen})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f"Bob has answered meanwhile: “{TEXT}”" in page
    assert "required>Leider nein</textarea>" in page
    assert f'<button class="btn" name="confirmed" value="{theirs.pk}">Send anyway</button>' in page
    assert f'name="shown" value="{theirs.pk}"' in page  # who has changed it now has seen the answer
    assert f'name="shown" value="{theirs.pk}"' in desk.get(chat.at).content.decode()
    changed = {"text": "Doch nicht", "kind": "reply", "shown": str(theirs.pk)}
    assert desk.post(f"{chat.at}send", changed).status_code == 302


@pytest.mark.parametrize("shown", ["", "x"])
def test_a_page_that_does_not_say_what_it_shows_is_not_asked(
    chat: Chat, alice: Agent, bob: Agent, signed_in: SignedIn, shown: str
) -> None:
    chat.answered(author(bob))
    answer = signed_in(alice).post(f"{chat.at}send", {"text": "Ja", "shown": shown}, headers=FRAGMENT)
    assert answer.status_code == 200


@pytest.mark.browser
def test_one_sees_the_other_write_and_the_slower_one_is_asked(
    desk: Desk, alice: Agent, bob: Agent, site: str, stream: Stream, at_desk: Callable[..., Page], watch: Watch
) -> None:
    chat, address = desk.chat, f"{site}/inbox/{desk.chat.pk}/?view=all"
    first, second = at_desk(alice), at_desk(bob, language="de", width=390)
    for page in (first, second):
        with page.expect_response("**/messages/"), page.expect_response("**/attend"):
            page.goto(address)
    line, text = second.locator("#attendance [role=status]"), first.locator("#text")
    expect(line).to_contain_text("Alice liest mit")
    with first.expect_response("**/attend"):
        text.press_sequentially("Das Foto")
    stream.say("attended", json.dumps([str(chat.pk)]))
    expect(line).to_contain_text("Alice schreibt …")
    expect(first.locator("#attendance [role=status]")).to_contain_text("Bob is reading along")
    assert violations(second) == []

    theirs = send(chat, "Ich frage im Lager nach.", author(bob), core_clock.now())
    stream.say("message", json.dumps({"conversation": str(chat.pk), "messages": [str(theirs.pk)]}))
    expect(first.locator("#msgs")).to_contain_text("Ich frage im Lager nach.")
    question = first.get_by_role("alertdialog", name="Send it anyway?")
    text.press("Control+Enter")  # it came while she wrote
    expect(question).to_contain_text("Bob has answered meanwhile: “Ich frage im Lager nach.”")
    assert violations(first) == []
    first.keyboard.press("Escape")
    expect(text).to_have_value("Das Foto")
    send(chat, "Es ist keins mehr da.", author(bob), core_clock.now())
    text.press("Control+Enter")
    expect(question).to_contain_text("Es ist keins mehr da.")
    expect(question).not_to_contain_text("Ich frage im Lager nach.")  # she knows that one by now
    question.get_by_role("button", name="Send anyway").click()
    expect(first.locator("#msgs .msg--out", has_text="Das Foto")).to_have_count(2)  # and one that stood there
    expect(first.locator("#msgs .msg--pending")).to_have_count(0)
    expect(text).to_have_value("")
    watch.forgive("428")
