"""What people write ends campaigns, or pauses them until somebody has decided; the gate goes by it at once."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from jawort.consent.models import Objection, Pause
from jawort.consent.purpose import CAMPAIGNS, CARE, Purpose
from jawort.consent.rules import Permit, Refusal, Refused
from jawort.consent.spoken import Spoken
from jawort.consent.take_words import settle_pause, take_words
from jawort.core.phone import Phone
from jawort.ledger.models import Entry
from jawort.messaging.ask_consent import what_left
from jawort.messaging.gate import Recipient, answers
from jawort.messaging.merge import merge
from jawort.messaging.models import Message
from jawort.messaging.resolve import resolve
from jawort.messaging.send import send
from jawort.messaging.waiting import wait_anew
from jawort.people.models import Contact
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene, author

OFF = "STOP"
DOUBTFUL = "Woher haben Sie meine Nummer?"


def verdict(scene: Scene, who: Customer, purpose: Purpose) -> Permit | Refusal:
    home = scene.chat(who)
    recipient = Recipient(home.contact_id, home.line_id, purpose)
    return answers([recipient], scene.clock.at)[recipient].verdict


def facts(kind: str) -> list[dict[str, object]]:
    return [entry.facts for entry in Entry.objects.filter(kind=kind).order_by("id")]


def test_one_word_ends_campaigns_and_is_answered_once(scene: Scene, kim: Customer, nour: Customer) -> None:
    scene.writes(kim, "Guten Tag")
    assert verdict(scene, kim, CAMPAIGNS) == Refusal(Refused.NO_CONSENT)
    scene.writes(kim, OFF)
    assert verdict(scene, kim, CAMPAIGNS) == Refusal(Refused.OBJECTED)
    assert isinstance(verdict(scene, kim, CARE), Permit)
    (entry,) = Entry.objects.filter(kind="objection.changed")
    assert entry.facts == {"purpose": "campaigns", "change": "objected", "source": "words"}
    assert entry.actor == f"customer:{scene.chat(kim).contact_id}"
    scene.delivers()
    (answer,) = [one.text for one in scene.wire.sent]
    assert answer.startswith("Sie erhalten keine Werbung mehr von uns.")
    assert "You will receive no more advertising from us." in answer  # nobody knows kim's language yet
    scene.writes(kim, "stopp!!!")
    scene.delivers()
    assert len(scene.wire.sent) == len(facts("objection.changed")) == 1
    scene.writes(nour, "Hallo")
    assert not Objection.objects.exclude(contact=scene.chat(kim).contact_id).exists()


@pytest.mark.parametrize("text", ["Nein danke", "Kein Interesse.", "ENDE", "no thanks!"])
def test_what_may_answer_a_question_ends_campaigns_quietly(scene: Scene, kim: Customer, text: str) -> None:
    scene.writes(kim, text)
    scene.delivers()
    assert verdict(scene, kim, CAMPAIGNS) == Refusal(Refused.OBJECTED)
    assert scene.wire.sent == []


def test_what_goes_out_by_itself_has_read_and_answered_nothing(scene: Scene, kim: Customer, alice: Agent) -> None:
    scene.writes(kim, "Wo bleibt mein Rad?")
    seen = Message.objects.latest("pk").pk
    asked = scene.chat(kim)
    scene.passes(minutes=1)
    scene.writes(kim, OFF)
    scene.delivers()
    assert len(scene.wire.sent) == 1
    home = scene.chat(kim)
    assert (home.unread, home.waiting_since) == (2, asked.waiting_since)
    wait_anew([home.pk])
    assert scene.chat(kim).waiting_since == asked.waiting_since
    send(home, "Morgen!", author(alice), scene.clock.at, seen=seen)  # nobody is said to have answered meanwhile
    assert (scene.chat(kim).unread, scene.chat(kim).waiting_since) == (0, None)


def test_a_crowd_costs_as_many_queries_as_one(scene: Scene) -> None:
    spoken = []
    for n in range(40):
        who = Customer(f"Person {n}", Phone(f"49171392{n:05}"), f"DE.8{n:09}")
        scene.writes(who, "Hallo")
        spoken += [Spoken(scene.chat(who).contact_id, Message.objects.latest("pk").pk, OFF if n % 2 else DOUBTFUL)]
    used = []
    for part in (spoken[:2], spoken[2:]):
        with CaptureQueriesContext(connection) as queries, transaction.atomic():
            take_words(part, scene.clock.at, what_left)
        used.append(len(queries))
    assert used[0] == used[1]
    assert (Objection.objects.count(), Pause.objects.count()) == (20, 20)


def test_a_text_that_was_changed_is_heard_too(scene: Scene, kim: Customer) -> None:
    first = scene.writes(kim, "Hallo")
    edit = {"original_message_id": first, "message": {"type": "text", "text": {"body": OFF}}}
    scene.tells(scene.message(kim, "wamid.EDIT", {"type": "edit", "edit": edit}))
    assert verdict(scene, kim, CAMPAIGNS) == Refusal(Refused.OBJECTED)


def test_whose_language_is_known_is_answered_in_it(scene: Scene, kim: Customer) -> None:
    scene.writes(kim, "Hello")
    Contact.objects.update(language="en")
    scene.writes(kim, "please take me off your list")
    scene.delivers()
    assert [one.text.partition(".")[0] for one in scene.wire.sent] == ["You will receive no more advertising from us"]


def test_what_may_be_one_pauses_campaigns_until_somebody_has_read_it(scene: Scene, kim: Customer, alice: Agent) -> None:
    scene.writes(kim, DOUBTFUL)
    scene.writes(kim, "Das nervt langsam mit den Nachrichten")
    pause = Pause.objects.get()
    assert verdict(scene, kim, CAMPAIGNS) == Refusal(Refused.PAUSED)
    assert isinstance(verdict(scene, kim, CARE), Permit)
    assert pause.message == Message.objects.earliest("pk").pk
    assert settle_pause(pause.contact_id, Pause.Verdict.NOTHING, actor=alice_is(alice), at=scene.clock.at)
    assert verdict(scene, kim, CAMPAIGNS) == Refusal(Refused.NO_CONSENT)
    assert not settle_pause(pause.contact_id, Pause.Verdict.NOTHING, actor=alice_is(alice), at=scene.clock.at)
    assert [one["change"] for one in facts("pause.changed")] == ["paused", "nothing"]
    assert not Objection.objects.exists()


def test_whoever_reads_it_can_say_that_it_was_one(scene: Scene, kim: Customer, alice: Agent) -> None:
    scene.writes(kim, DOUBTFUL)
    contact = scene.chat(kim).contact_id
    assert settle_pause(contact, Pause.Verdict.WITHDRAWN, actor=alice_is(alice), at=scene.clock.at)
    assert verdict(scene, kim, CAMPAIGNS) == Refusal(Refused.OBJECTED)
    assert facts("objection.changed")[0]["source"] == "words"


@pytest.mark.parametrize("text", ["Ja", "Stop, der Zähler steht auf 4711", "Wann ist mein Rad fertig?"])
def test_everyday_talk_changes_nothing(scene: Scene, kim: Customer, text: str) -> None:
    scene.writes(kim, text)
    assert not Objection.objects.exists()
    assert not Pause.objects.exists()


def test_a_button_is_heard_as_its_words_are(scene: Scene, kim: Customer) -> None:
    pressed: dict[str, object] = {"type": "button", "button": {"payload": "X", "text": "Abmelden"}}
    scene.tells(scene.message(kim, "wamid.BUTTON", pressed))
    assert verdict(scene, kim, CAMPAIGNS) == Refusal(Refused.OBJECTED)


def test_the_name_of_a_file_and_a_reaction_are_nobodys_word(scene: Scene, kim: Customer) -> None:
    first = scene.writes(kim, "Hallo")
    scene.gives(kim, b"stop", "text/plain", filename="stop")
    scene.tells(scene.message(kim, "wamid.R", {"type": "reaction", "reaction": {"message_id": first, "emoji": "🛑"}}))
    assert not Objection.objects.exists()
    assert not Pause.objects.exists()


def test_who_is_one_person_withdraws_with_each_contact(scene: Scene, kim: Customer, nour: Customer) -> None:
    for who in (kim, nour):
        scene.writes(who, "Hallo")
    scene.writes(kim, OFF)
    merge(scene.chat(kim).contact_id, scene.chat(nour).contact_id, actor="system", at=scene.clock.at)
    assert verdict(scene, nour, CAMPAIGNS) == Refusal(Refused.OBJECTED)


def test_a_resolved_conversation_is_not_answered_and_a_crowd_is(scene: Scene, kim: Customer) -> None:
    crowd = [Customer(f"Person {n}", Phone(f"49171392{n:05}"), f"DE.8{n:09}") for n in range(12)]
    for who in crowd:
        scene.stores(scene.message(who, f"wamid.S-{who.bsuid}", {"type": "text", "text": {"body": OFF}}))
    scene.takes()
    assert Objection.objects.count() == len(crowd)
    resolve(scene.chat(crowd[0]), actor="system", at=scene.clock.at)
    scene.delivers()
    assert len(scene.wire.sent) == len(crowd) - 1


def alice_is(agent: Agent) -> str:
    return f"staff:{agent.pk}"
