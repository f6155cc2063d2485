"""A database in trouble, a parser that breaks, others who want the same rows: the innocent go in."""

import itertools
import logging
import threading
from collections.abc import Callable, Sequence
from datetime import datetime

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from psycopg.errors import DeadlockDetected

from jawort.channels.types import Accepted, Outcome, Update
from jawort.channels.whatsapp.parse import parse
from jawort.intake import queue, story, take
from jawort.intake.aside import Aside
from jawort.intake.models import RawEvent
from jawort.intake.park import PARKED_FOR, sweep
from jawort.intake.queries import parked
from jawort.intake.take import take_back, take_batch
from jawort.intake.turns import ATTEMPTS_MAX
from jawort.lanes.work import Worker
from jawort.messaging.carrier import Letter
from jawort.messaging.jobs import handlers
from jawort.messaging.models import Message
from jawort.messaging.receive import Arrival, receive
from jawort.messaging.rules import State
from jawort.messaging.send import send
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import LEASE, Scene, author

FULL = OperationalError("could not extend file: No space left on device")


def text(said: str) -> dict[str, object]:
    return {"type": "text", "text": {"body": said}}


def fails(error: BaseException, times: int) -> Callable[[Sequence[Update], datetime], list[Aside]]:
    """Takes in only after `times` failures."""
    left = [error] * times

    def fails_first(updates: Sequence[Update], at: datetime) -> list[Aside]:
        if left:
            raise left.pop()
        return story.take_in(updates, at)

    return fails_first


def test_a_full_disk_is_no_fault_of_the_bodies(scene: Scene, kim: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.stores(scene.message(kim, "wamid.1", text("Hallo")))
    monkeypatch.setattr(take, "take_in", fails(FULL, ATTEMPTS_MAX + 1))
    for _ in range(ATTEMPTS_MAX + 1):
        with pytest.raises(OperationalError):
            scene.takes()
    assert [raw.attempts for raw in RawEvent.objects.all()] == [0]
    scene.takes()
    assert (parked(), Message.objects.count()) == ([], 1)


class Killed(BaseException):
    """The process is gone, wherever it was."""


def test_a_full_disk_is_not_the_attempt_too_many(scene: Scene, kim: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.stores(scene.message(kim, "wamid.1", text("Hallo")))
    for failure in [Killed()] * (ATTEMPTS_MAX - 1) + [FULL] * 3:
        monkeypatch.setattr(take, "take_in", fails(failure, 1))
        with pytest.raises(type(failure)):
            scene.takes()
    scene.takes()
    assert (parked(), Message.objects.count()) == ([], 1)


@pytest.mark.parametrize("reached", [1, 2, 3])
def test_a_big_body_that_dies_half_way_sets_nothing_aside_twice(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, reached: int
) -> None:
    """Messages are recognised by their ids; what has none must be known by how far its body was taken in."""
    foreign: dict[str, object] = {"statuses": [{"id": "wamid.X", "status": "sent", "timestamp": "1"}]}
    count = 3 * take.UPDATES_MAX - 1
    scene.stores(*[foreign] * count)
    calls = itertools.count(1)

    def dies(updates: Sequence[Update], at: datetime) -> list[Aside]:
        if next(calls) == reached:
            raise Killed
        return story.take_in(updates, at)

    with monkeypatch.context() as machine:
        machine.setattr(take, "take_in", dies)
        with pytest.raises(Killed):
            scene.takes()
    scene.takes()
    assert RawEvent.objects.filter(parked_at__isnull=False).count() == count
    assert RawEvent.objects.filter(parked_at=None).count() == 0


def test_what_was_in_hand_when_the_database_went_away_is_remembered(
    scene: Scene, kim: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.stores(scene.message(kim, "wamid.1", text("Hallo")))
    in_hand: dict[int, int] = {}
    with monkeypatch.context() as away:
        away.setattr(take, "take_in", fails(FULL, 1))
        away.setattr(take, "_TAKE_BACK", "SELECT 1 / 0")
        with pytest.raises(OperationalError):
            take_batch(queue.Queue("whatsapp", scene.opener), scene.clock.at, in_hand)
    assert [raw.attempts for raw in RawEvent.objects.all()] == [1]
    take_back(in_hand)
    assert [raw.attempts for raw in RawEvent.objects.all()] == [0]
    scene.takes()


def test_a_deadlock_is_tried_again_at_once(scene: Scene, kim: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    deadlock = OperationalError("deadlock detected")
    deadlock.__cause__ = DeadlockDetected()
    monkeypatch.setattr(take, "take_in", fails(deadlock, 2))
    scene.tells(scene.message(kim, "wamid.1", text("Hallo")))
    assert Message.objects.count() == 1


def test_what_breaks_the_parser_parks_alone(scene: Scene, kim: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(body: bytes) -> list[Update]:
        if b"Gift" in body:
            raise RecursionError
        return parse(body)

    monkeypatch.setattr(take, "parse", breaks)
    scene.stores(scene.message(kim, "wamid.1", text("Gift")))
    scene.stores(scene.message(kim, "wamid.2", text("gut")))
    scene.takes()
    assert ([p.reason for p in parked()], Message.objects.count()) == (["parser_RecursionError"], 1)
    sweep(scene.clock.at + PARKED_FOR * 2)


def test_what_kills_the_process_in_the_parser_is_counted(
    scene: Scene, kim: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(_: bytes) -> list[Update]:
        raise SystemExit

    scene.stores(scene.message(kim, "wamid.1", text("Hallo")))
    with monkeypatch.context() as patch:
        patch.setattr(take, "parse", dies)
        with pytest.raises(SystemExit):
            scene.takes()
    assert [raw.attempts for raw in RawEvent.objects.all()] == [1]
    scene.takes()


def test_no_more_is_loaded_at_once_than_fits(scene: Scene, kim: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(3):
        scene.stores(scene.message(kim, f"wamid.{n}", text("x" * 1_000)))
    monkeypatch.setattr(queue, "BYTES_MAX", 2_000)
    waiting = queue.Queue("whatsapp", scene.opener)
    assert [take_batch(waiting, scene.clock.at) for _ in range(3)] == [2, 1, 0]


def test_many_set_aside_cost_as_many_statements_as_one(scene: Scene) -> None:
    def cost(number: int) -> int:
        statuses = [{"id": f"wamid.{number}-{n}", "status": "read", "timestamp": "1"} for n in range(number)]
        scene.stores({"statuses": statuses})
        with CaptureQueriesContext(connection) as queries:
            scene.takes()
        return len(queries)

    assert cost(1) == cost(20)
    assert len(parked()) == 21
    sweep(scene.clock.at + PARKED_FOR * 2)


def test_intake_and_delivery_never_wait_for_each_other(
    scene: Scene,
    alice: Agent,
    kim: Customer,
    nour: Customer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A batch brings a word in one conversation and a receipt in the other while delivery notes answers in both."""
    for who in (kim, nour):
        scene.writes(who, "Hallo")
    last, first = sorted((kim, nour), key=lambda who: scene.chat(who).pk, reverse=True)
    sent = {who.name: send(scene.chat(who), "Guten Tag!", author(alice), scene.clock.at) for who in (kim, nour)}
    inside, go_on = threading.Event(), threading.Event()

    def slowly(arrivals: Sequence[Arrival], at: datetime) -> list[Message]:
        messages = receive(arrivals, at)
        inside.set()
        go_on.wait(5)
        return messages

    def takes_in() -> None:
        scene.tells(scene.message(last, "wamid.X", text("Noch da?")), scene.receipt(sent[first.name], "sent"))
        connection.close()

    intake = threading.Thread(target=takes_in)

    class Meanwhile:
        def carry(self, letters: Sequence[Letter]) -> list[Outcome]:
            intake.start()
            inside.wait(5)
            threading.Timer(0.3, go_on.set).start()
            return [Accepted(f"wamid.OUT-{letter.outgoing.own_id}") for letter in letters]

    monkeypatch.setattr(story, "receive", slowly)
    with caplog.at_level(logging.WARNING):
        Worker(handlers(Meanwhile()), "other", lease=LEASE).run_due(scene.clock.at)
        intake.join(10)
    assert [record.message for record in caplog.records if record.name.startswith("jawort")] == []
    for message in sent.values():
        message.refresh_from_db()
    assert [sent[who.name].state for who in (first, last)] == [State.SENT, State.ACCEPTED]
