"""That content was handed out: one entry per person, thing and ten minutes, however often a page renders.

Recorded by the server on every rendering, answer and download (GDPR Art. 5(2), 32(1)(b)): nobody reads unseen.
"""

from collections.abc import Sequence
from datetime import datetime
from threading import Lock
from uuid import UUID

from django.db import connection, transaction

from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record

BUCKET_SECONDS = 600
KEPT_BUCKETS = 6  # an hour, for clocks of several nodes that do not agree
CACHE_MAX = 50_000  # pairs of person and thing in one process; two ids each, no content


class _Seen:
    """What this process knows to be entered in the current ten minutes, so that a repeat costs no query."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._bucket = -1
        self._pairs: set[tuple[str, UUID]] = set()

    def missing(self, actor: str, objects: Sequence[UUID], bucket: int) -> list[UUID]:
        """Those of `objects` not known to be entered, each once, sorted: rows are locked in this order."""
        with self._lock:
            if bucket != self._bucket:
                return sorted(set(objects))
            return sorted({one for one in objects if (actor, one) not in self._pairs})

    def add(self, actor: str, objects: Sequence[UUID], bucket: int) -> None:
        """Note that `objects` are entered and committed."""
        with self._lock:
            if bucket != self._bucket or len(self._pairs) >= CACHE_MAX:
                self._bucket = bucket
                self._pairs.clear()
            self._pairs.update((actor, one) for one in objects)

    def clear(self) -> None:
        """Know nothing."""
        with self._lock:
            self._bucket = -1
            self._pairs.clear()


_seen = _Seen()


def hand_out(actor: str, conversations: Sequence[UUID], *, right: str, at: datetime) -> None:
    """Enter that `actor` was handed the content of `conversations` under `right` (the permission's name).

    Nothing is written for what the same actor was handed in the same ten minutes, by any process.
    """
    bucket = int(at.timestamp()) // BUCKET_SECONDS
    missing = _seen.missing(actor, conversations, bucket)
    if not missing:
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                """
                INSERT INTO ledger_handout (actor, bucket, object)
                SELECT %s, %s, one FROM unnest(%b::uuid[]) WITH ORDINALITY AS u (one, place) ORDER BY place
                ON CONFLICT DO NOTHING RETURNING object
                """,
                [actor, bucket, missing],
            )
            fresh = sorted(row[0] for row in cursor.fetchall())
        record([Entry(Kind.HANDED_OUT, actor, one, {"right": right}) for one in fresh], at)
        # After the commit only: a hand-out that was rolled back must be entered the next time.
        transaction.on_commit(lambda: _seen.add(actor, missing, bucket))


def oldest_kept(at: datetime) -> int:
    """Marks of buckets before this one are deleted, every ten minutes by the sequencer. The entries stay."""
    return int(at.timestamp()) // BUCKET_SECONDS - KEPT_BUCKETS


def clear_cache() -> None:
    """Forget what this process knows to be entered; the next hand-out asks the database. For tests and restores."""
    _seen.clear()
