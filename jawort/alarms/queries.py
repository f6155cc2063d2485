"""Alarms as they are read."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from jawort.alarms.models import Alarm, SelfTest, Watch
from jawort.alarms.rules import UNKNOWN, Code, SelfTested
from jawort.lines.queries import by_id, every


@dataclass(frozen=True, slots=True)
class Shown:
    """One alarm. `line` is the name of the line that it is about, empty if about none or one that is gone."""

    id: UUID
    code: Code
    subject: UUID | None
    line: str
    since: datetime
    ended_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str


@dataclass(frozen=True, slots=True)
class Result:
    """What a line's self-test found, and when; None if it was never tested."""

    line: str
    tested_at: datetime | None
    found: SelfTested


def standing() -> list[Shown]:
    """The alarms that have not ended, in the order of how much they matter. Two queries."""
    rows = list(Alarm.objects.filter(ended_at=None).order_by("id"))
    return sorted(_shown(rows), key=lambda alarm: list(Code).index(alarm.code))


def past(limit: int) -> list[Shown]:
    """The alarms that ended last, newest first. Two queries."""
    return _shown(list(Alarm.objects.filter(ended_at__isnull=False).order_by("-ended_at", "-id")[:limit]))


def one(alarm_id: UUID) -> Shown | None:
    """This alarm; None if there is none."""
    found = _shown(list(Alarm.objects.filter(pk=alarm_id)))
    return found[0] if found else None


def waiting(limit: int) -> int:
    """How many alarms nobody has taken on; counted up to `limit`."""
    return Alarm.objects.filter(ended_at=None, acknowledged_at=None)[:limit].count()


def looked_at() -> datetime | None:
    """When somebody looked last; None if never."""
    return Watch.objects.values_list("looked_at", flat=True).first()


def results() -> list[Result]:
    """What the self-test of each line found, by the line's name. Two queries."""
    tests = {row.line_id: row for row in SelfTest.objects.all()}
    return [
        Result(line.name, test.tested_at if test else None, tested(test))
        for line in every()
        for test in [tests.get(line.pk)]
    ]


def tested(row: SelfTest | None) -> SelfTested:
    """What a row says; of a line without one nothing is known."""
    if row is None:
        return SelfTested(UNKNOWN, None, UNKNOWN, UNKNOWN)
    return SelfTested(row.token, row.expires_at, row.subscription, row.callback)


def _shown(rows: list[Alarm]) -> list[Shown]:
    lines = by_id(row.subject for row in rows if row.subject)
    return [
        Shown(
            id=row.pk,
            code=Code(row.code),
            subject=row.subject,
            line=lines[row.subject].name if row.subject in lines else "",
            since=row.since,
            ended_at=row.ended_at,
            acknowledged_at=row.acknowledged_at,
            acknowledged_by=row.acknowledged_by,
        )
        for row in rows
    ]
