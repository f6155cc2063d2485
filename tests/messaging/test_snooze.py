"""A conversation is put aside and comes back: at its time, when the person writes, or when somebody takes it back."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jawort.cli.doctor import check_world
from jawort.consent.purpose import CARE
from jawort.consent.stop import object_to
from jawort.core import clock as core_clock
from jawort.lanes import outcome
from jawort.lanes.models import Job
from jawort.ledger.models import Entry
from jawort.messaging.assign import assign
from jawort.messaging.merge import merge, unmerge
from jawort.messaging.models import Conversation
from jawort.messaging.queries import View, counts, rows
from jawort.messaging.read import mark_read, mark_unread
from jawort.messaging.resolve import resolve
from jawort.messaging.rules import SNOOZE_MAX, may_snooze
from jawort.messaging.send import send
from jawort.messaging.snooze import CannotSnooze, come_back, snooze, wake
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Fault, Scene, author

LATER = timedelta(hours=3)


def puts_aside(scene: Scene, who: Customer, until: timedelta | None = LATER) -> Conversation:
    """`who` has written, somebody has read it, and put the conversation aside."""
    scene.writes(who, "Haben Sie das Rad noch?")
    chat = scene.chat(who)
    mark_read(chat, actor="system", at=scene.clock.at)
    snooze(chat, scene.clock.at + until if until else None, actor="staff:x", at=scene.clock.at)
    return chat


def seen_in(person: Agent) -> set[str]:
    """In which views the only conversation is."""
    return {view for view in View if rows(person, view=view)}


def kinds_of(chat: Conversation) -> list[str]:
    return list(Entry.objects.filter(object=chat.pk).order_by("id").values_list("kind", flat=True))


def test_until_a_time_it_is_out_of_sight_and_then_stands_out(scene: Scene, kim: Customer, alice: Agent) -> None:
    chat = puts_aside(scene, kim)
    assert seen_in(alice) == {"snoozed"}
    assert (counts(alice).all, counts(alice).snoozed) == (0, 1)
    scene.passes(hours=2, minutes=59)
    scene.delivers()
    assert seen_in(alice) == {"snoozed"}
    scene.passes(minutes=1)
    assert scene.hears(scene.delivers) == [{"c": [str(chat.pk)], "m": []}]
    assert seen_in(alice) == {"all", "unassigned"}
    chat.refresh_from_db()
    assert (chat.unread, chat.snoozed_until) == (1, None)
    assert kinds_of(chat)[-2:] == ["conversation.snoozed", "conversation.woken"]
    assert not Job.objects.filter(kind="wake").exists()


@pytest.mark.parametrize("until", [LATER, None])
def test_what_the_person_writes_ends_it(scene: Scene, kim: Customer, alice: Agent, until: timedelta | None) -> None:
    chat = puts_aside(scene, kim, until)
    scene.passes(hours=1)
    scene.writes(kim, "Hallo?")
    assert seen_in(alice) == {"all", "unassigned"}
    scene.passes(hours=3)
    scene.delivers()
    chat.refresh_from_db()
    assert (chat.unread, chat.snoozed_at) == (1, None)
    assert kinds_of(chat)[-1] == "conversation.snoozed"


def test_a_clock_that_is_set_back_while_it_comes_back_loses_nothing(scene: Scene, kim: Customer, alice: Agent) -> None:
    puts_aside(scene, kim)
    (row,) = Job.objects.filter(kind="wake")
    taken = outcome.Job(row.pk, row.lane, row.kind, row.ids, row.attempts, row.due_at)
    come_back([taken])
    assert seen_in(alice) == {"all", "unassigned"}


def test_a_reaction_leaves_it_asleep(scene: Scene, kim: Customer, alice: Agent) -> None:
    chat = puts_aside(scene, kim, None)
    first = scene.writes(kim, "Danke")
    snooze(chat, None, actor="staff:x", at=scene.clock.at)
    scene.writes(kim, "", type="reaction", reaction={"message_id": first, "emoji": "👍"})
    assert seen_in(alice) == {"snoozed"}


def test_a_nearer_time_replaces_a_further_one_and_a_further_one_it(scene: Scene, kim: Customer, alice: Agent) -> None:
    chat = puts_aside(scene, kim, timedelta(days=3))
    snooze(chat, scene.clock.at + timedelta(days=1), actor="staff:x", at=scene.clock.at)
    scene.passes(days=1)
    scene.delivers()
    assert seen_in(alice) == {"all", "unassigned"}
    snooze(chat, scene.clock.at + timedelta(days=4), actor="staff:x", at=scene.clock.at)
    scene.passes(days=2)
    scene.delivers()
    assert seen_in(alice) == {"snoozed"}
    scene.passes(days=2)
    scene.delivers()
    assert seen_in(alice) == {"all", "unassigned"}


def test_somebody_takes_it_back_once(scene: Scene, kim: Customer, alice: Agent) -> None:
    chat = puts_aside(scene, kim)
    wake(chat, actor="staff:x", at=scene.clock.at)
    wake(chat, actor="staff:x", at=scene.clock.at)
    assert seen_in(alice) == {"all", "unassigned"}
    assert kinds_of(chat).count("conversation.woken") == 1
    chat.refresh_from_db()
    assert chat.unread == 0


def test_resolving_ends_it_and_what_is_resolved_cannot_be_put_aside(scene: Scene, kim: Customer, alice: Agent) -> None:
    chat = puts_aside(scene, kim)
    resolve(chat, actor="staff:x", at=scene.clock.at)
    assert seen_in(alice) == {"resolved"}
    with pytest.raises(CannotSnooze, match="resolved"):
        snooze(chat, None, actor="staff:x", at=scene.clock.at)
    scene.passes(hours=3)
    scene.delivers()
    assert seen_in(alice) == {"resolved"}


def test_what_nobody_has_seen_is_not_put_aside(scene: Scene, kim: Customer, alice: Agent) -> None:
    scene.writes(kim, "Eins")
    chat = scene.chat(kim)
    seen = chat.last_message_id
    scene.writes(kim, "Zwei")
    with pytest.raises(CannotSnooze, match="meanwhile"):
        snooze(chat, None, actor="staff:x", at=scene.clock.at, seen=seen)
    assert seen_in(alice) == {"all", "unassigned"}


@pytest.mark.parametrize("until", [timedelta(0), timedelta(minutes=-1), SNOOZE_MAX + timedelta(seconds=1)])
def test_times_that_are_past_or_too_far_are_refused(scene: Scene, kim: Customer, until: timedelta) -> None:
    scene.writes(kim, "Eins")
    with pytest.raises(CannotSnooze, match="in the future, at most 366 days"):
        snooze(scene.chat(kim), scene.clock.at + until, actor="staff:x", at=scene.clock.at)


@given(st.timedeltas(timedelta(days=-800), timedelta(days=800)))
def test_a_time_may_be_chosen_if_it_lies_within_a_year(distance: timedelta) -> None:
    at = core_clock.now()
    assert may_snooze(at + distance, at) is (timedelta(0) < distance <= SNOOZE_MAX)
    assert may_snooze(None, at)


def test_a_merge_brings_it_back(scene: Scene, kim: Customer, nour: Customer, alice: Agent) -> None:
    kept = puts_aside(scene, kim)
    closed = puts_aside(scene, nour)
    merge(kept.contact_id, closed.contact_id, actor="staff:x", at=scene.clock.at)
    assert seen_in(alice) == {"all", "unassigned", "resolved"}


def test_a_lost_job_is_found(scene: Scene, kim: Customer) -> None:
    chat = puts_aside(scene, kim)
    jobs = list(Job.objects.filter(kind="wake"))
    Job.objects.filter(kind="wake").delete()
    assert [finding.code for finding in check_world()] == ["messaging.asleep"]
    Job.objects.bulk_create(jobs)
    wake(chat, actor="staff:x", at=scene.clock.at)


def test_taken_apart_what_is_left_empty_is_resolved_and_asleep_no_more(
    scene: Scene, kim: Customer, nour: Customer, alice: Agent
) -> None:
    for who in (kim, nour):
        scene.writes(who, "Hallo")
        resolve(scene.chat(who), actor="staff:x", at=scene.clock.at)
    other = scene.chat(nour).contact_id
    merge(scene.chat(kim).contact_id, other, actor="staff:x", at=scene.clock.at)
    scene.writes(nour, "Noch etwas")
    shared = Conversation.objects.get(status="open")
    snooze(shared, scene.clock.at + LATER, actor="staff:x", at=scene.clock.at)
    unmerge(other, actor="staff:x", at=scene.clock.at)
    shared.refresh_from_db()
    assert (shared.status, shared.snoozed_at, shared.snoozed_until) == ("resolved", None, None)
    assert seen_in(alice) == {"all", "unassigned", "resolved"}


@pytest.mark.parametrize("when", ["at the call", "maybe", "afterwards", "before it left"])
def test_what_did_not_get_through_brings_it_back(scene: Scene, kim: Customer, alice: Agent, when: str) -> None:
    """Nobody would see it else: who got nothing does not write."""
    scene.writes(kim, "Hallo")
    chat = scene.chat(kim)
    scene.wire.faults += {"at the call": [Fault.NEVER], "maybe": [Fault.AFTER]}.get(when, [])
    ours = send(chat, "Gern", author(alice), scene.clock.at)
    if when == "afterwards":
        scene.delivers()
    snooze(chat, None, actor="staff:x", at=scene.clock.at)
    if when == "before it left":
        object_to(chat.contact_id, CARE, actor="staff:x", at=scene.clock.at)
    if when == "afterwards":
        scene.tells(scene.receipt(ours, "failed", errors=[{"code": 131026, "title": "Undeliverable"}]))
    else:
        scene.delivers()
    assert seen_in(alice) == {"all", "unassigned"}
    chat.refresh_from_db()
    assert (chat.unread, kinds_of(chat)[-1]) == (1, "conversation.woken")


def test_what_got_through_leaves_it_asleep(scene: Scene, kim: Customer, alice: Agent) -> None:
    scene.writes(kim, "Hallo")
    chat = scene.chat(kim)
    ours = send(chat, "Gern", author(alice), scene.clock.at)
    snooze(chat, None, actor="staff:x", at=scene.clock.at)
    scene.delivers()
    scene.tells(scene.receipt(ours, "read"))
    scene.tells(scene.receipt(ours, "failed", errors=[{"code": 131026, "title": "Undeliverable"}]))
    assert seen_in(alice) == {"snoozed"}


def test_who_gets_it_or_marks_it_unread_has_it_in_sight(scene: Scene, kim: Customer, alice: Agent) -> None:
    chat = puts_aside(scene, kim)
    assign(chat, alice, actor="staff:x", at=scene.clock.at)
    assert seen_in(alice) == {"all", "mine"}
    snooze(chat, None, actor="staff:x", at=scene.clock.at)
    assert seen_in(alice) == {"snoozed"}
    mark_unread(chat, actor="staff:x", at=scene.clock.at)
    assert seen_in(alice) == {"all", "mine"}
