"""A day is closed: how many messages went which way, with their first and last number, entered in the ledger.

A log proves that nothing was changed; that nothing is missing it proves only together with counts that were signed
while everybody still knew. Receipts are no entries of their own: the close says how far the day's messages had come.
"""

from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Count, Max, Min

from jawort.ledger.kinds import Kind
from jawort.ledger.models import Entry as Row
from jawort.ledger.record import Entry, record
from jawort.ledger.rules import JSON
from jawort.messaging.models import Message

DAY = timedelta(days=1)
CATCH_UP_DAYS_MAX = 31  # after a longer rest the days before are closed in the next rounds


def close_days(at: datetime) -> list[date]:
    """Close every day (UTC) that has ended since the last one closed; which. Calling again changes nothing."""
    yesterday = at.astimezone(UTC).date() - DAY
    with transaction.atomic():
        since = _first_open()
        if since is None:
            return []
        days = [since + DAY * n for n in range(min((yesterday - since).days + 1, CATCH_UP_DAYS_MAX))]
        record([Entry(Kind.DAY_CLOSED, "system", None, _counts(day)) for day in days], at)
    return days


def _first_open() -> date | None:
    """The day after the last that was closed, else the day of the first message; None if there is neither."""
    last = Row.objects.filter(kind=Kind.DAY_CLOSED).order_by("-id").values_list("facts", flat=True).first()
    if last is not None:
        return date.fromisoformat(str(last["day"])) + DAY
    first = Message.objects.aggregate(at=Min("created_at"))["at"]
    return None if first is None else first.astimezone(UTC).date()


def _counts(day: date) -> dict[str, JSON]:
    begin = datetime.combine(day, time(), UTC)
    of_day = Message.objects.filter(created_at__gte=begin, created_at__lt=begin + DAY)
    numbered = of_day.filter(seq__isnull=False).values("line", "direction").order_by("line", "direction")
    states = of_day.filter(direction="out").values_list("state").annotate(n=Count("pk")).order_by("state")
    return {
        "day": day.isoformat(),
        "lines": [
            {
                "line": str(row["line"]),
                "direction": row["direction"],
                "first": row["first"],
                "last": row["last"],
                "count": row["n"],
            }
            for row in numbered.annotate(first=Min("seq"), last=Max("seq"), n=Count("pk"))
        ],
        "out": dict(states.values_list("state", "n")),
    }
