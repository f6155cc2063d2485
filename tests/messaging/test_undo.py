"""An answer from the desk waits for a few seconds, so that whoever wrote it can take it back before it leaves."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from jawort.consent.purpose import CARE
from jawort.consent.stop import object_to
from jawort.core import clock as core_clock
from jawort.ledger.models import Entry
from jawort.lines.models import Line
from jawort.messaging.claim import claim
from jawort.messaging.compose import reply
from jawort.messaging.contents import texts_of
from jawort.messaging.draft import Draft
from jawort.messaging.drafts.keep import keep
from jawort.messaging.drafts.queries import drafts_in
from jawort.messaging.drafts.rules import Meant, Words
from jawort.messaging.models import Message
from jawort.messaging.note import note
from jawort.messaging.proof import prove
from jawort.messaging.queries import View, rows
from jawort.messaging.resolve import resolve
from jawort.messaging.rules import UNDO_MAX, State, may_undo, undo_wait
from jawort.messaging.send import send
from jawort.messaging.thread import thread
from jawort.messaging.undo import CannotUndo, undo
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene, author
from tests.fixtures.together import at_once
from tests.messaging.test_together import Other

ROUNDS, ROUNDS_LONG = 20, 1_000


def says(scene: Scene, who: Customer, person: Agent, text: str = "Morgen", seconds: int = 10) -> Message:
    """`person`, who wants to be able to undo for so long, answers from the desk."""
    person.undo_seconds = seconds
    return reply(scene.chat(who), Draft(text), person, scene.clock.at, client_id=uuid4())


def takes_back(scene: Scene, message: Message, person: Agent) -> None:
    assert undo(message, person, scene.clock.at) == Words(texts_of([message])[message.pk])


def sent(scene: Scene) -> list[str]:
    return [left.text for left in scene.wire.sent]


def test_it_waits_and_then_leaves(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Wann?")
    message = says(scene, kim, alice)
    scene.delivers()
    scene.passes(seconds=9.9)
    scene.delivers()
    scene.restarts()
    scene.delivers()
    assert sent(scene) == []
    assert thread(scene.chat(kim))[-1].leaves_at == message.created_at + timedelta(seconds=10)
    scene.passes(seconds=0.1)
    scene.delivers()
    assert sent(scene) == ["Morgen"]
    assert thread(scene.chat(kim))[-1].leaves_at is None
    with pytest.raises(CannotUndo, match="has left already"):
        takes_back(scene, message, alice)
    assert prove().problems == []


def test_taken_back_nothing_is_left_but_a_draft(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Wann?")
    before = rows(alice, view=View.ALL)[0]
    came = scene.chat(kim)
    message = says(scene, kim, alice)
    scene.delivers()
    assert rows(alice, view=View.ALL)[0].preview == "Morgen"
    scene.passes(seconds=5)
    told = scene.hears(lambda: takes_back(scene, message, alice))
    assert told == [{"c": [str(came.pk)], "m": [[str(came.pk), str(message.pk)]]}]
    scene.passes(minutes=1)
    scene.delivers()
    assert sent(scene) == []
    assert not Message.objects.filter(pk=message.pk).exists()
    after = rows(alice, view=View.ALL)[0]
    assert (after.preview, after.last_at, after.waiting_since) == (before.preview, before.last_at, before.waiting_since)
    assert [(kept.author, kept.words) for kept in drafts_in(came)] == [("Alice", Words("Morgen"))]
    entry = Entry.objects.get(object=message.pk)
    assert (entry.kind, entry.actor, entry.related) == ("message.undone", alice.actor, came.pk)
    assert prove().problems == []


def test_its_words_go_below_what_is_being_written_and_never_out_of_a_note(
    scene: Scene, alice: Agent, kim: Customer
) -> None:
    scene.writes(kim, "Wann?")
    one = says(scene, kim, alice, "eins")
    two = says(scene, kim, alice, "zwei")
    keep(scene.chat(kim), alice, Words("angefangen", Meant.NOTE), scene.clock.at)
    for message in (one, two):
        takes_back(scene, message, alice)
    (kept,) = drafts_in(scene.chat(kim))
    assert kept.words == Words("angefangen\neins\nzwei", Meant.NOTE)


def test_only_whoever_wrote_it_takes_it_back_and_only_once(
    scene: Scene, alice: Agent, bob: Agent, kim: Customer
) -> None:
    scene.writes(kim, "Wann?")
    message = says(scene, kim, alice)
    with pytest.raises(CannotUndo):
        takes_back(scene, message, bob)
    takes_back(scene, message, alice)
    with pytest.raises(CannotUndo):
        takes_back(scene, message, alice)


def test_programs_notes_and_whoever_wants_no_delay_wait_for_nothing(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Wann?")
    send(scene.chat(kim), "Programm", author(alice), scene.clock.at)
    says(scene, kim, alice, "gleich", 0)
    written = note(scene.chat(kim), "Notiz", author(alice), scene.clock.at)
    scene.delivers()
    assert sent(scene) == ["Programm", "gleich"]
    with pytest.raises(CannotUndo):
        takes_back(scene, written, alice)


def test_what_follows_stays_behind_it_and_for_no_longer(
    scene: Scene, alice: Agent, bob: Agent, kim: Customer, nour: Customer
) -> None:
    for who in (kim, nour):
        scene.writes(who, "Wann?")
    says(scene, kim, alice, "wartet")
    scene.passes(seconds=1)
    send(scene.chat(kim), "Programm", author(bob), scene.clock.at)
    send(scene.chat(nour), "anderswo", author(bob), scene.clock.at)
    scene.delivers()
    assert sent(scene) == ["anderswo"]
    scene.passes(seconds=9)
    scene.delivers()
    assert sent(scene) == ["anderswo", "wartet", "Programm"]


def test_taken_back_it_holds_nothing_up_for_longer(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Wann?")
    message = says(scene, kim, alice, "wartet", 20)
    scene.delivers()
    send(scene.chat(kim), "Programm", author(alice), scene.clock.at)
    takes_back(scene, message, alice)
    scene.passes(seconds=20)
    scene.delivers()
    assert sent(scene) == ["Programm"]


def test_what_is_resolved_meanwhile_leaves_all_the_same_or_is_taken_back(
    scene: Scene, alice: Agent, kim: Customer
) -> None:
    scene.writes(kim, "Wann?")
    first, second = says(scene, kim, alice, "eins"), says(scene, kim, alice, "zwei")
    home = scene.chat(kim)
    resolve(home, actor=alice.actor, at=scene.clock.at)
    takes_back(scene, second, alice)
    assert [kept.words.text for kept in drafts_in(home)] == ["zwei"]
    scene.passes(seconds=10)
    scene.delivers()
    assert sent(scene) == ["eins"]
    home.refresh_from_db()
    assert (home.status, home.last_message_id) == ("resolved", first.pk)


def test_the_gate_is_asked_when_it_leaves(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Wann?")
    scene.passes(hours=23, minutes=59, seconds=55)
    late = says(scene, kim, alice, "zu spät")
    scene.passes(seconds=10)
    scene.delivers()
    scene.writes(kim, "Hallo?")
    refused = says(scene, kim, alice, "verboten")
    object_to(scene.chat(kim).contact_id, CARE, actor=alice.actor, at=scene.clock.at)
    scene.passes(seconds=10)
    scene.delivers()
    assert sent(scene) == []
    for message, gate in ((late, "window_closed"), (refused, "objected")):
        message.refresh_from_db()
        assert (message.state, message.gate) == ("refused", gate)
        with pytest.raises(CannotUndo):
            takes_back(scene, message, alice)


def test_while_its_line_is_stopped_it_can_still_be_taken_back(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Wann?")
    message = says(scene, kim, alice)
    Line.objects.update(state="paused")
    scene.passes(minutes=5)
    scene.delivers()
    takes_back(scene, message, alice)
    Line.objects.update(state="live")
    scene.passes(minutes=5)
    scene.delivers()
    assert sent(scene) == []


def test_a_clock_that_is_set_back_makes_nobody_wait(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Wann?")
    says(scene, kim, alice)
    scene.delivers()
    scene.clock.forward(hours=-1)
    scene.delivers()
    scene.clock.forward(seconds=10)
    scene.delivers()
    assert sent(scene) == ["Morgen"]
    scene.clock.forward(hours=1)


@given(st.none() | st.timedeltas(-2 * UNDO_MAX, 3 * UNDO_MAX))
def test_nothing_waits_for_longer_than_anybody_can_choose(distance: timedelta | None) -> None:
    at = core_clock.now()
    until = undo_wait(None if distance is None else at + distance, at)
    assert until is None or at < until <= at + UNDO_MAX
    assert (until is None) is (distance is None or not timedelta(0) < distance <= UNDO_MAX)


@given(st.sampled_from(State), st.booleans(), st.none() | st.integers(1))
def test_what_was_committed_to_is_never_undone(state: State, waited: bool, entry: int | None) -> None:
    can = may_undo(state, core_clock.now() if waited else None, entry)
    assert can is (state is State.QUEUED and waited and entry is None)


def claims_it(message: Message, at: datetime) -> bool:
    return bool(claim([message.pk], at).ready)


def undoes_it(message: Message, person: Agent, at: datetime) -> bool:
    try:
        undo(message, person, at)
    except CannotUndo:
        return False
    return True


def next_of(acts: Iterator[Callable[[datetime], bool]], at: datetime) -> bool:
    return next(acts)(at)


def race(scene: Scene, alice: Agent, kim: Customer, rounds: int) -> tuple[int, int]:
    """So often the claim and the author reach for one answer at once; how often each got it."""
    claims = undos = 0
    for _ in range(rounds):
        message = says(scene, kim, alice, "Wettlauf", 5)
        at = scene.clock.forward(seconds=5)
        acts = iter([partial(claims_it, message), partial(undoes_it, message, alice)])
        won = at_once(partial(next_of, acts), at, times=2)
        there = Message.objects.filter(pk=message.pk).first()
        undone = Entry.objects.filter(object=message.pk, kind="message.undone").exists()
        left = there is not None and there.state == "claimed" and there.entry_id is not None
        assert (sum(won), there is None, left) == (1, undone, not undone), "exactly one of them has it"
        undos, claims = undos + undone, claims + (not undone)
        scene.delivers()
    return claims, undos


def test_of_claim_and_undo_one_wins(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Wann?")
    claims, undos = race(scene, alice, kim, ROUNDS)
    assert sent(scene) == ["Wettlauf"] * claims
    assert claims + undos == ROUNDS


@pytest.mark.long
def test_of_claim_and_undo_one_wins_each_time(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Wann?")
    claims, undos = race(scene, alice, kim, ROUNDS_LONG)
    assert sent(scene) == ["Wettlauf"] * claims
    assert claims + undos == ROUNDS_LONG
    print(f"{ROUNDS_LONG} races: the claim won {claims}, the author {undos}")


def test_whoever_waits_for_the_other_finds_what_it_left(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Wann?")
    message = says(scene, kim, alice, seconds=5)
    scene.clock.forward(seconds=5)
    with transaction.atomic():
        assert claim([message.pk], scene.clock.at).ready
        other = Other(partial(undo, message, alice, scene.clock.at))
    assert isinstance(other.end(), CannotUndo)
    scene.delivers()
    assert sent(scene) == ["Morgen"]
    message = says(scene, kim, alice, seconds=5)
    scene.clock.forward(seconds=5)
    with transaction.atomic():
        undo(message, alice, scene.clock.at)
        other = Other(scene.delivers)
    assert other.end() is None
    assert sent(scene) == ["Morgen"]
