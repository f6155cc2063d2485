"""The queue as it is read."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, Sum

from jawort.intake.aside import UNKNOWN_MESSAGE
from jawort.intake.models import Counter, RawEvent

STORED = "stored/"  # one count for each source; the webhook listener writes them


@dataclass(frozen=True, slots=True)
class RawEvents:
    """Bodies ever stored, waiting, and set aside."""

    stored: int
    pending: int
    parked: int


@dataclass(frozen=True, slots=True)
class Parked:
    """One thing set aside, without its content."""

    id: int
    reason: str
    received_at: datetime
    parked_at: datetime


def raw_events() -> RawEvents:
    """The three numbers."""
    stored = Counter.objects.filter(name__startswith=STORED).aggregate(n=Sum("value"))["n"] or 0
    waiting = RawEvent.objects.aggregate(
        pending=Count("pk", filter=Q(parked_at=None)), parked=Count("pk", filter=~Q(parked_at=None))
    )
    return RawEvents(stored, waiting["pending"], waiting["parked"])


def has_trouble() -> bool:
    """Whether something is set aside that somebody must look at: receipts of unknown messages are tried again."""
    return RawEvent.objects.filter(parked_at__isnull=False).exclude(reason=UNKNOWN_MESSAGE).exists()


def heard_until(at: datetime) -> datetime:
    """Until when everything is taken in that has come by `at`: since the oldest body that waits, nothing is sure."""
    oldest = RawEvent.objects.filter(parked_at=None).order_by("pk").values_list("received_at", flat=True).first()
    return min(at, oldest or at)


def parked(limit: int = 200) -> list[Parked]:
    """What is set aside, newest first."""
    rows = RawEvent.objects.filter(parked_at__isnull=False).order_by("-parked_at", "-pk")
    return [
        Parked(r.pk, r.reason, r.received_at, r.parked_at)
        for r in rows.defer("body")[:limit]
        if r.parked_at is not None
    ]
