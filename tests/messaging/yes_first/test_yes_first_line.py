"""A line that asks for a yes first: who decides it and how, what its page says, and what passes the gate meanwhile."""

from collections.abc import Callable
from uuid import UUID

import pytest
from django.test import Client

from jawort.ledger.models import Entry
from jawort.legal.models import Links
from jawort.lines.decide import CannotAskFirst, set_newcomers
from jawort.lines.models import Line, Newcomers
from jawort.messaging.contents import texts_of
from jawort.messaging.models import Conversation, Message
from jawort.messaging.rules import State
from jawort.messaging.send import send
from jawort.people.models import Contact
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene, author
from tests.messaging.yes_first.waiting import COMPANY, NOTICE, asked, asks_first, opened

SignedIn = Callable[[Agent], Client]


@pytest.fixture(autouse=True)
def first(scene: Scene) -> None:
    """The line asks for a yes first."""
    asks_first(scene)


def thread(scene: Scene, who: Customer) -> list[str]:
    """What `who` has written in their conversation, oldest first."""
    messages = list(Message.objects.filter(conversation=scene.chat(who), direction="in").order_by("pk"))
    texts = texts_of(messages)
    return [texts[message.pk] for message in messages]


def page_of(desk: Client, scene: Scene) -> str:
    return desk.get(f"/settings/lines/{scene.line.pk}").content.decode()


class TestTheLine:
    def test_it_needs_a_company_and_a_notice(self, scene: Scene) -> None:
        opened(scene)
        Line.objects.update(company="")
        with pytest.raises(CannotAskFirst):
            set_newcomers(scene.line.pk, Newcomers.YES_FIRST, "  ", actor="system", at=scene.clock.at)

    def test_opened_again_who_waits_is_waited_for_and_nobody_else(
        self, scene: Scene, kim: Customer, nour: Customer
    ) -> None:
        scene.writes(kim, "Hallo")
        opened(scene)
        scene.writes(kim, "Ist da wer?")
        scene.writes(nour, "Guten Tag")
        assert {home.pk for home in Conversation.objects.all()} == {scene.chat(nour).pk}
        asked(scene)
        scene.writes(kim, "Ja")
        assert thread(scene, kim) == ["Hallo", "Ist da wer?", "Ja"]

    def test_the_entry_says_what_was_decided(self, scene: Scene) -> None:
        entry = Entry.objects.filter(kind="line.changed").latest("pk")
        assert entry.facts == {"change": "newcomers", "newcomers": "yes_first", "was": "open", "renamed": True}


class TestTheGate:
    def test_nothing_but_the_question_leaves(self, scene: Scene, kim: Customer, alice: Agent) -> None:
        scene.writes(kim, "Hallo")
        asked(scene)
        contact: UUID = Contact.objects.get().pk
        home = Conversation.objects.create(
            contact_id=contact, line=scene.line, opened_at=scene.clock.at, last_message_at=scene.clock.at
        )
        message = send(home, "Guten Tag", author(alice), scene.clock.at)
        assert (message.state, message.gate) == (State.REFUSED, "awaits_yes")
        scene.delivers()
        assert len(scene.wire.sent) == 1
        scene.writes(kim, "Ja")
        assert send(home, "Guten Tag", author(alice), scene.clock.at).state == State.QUEUED
        scene.delivers()


class TestThePage:
    def test_says_what_it_means_in_which_words_and_how_often_it_happened(
        self, scene: Scene, ada: Agent, kim: Customer, nour: Customer, signed_in: SignedIn
    ) -> None:
        desk = signed_in(ada)
        scene.writes(kim, "Hallo")
        asked(scene)
        scene.writes(kim, "Nein")
        scene.writes(nour, "Hallo")
        page = page_of(desk, scene)
        assert f"Hello, this is {COMPANY}" in page
        assert NOTICE in page
        assert "deleted unread and counted" in page
        assert "whoever waits is still waited for" in page
        assert "<dt>Waiting now</dt><dd>1</dd>" in page
        assert "<dt>Said no</dt><dd>1</dd>" in page

    def test_decides_with_an_entry_that_names_who_did(self, scene: Scene, ada: Agent, signed_in: SignedIn) -> None:
        desk, address = signed_in(ada), f"/settings/lines/{scene.line.pk}/newcomers"
        page = desk.post(address, {"newcomers": "open", "company": COMPANY}, follow=True).content.decode()
        assert "The entry in the ledger names you" in page
        entry = Entry.objects.filter(kind="line.changed").latest("pk")
        assert entry.actor == f"staff:{ada.pk}"
        assert entry.facts == {"change": "newcomers", "newcomers": "open", "was": "yes_first"}
        page = desk.post(address, {"newcomers": "open", "company": COMPANY}, follow=True).content.decode()
        assert "Nothing changed" in page

    @pytest.mark.parametrize(
        "sent",
        [{}, {"newcomers": "never"}, {"newcomers": "yes_first"}, {"newcomers": "yes_first", "company": "x" * 201}],
    )
    def test_says_what_is_missing_and_changes_nothing(
        self, scene: Scene, ada: Agent, signed_in: SignedIn, sent: dict[str, str]
    ) -> None:
        opened(scene)
        before = Entry.objects.count()
        answer = signed_in(ada).post(f"/settings/lines/{scene.line.pk}/newcomers", sent)
        assert answer.status_code == 422
        assert "field__error" in answer.content.decode()
        assert Entry.objects.count() == before
        assert Line.objects.get().newcomers == Newcomers.OPEN

    def test_asks_for_the_privacy_notice_first(self, scene: Scene, ada: Agent, signed_in: SignedIn) -> None:
        opened(scene)
        Links.objects.all().delete()
        desk = signed_in(ada)
        assert "Please enter its address first" in page_of(desk, scene)
        sent = {"newcomers": "yes_first", "company": COMPANY}
        answer = desk.post(f"/settings/lines/{scene.line.pk}/newcomers", sent)
        assert answer.status_code == 422
        assert Line.objects.get().newcomers == Newcomers.OPEN

    def test_lets_others_look(self, scene: Scene, dana: Agent, signed_in: SignedIn) -> None:
        desk = signed_in(dana)
        assert "<b>Yes first</b>" in page_of(desk, scene)
        answer = desk.post(f"/settings/lines/{scene.line.pk}/newcomers", {"newcomers": "open"})
        assert answer.status_code == 404
