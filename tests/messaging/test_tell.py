"""Being read and being written to: said to the customer only where the line says so, and never in anybody's way."""

import pytest

from jawort.consent.purpose import CARE
from jawort.consent.stop import object_to
from jawort.core import clock as core_clock
from jawort.ledger.models import Entry
from jawort.lines.decide import set_receipts
from jawort.lines.models import Receipts
from jawort.messaging.carrier import Mark
from jawort.messaging.read import mark_read, typing
from jawort.messaging.send import send
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene, author


def says(scene: Scene, receipts: Receipts) -> None:
    set_receipts(scene.line.pk, receipts, actor="system", at=core_clock.now())


def reads(scene: Scene, who: Customer) -> None:
    mark_read(scene.chat(who), actor="staff:x", at=core_clock.now())
    scene.delivers()


@pytest.mark.parametrize("receipts", list(Receipts))
def test_reading_is_told_where_the_line_says_so(scene: Scene, kim: Customer, receipts: Receipts) -> None:
    says(scene, receipts)
    scene.writes(kim, "Hallo")
    named = scene.writes(kim, "Ist jemand da?")
    reads(scene, kim)
    reads(scene, kim)  # nothing is new
    told = [Mark(scene.line.pk, named, typing=False)]
    assert scene.wire.told == ([] if receipts is Receipts.NEVER else told)


def test_who_wants_to_read_quietly_tells_nobody(scene: Scene, kim: Customer) -> None:
    says(scene, Receipts.READ)
    scene.writes(kim, "Hallo")
    mark_read(scene.chat(kim), actor="staff:x", at=core_clock.now(), tells=False)
    scene.delivers()
    assert scene.chat(kim).unread == 0
    assert scene.wire.told == []


@pytest.mark.parametrize("receipts", list(Receipts))
def test_typing_is_told_only_together_with_reading(scene: Scene, kim: Customer, receipts: Receipts) -> None:
    says(scene, receipts)
    named = scene.writes(kim, "Hallo")
    typing(scene.chat(kim), core_clock.now())
    typing(scene.chat(kim), core_clock.now())  # one waits already
    scene.delivers()
    assert scene.wire.told == ([Mark(scene.line.pk, named, typing=True)] if receipts is Receipts.TYPING else [])


def test_what_came_while_the_job_waited_is_told_too(scene: Scene, kim: Customer, nour: Customer) -> None:
    says(scene, Receipts.READ)
    named = []
    for who in (kim, nour):
        scene.writes(who, "Hallo")
        mark_read(scene.chat(who), actor="staff:x", at=core_clock.now())
        named.append(scene.writes(who, "Noch etwas"))
        mark_read(scene.chat(who), actor="staff:x", at=core_clock.now())
    scene.delivers()
    assert {mark.provider_id for mark in scene.wire.told} == set(named)
    assert len(scene.wire.told) == len(named)


def test_what_is_told_holds_up_no_answer(scene: Scene, alice: Agent, kim: Customer) -> None:
    says(scene, Receipts.READ)
    scene.writes(kim, "Hallo")
    mark_read(scene.chat(kim), actor="staff:x", at=core_clock.now())
    send(scene.chat(kim), "Guten Tag!", author(alice), core_clock.now())
    scene.worker.run_due(scene.clock.at)
    assert [left.text for left in scene.wire.sent] == ["Guten Tag!"]


def test_who_may_not_be_written_to_is_told_nothing(scene: Scene, kim: Customer) -> None:
    says(scene, Receipts.READ)
    scene.writes(kim, "Stopp")
    object_to(scene.chat(kim).contact_id, actor="system", at=core_clock.now(), purpose=CARE)
    reads(scene, kim)
    assert scene.wire.told == []


def test_what_is_old_is_not_told(scene: Scene, kim: Customer) -> None:
    says(scene, Receipts.READ)
    scene.writes(kim, "Hallo")
    scene.passes(days=31)
    reads(scene, kim)
    assert scene.wire.told == []


def test_a_new_line_tells_nothing_and_a_decision_is_entered_once(scene: Scene) -> None:
    scene.line.refresh_from_db()
    assert scene.line.receipts == Receipts.NEVER
    for _ in range(2):
        says(scene, Receipts.READ)
    entered = [e.facts for e in Entry.objects.filter(kind="line.changed", object=scene.line.pk)]
    assert [facts for facts in entered if facts.get("change") == "receipts"] == [
        {"change": "receipts", "receipts": "read", "was": "never"}
    ]
