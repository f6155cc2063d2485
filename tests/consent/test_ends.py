"""What was given ends: by a word, a changed number, time; at once, and for good."""

from datetime import timedelta

import pytest
from django.db import transaction

from jawort.consent.consents import standings
from jawort.consent.events import Noted, note
from jawort.consent.models import Objection, Text
from jawort.consent.purpose import CAMPAIGNS, CARE
from jawort.consent.rules import Basis, Permit, Refusal, Refused
from jawort.consent.state import CannotAsk, Event, Method, State
from jawort.consent.stop import object_to
from jawort.ledger.models import Entry
from jawort.messaging.ask_consent import NotAsked, ask_for_consent
from jawort.messaging.gate import Recipient, answers
from jawort.messaging.merge import merge
from jawort.people.models import Contact
from jawort.staff.models import Agent
from tests.consent.questions import (
    asks,
    events,
    events_of,
    quotes,
    says_yes,
    stands,
    taps,
    verdict,
)
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene, author


def test_after_a_stop_the_old_question_gives_nothing(
    scene: Scene, kim: Customer, alice: Agent, texts: tuple[Text, ...]
) -> None:
    scene.writes(kim, "Hallo")
    question = asks(scene, kim, alice)
    scene.writes(kim, "STOP")
    scene.delivers()
    quotes(scene, kim, question, "Ja")
    taps(scene, kim, question, 0)
    assert verdict(scene, kim) == Refusal(Refused.OBJECTED)
    assert events(scene, kim) == ["requested", "refused"]
    with pytest.raises(NotAsked) as refused:
        ask_for_consent(scene.chat(kim), author(alice), scene.clock.at)
    assert refused.value.why is CannotAsk.ASKED
    scene.passes(days=2)
    scene.writes(kim, "Ich hätte doch gern wieder Ihre Angebote")
    with pytest.raises(NotAsked) as refused:
        ask_for_consent(scene.chat(kim), author(alice), scene.clock.at)
    assert refused.value.why is CannotAsk.OBJECTED
    asks(scene, kim, alice, wished=True)
    scene.writes(kim, "Ja")
    assert verdict(scene, kim) == Permit(Basis.CONSENT)
    assert Entry.objects.filter(kind="consent.changed", facts__wished=True).count() == 1
    lifted = Entry.objects.get(kind="objection.changed", facts__change="lifted")
    assert lifted.facts == {"purpose": "campaigns", "change": "lifted", "source": "consent"}


def test_a_second_stop_closes_what_was_asked_since(
    scene: Scene, kim: Customer, alice: Agent, texts: tuple[Text, ...]
) -> None:
    scene.writes(kim, "STOP")
    scene.delivers()
    scene.writes(kim, "Hallo")
    question = asks(scene, kim, alice, wished=True)
    scene.writes(kim, "STOP")
    taps(scene, kim, question, 0)
    assert stands(scene, kim) is State.REFUSED
    assert verdict(scene, kim) == Refusal(Refused.OBJECTED)


def test_who_objects_to_everything_gets_no_campaign_either(
    scene: Scene, kim: Customer, alice: Agent, texts: tuple[Text, ...]
) -> None:
    says_yes(scene, kim, alice)
    object_to(scene.chat(kim).contact_id, CARE, actor=author(alice).actor, at=scene.clock.at)
    assert verdict(scene, kim) == Refusal(Refused.OBJECTED)


def test_two_years_and_it_is_over(scene: Scene, kim: Customer, alice: Agent, texts: tuple[Text, ...]) -> None:
    says_yes(scene, kim, alice)
    contact, given = scene.chat(kim).contact_id, scene.clock.at
    for late, state in ((timedelta(0), State.ACTIVE), (timedelta(seconds=1), State.EXPIRED)):
        assert standings([contact], CAMPAIGNS, given + timedelta(days=730) + late)[contact].state is state


def test_an_end_counts_to_whoever_began_before_it(
    scene: Scene, kim: Customer, alice: Agent, texts: tuple[Text, ...]
) -> None:
    says_yes(scene, kim, alice)
    scene.delivers()
    contact, began = scene.chat(kim).contact_id, scene.clock.at
    scene.passes(seconds=1)
    object_to(contact, CAMPAIGNS, actor=author(alice).actor, at=scene.clock.at)
    assert standings([contact], CAMPAIGNS, began)[contact].state is State.WITHDRAWN
    late = scene.clock.at - timedelta(seconds=5)  # and whoever says no behind a yes that they have not seen ends it too
    Objection.objects.update(lifted_at=scene.clock.at)
    with transaction.atomic():
        yes = Noted(contact, CAMPAIGNS, Event.GIVEN, Method.WORDS, f"customer:{contact}", texts[0].pk)
        note([yes], scene.clock.at)
    object_to(contact, CAMPAIGNS, actor=author(alice).actor, at=late)
    assert stands(scene, kim) is State.WITHDRAWN


def test_a_changed_number_ends_what_the_old_one_gave(
    scene: Scene, kim: Customer, alice: Agent, texts: tuple[Text, ...]
) -> None:
    says_yes(scene, kim, alice)
    contact = scene.chat(kim).contact_id
    system = {"type": "user_changed_number", "wa_id": "491713920099", "body": "changed", "user_id": "DE.1713920099"}
    scene.tells(scene.message(kim, "wamid.CHANGED", {"type": "system", "system": system}))
    assert standings([contact], CAMPAIGNS, scene.clock.at)[contact].state is State.INVALIDATED
    assert events_of(contact)[-1] == "invalidated"


def test_of_merged_contacts_each_has_given_what_it_gave(
    scene: Scene, kim: Customer, nour: Customer, alice: Agent, texts: tuple[Text, ...]
) -> None:
    for who in (kim, nour):
        scene.writes(who, "Hallo")
    asks(scene, kim, alice)
    scene.writes(kim, "Ja")
    assert verdict(scene, kim) == Permit(Basis.CONSENT)
    merge(scene.chat(kim).contact_id, scene.chat(nour).contact_id, actor=author(alice).actor, at=scene.clock.at)
    home = scene.chat(kim)
    scene.passes(days=1)
    scene.writes(nour, "Hallo, ich bin es")  # now it is the other number that would be written to
    recipient = Recipient(home.contact_id, home.line_id, CAMPAIGNS)
    assert answers([recipient], scene.clock.at)[recipient].verdict == Refusal(Refused.NO_CONSENT)
    scene.writes(nour, "STOP")
    scene.delivers()
    both = standings(Contact.objects.values_list("pk", flat=True), CAMPAIGNS, scene.clock.at)
    assert {how.state for how in both.values()} == {State.WITHDRAWN, State.NONE}


def test_a_yes_taken_back_at_once_gets_no_receipt(
    scene: Scene, kim: Customer, alice: Agent, texts: tuple[Text, ...]
) -> None:
    says_yes(scene, kim, alice)
    scene.writes(kim, "STOP")
    scene.delivers()
    assert not any("Nr." in one.text for one in scene.wire.sent)
