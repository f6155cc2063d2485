"""A day is closed: which numbers were given and how many messages bear them, entered in the ledger.

A log proves that nothing was changed; that nothing is missing it proves only together with counts that were signed
while everybody still knew. So the closes follow each other by number, not by time: each begins behind the last number
of the one before and goes as far as numbers had been given when it was made. A message accepted before midnight that
leaves after it is counted once, in the close that its number falls into. Receipts are no entries of their own: the
close says how far the messages accepted that day had come.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count

from jawort.ledger.kinds import Kind
from jawort.ledger.models import Entry as Row
from jawort.ledger.record import Entry, record
from jawort.ledger.rules import JSON
from jawort.lines.models import Sequence
from jawort.messaging.models import Day, Message

DAY = timedelta(days=1)
CATCH_UP_DAYS_MAX = 31  # after a longer rest the days before are closed in the next rounds

Numbers = dict[tuple[UUID, str], int]


@dataclass(frozen=True, slots=True)
class Close:
    """The last day that was closed, and its ledger entry."""

    day: date
    entry_id: int


def close_days(at: datetime) -> list[date]:
    """Close every day (UTC) that has ended since the last one closed; which. Calling again changes nothing.

    After a rest of several days the numbers given meanwhile stand in the first of them.
    """
    if not unclosed(at):
        return []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE messaging_day IN SHARE ROW EXCLUSIVE MODE")  # whoever else closes waits here
        last = _last()
        days = _days(last, _yesterday(at))
        before = _closed_numbers(last)
        given = _given_numbers()
        entries = []
        for day in days:
            entries.append(Entry(Kind.DAY_CLOSED, "system", None, _facts(day, before, given)))
            before = given
        ids = record(entries, at)
        Day.objects.bulk_create([Day(day=day, entry_id=id_) for day, id_ in zip(days, ids, strict=True)])
    return days


def unclosed(at: datetime) -> list[date]:
    """The days (UTC) that have ended and are not closed, the oldest 31 of them."""
    return _days(_last(), _yesterday(at))


def _yesterday(at: datetime) -> date:
    return at.astimezone(UTC).date() - DAY


def _last() -> Close | None:
    row = Day.objects.order_by("-day").first()
    return None if row is None else Close(row.day, row.entry_id)


def _days(last: Close | None, yesterday: date) -> list[date]:
    """The days to close, beginning after the last that was closed, else with the day of the first message."""
    if last is not None:
        since = last.day + DAY
    else:
        first = Message.objects.order_by("pk").values_list("created_at", flat=True).first()  # ids grow with time
        if first is None:
            return []
        since = first.astimezone(UTC).date()
    return [since + DAY * n for n in range(min((yesterday - since).days + 1, CATCH_UP_DAYS_MAX))]


def _closed_numbers(last: Close | None) -> Numbers:
    """The last number of each line and direction in the close before."""
    if last is None:
        return {}
    lines = Row.objects.values_list("facts", flat=True).get(pk=last.entry_id)["lines"]
    return {(UUID(row["line"]), row["direction"]): row["last"] for row in lines}


def _given_numbers() -> Numbers:
    """The highest number given so far. What is being given waits for its commit and belongs to the next close."""
    given = Sequence.objects.filter(next__gt=1).order_by("line_id", "direction")
    return {(line, direction): n - 1 for line, direction, n in given.values_list("line_id", "direction", "next")}


def _facts(day: date, before: Numbers, given: Numbers) -> dict[str, JSON]:
    begin = datetime.combine(day, time(), UTC)
    accepted = Message.objects.filter(direction="out", created_at__gte=begin, created_at__lt=begin + DAY)
    states = accepted.values_list("state").annotate(n=Count("pk")).order_by("state")
    return {
        "day": day.isoformat(),
        "lines": [
            _range(line, direction, before.get((line, direction), 0) + 1, n) for (line, direction), n in given.items()
        ],
        "out": dict(states.values_list("state", "n")),
    }


def _range(line: UUID, direction: str, first: int, last: int) -> JSON:
    """The numbers of a close; a line that gave none since the one before has its `first` behind its `last`."""
    count = 0
    if first <= last:
        count = Message.objects.filter(line=line, direction=direction, seq__range=(first, last)).count()
    return {"line": str(line), "direction": direction, "first": first, "last": last, "count": count}
