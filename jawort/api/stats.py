"""The installation in numbers."""

import time
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

from django.db.models import Count

from jawort.intake.queries import raw_events
from jawort.ledger.queries import checkpoint_age, size, waiting
from jawort.messaging.models import Message

#: Counting by state reads every message. An answer that took long is given again for this many times as long, so that a
#: program that asks without pause takes a twentieth of the database at most; a quick one is always exact.
REST = 20
QUICK_SECONDS = 0.05

_kept: tuple[float, Mapping[tuple[str, str], int]] = (0.0, {})


def stats(at: datetime) -> dict[str, object]:
    """Counts of bodies, messages by state, and the ledger, in the shape of schemas.Stats."""
    found = _by_state()
    return {
        "raw_events": asdict(raw_events()),
        "messages": {
            "in": sum(n for (direction, _), n in found.items() if direction == "in"),
            "out": {state: n for (direction, state), n in found.items() if direction == "out"},
        },
        "ledger": {"size": size(), "waiting": waiting(), "checkpoint_age_s": checkpoint_age(at)},
    }


def _by_state() -> Mapping[tuple[str, str], int]:
    """How many messages of each direction and state, in one pass."""
    global _kept
    begun = time.monotonic()
    until, found = _kept
    if begun < until:
        return found
    counted = Message.objects.values_list("direction", "state").annotate(n=Count("*")).order_by()
    found = {(direction, state): n for direction, state, n in counted}
    took = time.monotonic() - begun
    _kept = (begun + REST * took if took > QUICK_SECONDS else 0.0, found)
    return found
