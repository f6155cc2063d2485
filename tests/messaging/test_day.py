"""A day is closed with its counts."""

from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from jawort.core import clock as core_clock
from jawort.ledger.models import Entry
from jawort.messaging.day import close_days
from jawort.messaging.send import send
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Fault, Scene, author
from tests.fixtures.together import at_once


def closes() -> list[dict[str, Any]]:
    """What the ledger holds of closed days, oldest first."""
    return list(Entry.objects.filter(kind="day.closed").order_by("id").values_list("facts", flat=True))


def test_each_day_once_with_numbers_and_counts(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    scene.writes(kim, "Ist jemand da?")
    send(scene.chat(kim), "Guten Tag!", author(alice), core_clock.now())
    scene.delivers()
    assert close_days(core_clock.now()) == []
    scene.passes(days=2)
    first = datetime(2026, 6, 8, tzinfo=UTC).date()
    assert close_days(core_clock.now()) == [first, first.replace(day=9)]
    assert close_days(core_clock.now()) == []
    closed, empty = closes()
    line = {"line": str(scene.line.pk)}
    assert closed == {
        "day": "2026-06-08",
        "lines": [
            line | {"direction": "in", "first": 1, "last": 2, "count": 2},
            line | {"direction": "out", "first": 1, "last": 1, "count": 1},
        ],
        "out": {"accepted": 1},
    }
    assert empty == {
        "day": "2026-06-09",
        "lines": [
            line | {"direction": "in", "first": 3, "last": 2, "count": 0},
            line | {"direction": "out", "first": 2, "last": 1, "count": 0},
        ],
        "out": {},
    }


def test_a_message_that_leaves_after_midnight_is_counted_once(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    scene.passes(hours=14, minutes=50)
    scene.wire.faults = [Fault.BEFORE]
    send(scene.chat(kim), "Guten Abend!", author(alice), core_clock.now())
    scene.passes(minutes=10, seconds=1)
    close_days(core_clock.now())
    scene.delivers()
    scene.passes(minutes=1)
    scene.delivers()
    scene.passes(days=1)
    close_days(core_clock.now())
    out = [line for facts in closes() for line in facts["lines"] if line["direction"] == "out"]
    assert [(line["first"], line["last"], line["count"]) for line in out] == [(1, 1, 1)]


def test_two_at_once_close_a_day_once(scene: Scene, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    scene.passes(days=1)
    assert sum(len(days) for days in at_once(close_days, core_clock.now(), times=3)) == 1
    assert len(closes()) == 1


def test_with_nothing_to_close_only_the_last_day_is_looked_up(scene: Scene, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    scene.passes(days=1)
    close_days(core_clock.now())
    with CaptureQueriesContext(connection) as queries:
        assert close_days(core_clock.now()) == []
    assert len(queries) == 1
