"""The installation in numbers."""

from datetime import datetime

from django.db.models import Count

from jawort.api.schemas import Ledger, Messages, RawEvents, Stats
from jawort.intake.queries import raw_events
from jawort.ledger.queries import checkpoint_age, size
from jawort.messaging.models import Message


def stats(at: datetime) -> Stats:
    """Counts of bodies, messages by state, and the ledger."""
    states = dict(
        Message.objects.filter(direction="out").values_list("state").annotate(n=Count("pk")).values_list("state", "n")
    )
    raw = raw_events()
    return Stats(
        raw_events=RawEvents(stored=raw.stored, pending=raw.pending, parked=raw.parked),
        messages=Messages.model_validate({"in": Message.objects.filter(direction="in").count(), "out": states}),
        ledger=Ledger(size=size(), checkpoint_age_s=checkpoint_age(at)),
    )
