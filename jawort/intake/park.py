"""What cannot be taken in stays, sealed, for a week: shown, explained, and ready to be tried again."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from jawort.intake.aside import Aside
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


def park_updates(asides: Sequence[Aside], at: datetime) -> None:
    """Set updates of bodies aside, each sealed anew to the day's transit key. Needs an open transaction."""
    if not asides:
        return
    seals = session(at)
    rows = RawEvent.objects.bulk_create(
        RawEvent(
            received_at=at,
            source=SOURCE_WHATSAPP,
            body=seals.seal(aside.original),
            attempts=0,
            parked_at=at,
            reason=aside.reason,
        )
        for aside in asides
    )
    record([Entry(Kind.UPDATE_PARKED, "system", None, {"reason": r.reason, "raw": r.pk}) for r in rows], at)


@transaction.atomic
def replay(raw_id: int, *, actor: str, at: datetime) -> bool:
    """Put a parked body back into the queue; False if it is not parked any more."""
    return bool(replay_all([raw_id], actor=actor, at=at))


@transaction.atomic
def replay_all(raw_ids: Sequence[int], *, actor: str, at: datetime) -> int:
    """Put parked bodies back into the queue; how many of them were still parked."""
    parked = RawEvent.objects.select_for_update(no_key=True).filter(pk__in=raw_ids, parked_at__isnull=False)
    back = list(parked.order_by("pk").values_list("pk", flat=True))
    RawEvent.objects.filter(pk__in=back).update(parked_at=None, reason="", attempts=0)
    record([Entry(Kind.UPDATE_REPLAYED, actor, None, {"raw": pk}) for pk in back], at)
    return len(back)


def sweep(at: datetime) -> int:
    """Delete what has been parked for a week; how many."""
    return RawEvent.objects.filter(parked_at__lt=at - PARKED_FOR).delete()[0]
