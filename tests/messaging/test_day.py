"""A day is closed with its counts."""

from datetime import UTC, datetime

from jawort.core import clock as core_clock
from jawort.ledger.models import Entry
from jawort.messaging.day import close_days
from jawort.messaging.send import send
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene, author


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
    closed, empty = (e.facts for e in Entry.objects.filter(kind="day.closed").order_by("id"))
    line = {"line": str(scene.line.pk), "first": 1}
    assert closed == {
        "day": "2026-06-08",
        "lines": [
            line | {"direction": "in", "last": 2, "count": 2},
            line | {"direction": "out", "last": 1, "count": 1},
        ],
        "out": {"accepted": 1},
    }
    assert empty == {"day": "2026-06-09", "lines": [], "out": {}}
