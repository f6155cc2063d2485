"""Trouble between claim, call and note: nothing leaves twice, no answer is forgotten, nothing waits for ever."""

import asyncio
from collections.abc import Callable, Sequence

import pytest
from django.db import OperationalError, connection

from jawort.channels.types import Accepted, Outcome, Outgoing, Refused, Retry, Uncertain
from jawort.channels.whatsapp.client import Client
from jawort.consent.rules import Refused as Gate
from jawort.lanes.work import Worker
from jawort.ledger.models import Head
from jawort.lines.models import Line
from jawort.messaging import deliver
from jawort.messaging.carrier import GraphCarrier, Letter
from jawort.messaging.jobs import handlers
from jawort.messaging.models import Message
from jawort.messaging.opened import opened
from jawort.messaging.outcome import note
from jawort.messaging.rules import State
from jawort.messaging.send import send
from jawort.messaging.thread import thread
from jawort.people.change import change_identity
from jawort.people.resolve import Sender
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import LEASE, Fault, Scene, author

BUSY = Refused(131000, "busy", Retry.BACKOFF)
NOWHERE = "http://127.0.0.1:1/v26.0"


class Answering:
    """A wire that does `during` while the call is under way, and then always gives the same answer."""

    def __init__(self, outcome: Outcome, during: Callable[[], object] = lambda: None) -> None:
        self.outcome, self.during, self.calls = outcome, during, 0

    def carry(self, letters: Sequence[Letter]) -> list[Outcome]:
        self.calls += len(letters)
        self.during()
        return [self.outcome for _ in letters]


def state(message: Message) -> str:
    message.refresh_from_db()
    return message.state


def written(scene: Scene, alice: Agent, *whom: Customer) -> list[Message]:
    """A message to each, queued."""
    for who in whom:
        scene.writes(who, "Hallo")
    return [send(scene.chat(who), f"An {who.name}", author(alice), scene.clock.at) for who in whom]


def over(scene: Scene, wire: Answering) -> None:
    """One round over another wire."""
    Worker(handlers(wire), "other", lease=LEASE).run_due(scene.clock.at)


def taken_over() -> None:
    """The lease has run out, as others see it."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE lanes_lane SET owner = NULL, lease_until = NULL")


@pytest.mark.parametrize("told", ["delivered", "failed"])
def test_a_receipt_during_the_call_knows_more_than_a_refusal(
    scene: Scene, alice: Agent, kim: Customer, nour: Customer, told: str
) -> None:
    first, other = written(scene, alice, kim, nour)
    errors = {"errors": [{"code": 131026, "title": "x"}]} if told == "failed" else {}
    over(scene, Answering(BUSY, lambda: scene.tells(scene.receipt(first, told, **errors))))
    assert (state(first), state(other)) == (told, State.QUEUED)


def test_a_worker_that_slept_before_the_call_does_not_call(
    scene: Scene, alice: Agent, kim: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    (message,) = written(scene, alice, kim)
    whole = deliver._calling
    slept: list[int] = []

    def sleeps(ids: list[object]) -> set[object]:
        if not slept:
            slept.append(1)
            taken_over()
            Worker(handlers(scene.wire), "other", lease=LEASE).run_due(scene.clock.at)
        return whole(ids)  # type: ignore[arg-type, return-value]

    with monkeypatch.context() as patch:
        patch.setattr(deliver, "_calling", sleeps)
        scene.delivers()
    assert (len(scene.wire.sent), state(message)) == (1, State.ACCEPTED)


def test_a_late_refusal_of_a_worker_thought_dead_strands_nothing(scene: Scene, alice: Agent, kim: Customer) -> None:
    (message,) = written(scene, alice, kim)

    def lost() -> None:
        taken_over()
        Worker(handlers(scene.wire), "other", lease=LEASE).run_due(scene.clock.at)

    over(scene, Answering(BUSY, lost))
    assert state(message) == State.FAILED
    assert thread(scene.chat(kim))[-1].can_retry


def test_outcomes_in_hand_outlive_trouble_of_the_database(
    scene: Scene, alice: Agent, kim: Customer, nour: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    messages = written(scene, alice, kim, nour)
    troubles = [OperationalError("deadlock detected")]

    def troubled(*args: object) -> object:
        if troubles:
            raise troubles.pop()
        return note(*args)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(deliver, "note", troubled)
        scene.delivers()
    assert [state(m) for m in messages] == [State.ACCEPTED, State.ACCEPTED]


def test_one_call_that_breaks_takes_no_other_along(
    scene: Scene, alice: Agent, kim: Customer, nour: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = written(scene, alice, kim, nour)

    async def breaks(_: Client, __: str, outgoing: Outgoing) -> Outcome:
        if outgoing.own_id == str(bad.pk):
            raise RuntimeError
        return Accepted(scene.wire.provider_id(outgoing))

    carrier = GraphCarrier(NOWHERE)
    with monkeypatch.context() as patch:
        patch.setattr(Client, "send", breaks)
        Worker(handlers(carrier), "graph", lease=LEASE).run_due(scene.clock.at)
    carrier.close()
    assert (state(good), state(bad)) == (State.ACCEPTED, State.UNKNOWN)


def test_who_has_to_end_notes_what_is_under_way(
    scene: Scene, alice: Agent, kim: Customer, nour: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A call that may have left is unknown at once, not found so by whoever comes after; none is begun any more."""
    (under_way,) = written(scene, alice, kim)
    carrier = GraphCarrier(NOWHERE)

    async def hangs(*_: object) -> Outcome:
        carrier.break_off()
        try:
            await asyncio.sleep(600)
        except asyncio.CancelledError:
            return Uncertain("connection lost")
        return BUSY

    with monkeypatch.context() as patch:
        patch.setattr(Client, "send", hangs)
        Worker(handlers(carrier), "graph", lease=LEASE).run_due(scene.clock.at)
        (later,) = written(scene, alice, nour)
        Worker(handlers(carrier), "graph", lease=LEASE).run_due(scene.clock.at)
    carrier.close()
    assert (state(under_way), state(later)) == (State.UNKNOWN, State.QUEUED)
    scene.passes(seconds=10)
    scene.delivers()
    assert (state(under_way), state(later)) == (State.UNKNOWN, State.ACCEPTED)


def test_a_dead_token_stops_the_line_and_costs_one_message(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    said = [send(scene.chat(kim), f"{n}.", author(alice), scene.clock.at) for n in range(3)]
    wire = Answering(Refused(190, "token", Retry.ALARM))
    for _ in range(5):
        over(scene, wire)
    scene.line.refresh_from_db()
    assert (wire.calls, scene.line.state, scene.line.health) == (1, "paused", "whatsapp.190")
    assert [state(m) for m in said] == [State.FAILED, State.QUEUED, State.QUEUED]
    assert send(scene.chat(kim), "4.", author(alice), scene.clock.at).gate == Gate.LINE_NOT_LIVE
    Line.objects.filter(pk=scene.line.pk).update(state="live", health="")
    scene.passes(seconds=10)
    scene.delivers()
    assert [o.text for o in scene.wire.sent] == ["1.", "2."]


def test_a_token_that_does_not_open_is_an_alarm(scene: Scene, alice: Agent, kim: Customer) -> None:
    (message,) = written(scene, alice, kim)
    whole = bytes(Line.objects.get(pk=scene.line.pk).token_sealed)
    Line.objects.filter(pk=scene.line.pk).update(token_sealed=b"x" * 60)
    carrier = GraphCarrier(NOWHERE)
    Worker(handlers(carrier), "graph", lease=LEASE).run_due(scene.clock.at)
    carrier.close()
    Line.objects.filter(pk=scene.line.pk).update(token_sealed=whole)
    assert state(message) == State.FAILED
    assert Line.objects.get(pk=scene.line.pk).state == "paused"
    Line.objects.filter(pk=scene.line.pk).update(state="live", health="")


def test_a_ledger_that_rests_holds_messages_back_and_refuses_none(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.seals()  # people were hired before the clock stood still
    (message,) = written(scene, alice, kim)
    scene.clock.forward(seconds=61)
    scene.delivers()
    assert (state(message), scene.wire.sent) == (State.QUEUED, [])
    scene.passes(seconds=10)
    scene.delivers()
    assert state(message) == State.ACCEPTED


def test_a_ledger_that_refuses_to_sign_holds_messages_back_at_once(scene: Scene, alice: Agent, kim: Customer) -> None:
    """As with a database that came back from the past: what it has queued may have left long ago."""
    scene.seals()
    (message,) = written(scene, alice, kim)
    Head.objects.update(refused=True)
    scene.delivers()
    assert (state(message), scene.wire.sent) == (State.QUEUED, [])
    assert send(scene.chat(kim), "Und?", author(alice), scene.clock.at).gate == Gate.LEDGER_LATE
    scene.seals()  # nothing is wrong with this one
    scene.passes(seconds=10)
    scene.delivers()
    assert state(message) == State.ACCEPTED


def test_a_retry_goes_to_the_address_that_was_sealed_or_nowhere(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.wire.faults = [Fault.BEFORE]
    (message,) = written(scene, alice, kim)
    scene.delivers()
    scope = scene.line.scope
    new = Sender("491713920099", "DE.999999", None, None, scope)
    change_identity(Sender(kim.phone.digits, kim.bsuid, None, None, scope), new, scene.clock.at)
    scene.passes(minutes=1)
    scene.delivers()
    message.refresh_from_db()
    assert (message.state, message.gate, scene.wire.sent) == (State.REFUSED, Gate.IDENTITY_UNCLEAR, [])
    assert opened([message])[0].content.who.bsuid == kim.bsuid


def test_what_does_not_open_fails_and_the_next_one_leaves(scene: Scene, alice: Agent, kim: Customer) -> None:
    (message,) = written(scene, alice, kim)
    send(scene.chat(kim), "Und noch etwas", author(alice), scene.clock.at)
    whole = bytes(message.ciphertext)
    Message.objects.filter(pk=message.pk).update(ciphertext=b"x" * 60)
    scene.delivers()
    assert (state(message), message.failure) == (State.FAILED, "-7")
    assert [o.text for o in scene.wire.sent] == ["Und noch etwas"]
    Message.objects.filter(pk=message.pk).update(ciphertext=whole)
