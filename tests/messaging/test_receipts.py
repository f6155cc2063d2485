"""Receipts: matched with the message they tell of, whenever they come, and with no other."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jawort.intake.models import RawEvent
from jawort.intake.park import PARKED_FOR, replay, sweep
from jawort.intake.queries import parked
from jawort.intake.upkeep import upkeep
from jawort.lanes.work import Worker
from jawort.lines.connect import connect
from jawort.messaging.claim import claim
from jawort.messaging.jobs import handlers
from jawort.messaging.models import Message
from jawort.messaging.rules import State
from jawort.messaging.send import send
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import LEASE, Scene, Wire, author

EARLY = "receipt_of_unknown_message"


class Telling(Wire):
    """A wire whose platform tells of the message while the call is under way."""

    def __init__(self, scene: Scene, value: dict[str, object]) -> None:
        super().__init__()
        self.scene, self.value = scene, value

    def carry(self, letters: Any) -> Any:
        self.scene.tells(self.value)
        return super().carry(letters)


def state(message: Message) -> str:
    message.refresh_from_db()
    return message.state


@pytest.fixture
def queued(scene: Scene, alice: Agent, kim: Customer) -> Message:
    scene.writes(kim, "Hallo")
    return send(scene.chat(kim), "Guten Tag!", author(alice), scene.clock.at)


def told_early(scene: Scene, message: Message, *states: str) -> None:
    """The message leaves, and what the platform tells of it without our id comes before its answer."""
    statuses = [status for told in states for status in nameless(scene, message, told)]
    Worker(handlers(Telling(scene, {"statuses": statuses})), "other", lease=LEASE).run_due(scene.clock.at)


def nameless(scene: Scene, message: Message, told: str) -> list[dict[str, object]]:
    statuses: list[dict[str, object]] = scene.receipt(message, told)["statuses"]  # type: ignore[assignment]
    return [{k: v for k, v in status.items() if k != "biz_opaque_callback_data"} for status in statuses]


def test_one_that_came_before_the_answer_can_be_replayed(scene: Scene, queued: Message) -> None:
    told_early(scene, queued, "delivered")
    assert (state(queued), [p.reason for p in parked()]) == (State.ACCEPTED, [EARLY])
    assert replay(parked()[0].id, actor="system", at=scene.clock.at)
    scene.takes()
    assert (state(queued), RawEvent.objects.count()) == (State.DELIVERED, 0)


def test_those_that_came_before_the_answer_are_applied_by_themselves(scene: Scene, queued: Message) -> None:
    told_early(scene, queued, "read", "delivered")
    scene.passes(minutes=1)
    upkeep([])
    scene.takes()
    assert (state(queued), RawEvent.objects.count()) == (State.READ, 0)


def test_one_of_nothing_we_sent_stays_where_it_is(scene: Scene, queued: Message) -> None:
    status = {"id": "wamid.OTHER", "status": "read", "timestamp": "1780000000", "recipient_id": "491713920021"}
    scene.tells({"statuses": [status]})
    (before,) = parked()
    upkeep([])
    scene.takes()
    assert parked() == [before]
    sweep(scene.clock.at + PARKED_FOR * 2)


def test_one_of_a_message_that_has_not_left_waits(scene: Scene, queued: Message) -> None:
    scene.tells(scene.receipt(queued, "delivered"))
    assert (state(queued), [p.reason for p in parked()]) == (State.QUEUED, [EARLY])
    claim([queued.pk], scene.clock.at)
    upkeep([])
    scene.takes()
    assert (state(queued), parked()) == (State.DELIVERED, [])
    scene.delivers()


@pytest.mark.parametrize("with_our_id", [True, False])
def test_one_of_another_line_changes_nothing(scene: Scene, queued: Message, with_our_id: bool) -> None:
    scene.delivers()
    connect(
        app=scene.line.app,
        name="Zweite",
        phone_number_id="2",
        waba_id="3",
        portfolio="",
        display_number="+49 30 23125001",
        token="EAAtoken",
        actor="system",
        at=scene.clock.at,
    )
    value = scene.receipt(queued, "read") if with_our_id else {"statuses": nameless(scene, queued, "read")}
    scene.tells({**value, "metadata": {"phone_number_id": "2"}})
    assert (state(queued), [p.reason for p in parked()]) == (State.ACCEPTED, [EARLY])
    sweep(scene.clock.at + PARKED_FOR * 2)


def test_one_that_changes_nothing_writes_nothing(scene: Scene, queued: Message) -> None:
    scene.delivers()
    scene.tells(scene.receipt(queued, "read"))
    with CaptureQueriesContext(connection) as queries:
        scene.tells(scene.receipt(queued, "delivered"))
    said = [query["sql"].strip() for query in queries]
    assert not [
        sql for sql in said if sql.startswith(("UPDATE messaging", "SELECT pg_notify", "INSERT INTO ledger_entry"))
    ]
    assert state(queued) == State.READ
