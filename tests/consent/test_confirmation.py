"""Where a yes must be said twice, the first one lets nothing leave, and is forgotten if no second one follows."""

from dataclasses import replace
from datetime import timedelta

import pytest

from jawort.consent.consents import standings_of
from jawort.consent.models import ConsentEvent, Question
from jawort.consent.opt_in import make_link
from jawort.consent.purpose import Purpose
from jawort.consent.purposes import CannotDeclare, change
from jawort.consent.rules import Basis, Permit, Refusal, Refused
from jawort.consent.slips import tear_off
from jawort.consent.state import State
from jawort.consent.texts import put_into_use, text_for
from jawort.intake.upkeep import upkeep
from jawort.ledger.models import Entry
from jawort.messaging.models import Message
from jawort.messaging.send import send
from jawort.staff.models import Agent
from tests.consent.questions import GERMAN, asks, events, stands, taps, verdict, what
from tests.fixtures.cast import Customer
from tests.fixtures.purposes import EVENTS
from tests.fixtures.scene import Scene, author


def test_a_yes_that_must_be_said_twice_counts_when_it_was(
    scene: Scene, kim: Customer, alice: Agent, twice: Purpose
) -> None:
    scene.writes(kim, "Hallo")
    asks(scene, kim, alice, purpose=twice)
    scene.writes(kim, "Ja")
    assert stands(scene, kim, twice) is State.UNCONFIRMED
    assert verdict(scene, kim, twice) == Refusal(Refused.NO_CONSENT)
    scene.delivers()
    confirmation = Message.objects.filter(direction="out").latest("pk")
    assert "bestätigen" in what(confirmation).text
    scene.passes(minutes=1)
    taps(scene, kim, confirmation, 0)
    scene.delivers()
    assert stands(scene, kim, twice) is State.ACTIVE
    assert verdict(scene, kim, twice) == Permit(Basis.CONSENT)
    assert "ist gespeichert" in scene.wire.sent[-1].text
    assert events(scene, kim) == ["requested", "given", "confirmed"]
    with pytest.raises(CannotDeclare) as refused:
        change(twice, EVENTS, actor="system", at=scene.clock.at)
    assert refused.value.why == "confirms"


def test_a_word_confirms_as_well_and_a_no_ends_it(
    scene: Scene, kim: Customer, nour: Customer, alice: Agent, twice: Purpose
) -> None:
    for who, word, state in [(kim, "Ja", State.ACTIVE), (nour, "Nein danke", State.WITHDRAWN)]:
        scene.writes(who, "Hallo")
        asks(scene, who, alice, purpose=twice)
        scene.writes(who, "Ja")
        scene.delivers()
        scene.passes(minutes=1)
        scene.writes(who, word)
        scene.delivers()
        assert stands(scene, who, twice) is state


def test_what_nobody_confirms_ends_after_a_day_and_is_deleted_after_seven(
    scene: Scene, kim: Customer, nour: Customer, alice: Agent, twice: Purpose
) -> None:
    for who in (kim, nour):
        scene.writes(who, "Hallo")
        asks(scene, who, alice, purpose=twice)
        scene.writes(who, "Ja")
        scene.delivers()
    scene.passes(minutes=1)
    scene.writes(nour, "Ja")
    scene.delivers()
    scene.passes(hours=25)
    assert stands(scene, kim, twice) is State.EXPIRED
    scene.writes(kim, "Ja")  # too late: it confirms nothing
    assert stands(scene, kim, twice) is State.EXPIRED
    upkeep([])
    assert events(scene, kim) == ["requested", "given"]
    scene.passes(days=7)
    upkeep([])
    assert events(scene, kim) == []
    assert events(scene, nour) == ["requested", "given", "confirmed"]
    assert set(Question.objects.values_list("contact", flat=True)) == {scene.chat(nour).contact_id}
    forgotten = Entry.objects.filter(kind="consent.changed", facts__change="forgotten")
    assert [entry.object for entry in forgotten] == [scene.chat(kim).contact_id]


def test_the_time_to_confirm_is_that_of_the_rule(scene: Scene, kim: Customer, alice: Agent, twice: Purpose) -> None:
    scene.writes(kim, "Hallo")
    asks(scene, kim, alice, purpose=twice)
    scene.writes(kim, "Ja")
    scene.delivers()
    given = ConsentEvent.objects.get(event="given")
    scene.passes(seconds=(given.at + timedelta(hours=24) - scene.clock.at).total_seconds())
    assert stands(scene, kim, twice) is State.UNCONFIRMED
    scene.passes(seconds=1)
    assert stands(scene, kim, twice) is State.EXPIRED


def test_another_question_leaves_an_open_confirmation_open(
    scene: Scene, kim: Customer, alice: Agent, twice: Purpose
) -> None:
    scene.writes(kim, "Hallo")
    taps(scene, kim, asks(scene, kim, alice, purpose=twice), 0)
    scene.delivers()
    confirmation = Message.objects.filter(direction="out").latest("pk")
    scene.passes(minutes=1)
    asks(scene, kim, alice)
    taps(scene, kim, confirmation, 0)
    assert stands(scene, kim, twice) is State.ACTIVE
    scene.delivers()


def test_what_is_confirmed_goes_on_while_another_text_waits_for_its_second_yes(
    scene: Scene, kim: Customer, alice: Agent, twice: Purpose
) -> None:
    scene.writes(kim, "Hallo")
    first = text_for(twice, "de")
    taps(scene, kim, asks(scene, kim, alice, purpose=twice), 0)
    scene.delivers()
    taps(scene, kim, Message.objects.filter(direction="out").latest("pk"), 0)
    scene.delivers()
    scene.passes(minutes=1)
    wider = replace(GERMAN, contents="Einladungen und Werkstattbriefe")
    (second,) = put_into_use(twice, {"de": wider}, actor="x", at=scene.clock.at)
    link = make_link(scene.line.pk, "de", "Web", purpose=twice, actor="x", at=scene.clock.at)
    scene.writes(kim, tear_off(link, second, scene.clock.at))
    scene.delivers()
    assert first is not None
    for days in (0, 2, 8):
        scene.passes(days=days)
        upkeep([])
        contact = scene.chat(kim).contact_id
        how = standings_of([contact], [twice], scene.clock.at)[twice][contact]
        assert (how.state, how.text) == (State.ACTIVE, first.pk), days


def test_a_bare_yes_confirms_nothing_where_it_may_answer_something_else(
    scene: Scene, kim: Customer, alice: Agent, twice: Purpose
) -> None:
    scene.writes(kim, "Hallo")
    send(scene.chat(kim), "Passt Ihnen Dienstag um 10 Uhr?", author(alice), scene.clock.at)
    scene.delivers()
    link, text = (
        make_link(scene.line.pk, "de", "Web", purpose=twice, actor="x", at=scene.clock.at),
        text_for(twice, "de"),
    )
    assert text is not None
    scene.writes(kim, tear_off(link, text, scene.clock.at))
    scene.delivers()
    assert stands(scene, kim, twice) is State.UNCONFIRMED
    scene.passes(minutes=1)
    scene.writes(kim, "Ja")
    assert stands(scene, kim, twice) is State.UNCONFIRMED
