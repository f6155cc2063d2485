"""The installation in numbers."""

from dataclasses import asdict
from datetime import datetime

from django.db.models import Count

from jawort.intake.queries import raw_events
from jawort.ledger.queries import checkpoint_age, size
from jawort.messaging.models import Message


def stats(at: datetime) -> dict[str, object]:
    """Counts of bodies, messages by state, and the ledger, in the shape of schemas.Stats."""
    states = dict(
        Message.objects.filter(direction="out").values_list("state").annotate(n=Count("pk")).values_list("state", "n")
    )
    return {
        "raw_events": asdict(raw_events()),
        "messages": {"in": Message.objects.filter(direction="in").count(), "out": states},
        "ledger": {"size": size(), "checkpoint_age_s": checkpoint_age(at)},
    }
