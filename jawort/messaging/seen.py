"""Each update counts once, however often the platform tells it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

from jawort.messaging.models import Seen
from jawort.messaging.rules import SEEN_FOR
from jawort.vault.blind import blind

FORGET_BATCH = 10_000  # stays well below the 200 ms that a lock may be held


def name_of(line: UUID, kind: str, provider_id: str, state: str = "") -> bytes:
    """The keyed hash by which an update is known again: line, kind, the provider's id, and a receipt's state."""
    return blind("seen", "\0".join([line.hex, kind, provider_id, state]))


def first_time(names: Sequence[bytes], at: datetime) -> list[bool]:
    """For each name whether it comes for the first time, also within `names`. Needs the batch's transaction."""
    unique = sorted(set(names))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO messaging_seen (hash, at) SELECT name, %s FROM unnest(%b::bytea[]) AS new (name) "
            "ON CONFLICT (hash) DO NOTHING RETURNING hash",
            [at, unique],
        )
        fresh = {bytes(row[0]) for row in cursor.fetchall()}
    firsts = []
    for name in names:
        firsts.append(name in fresh)
        fresh.discard(name)
    return firsts


def forget(at: datetime) -> int:
    """Drop what came more than 8 days ago, at most one batch; how many rows went."""
    old = Seen.objects.filter(at__lt=at - SEEN_FOR).values("pk")[:FORGET_BATCH]
    return Seen.objects.filter(pk__in=old).delete()[0]
