"""What cannot be taken in stays, sealed, for a week: shown, explained, and ready to be tried again."""

from datetime import datetime, timedelta

from django.db import transaction

from jawort.intake.models import SOURCE_WHATSAPP, RawEvent
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.vault.transit import session

PARKED_FOR = timedelta(days=7)  # the transit key that opens it is destroyed a day later


@transaction.atomic
def park_body(raw_id: int, reason: str, at: datetime) -> None:
    """Set a whole body aside."""
    RawEvent.objects.filter(pk=raw_id).update(parked_at=at, reason=reason)
    record([Entry(Kind.UPDATE_PARKED, "system", None, {"reason": reason, "raw": raw_id})], at)


def park_update(original: bytes, reason: str, at: datetime) -> None:
    """Set one update of a body aside, sealed anew to the day's transit key. Needs an open transaction."""
    body = session(at).seal(original)
    raw = RawEvent.objects.create(
        received_at=at, source=SOURCE_WHATSAPP, body=body, attempts=0, parked_at=at, reason=reason
    )
    record([Entry(Kind.UPDATE_PARKED, "system", None, {"reason": reason, "raw": raw.pk})], at)


@transaction.atomic
def replay(raw_id: int, *, actor: str, at: datetime) -> bool:
    """Put a parked body back into the queue; False if it is not parked any more."""
    back = RawEvent.objects.filter(pk=raw_id, parked_at__isnull=False).update(parked_at=None, reason="", attempts=0)
    if back:
        record([Entry(Kind.UPDATE_REPLAYED, actor, None, {"raw": raw_id})], at)
    return bool(back)


def sweep(at: datetime) -> int:
    """Delete what has been parked for a week; how many."""
    return RawEvent.objects.filter(parked_at__lt=at - PARKED_FOR).delete()[0]
