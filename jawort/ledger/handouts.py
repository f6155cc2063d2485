"""That content was handed out: one entry per person, thing and ten minutes, however often a page renders.

What goes to many desks at once is one entry that names them all: two hundred people whose lists show each new message
would fill the log with nothing else. Recorded by the server on every rendering, answer and download (GDPR Art. 5(2),
32(1)(b)): nobody reads unseen.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from itertools import product
from threading import Lock
from typing import Final, TypeVar
from uuid import UUID

from django.db import connection, transaction

from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record

T = TypeVar("T")

BUCKET_SECONDS = 600
KEPT_BUCKETS = 6  # an hour, for clocks of several nodes that do not agree
CACHE_MAX = 50_000  # pairs of person and thing in one process; two ids each, no content
#: So many people get an entry each for each thing.
FEW: Final = 8
#: Of one entry for many; with both it stays below half of what a leaf holds.
ACTORS_ENTRY_MAX: Final = 300
OBJECTS_ENTRY_MAX: Final = 400


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
_seen_by_many = _Seen()


def hand_out(actor: str, conversations: Sequence[UUID], *, right: str, at: datetime) -> None:
    """Enter that `actor` was handed the content of `conversations` under `right` (the permission's name).

    Nothing is written for what the same actor was handed in the same ten minutes, by any process.
    """
    _enter(
        actor, conversations, at, lambda fresh: [Entry(Kind.HANDED_OUT, actor, one, {"right": right}) for one in fresh]
    )


def hand_out_together(actor: str, objects: Sequence[UUID], *, right: str, at: datetime) -> None:
    """The same of what one answer told of many `objects`: one entry names them all."""

    def entries(fresh: Sequence[UUID]) -> list[Entry]:
        parts = ([str(one) for one in part] for part in _parts(fresh, OBJECTS_ENTRY_MAX))
        facts = [{"right": right, "to": [actor], "of": part} for part in parts]
        return [Entry(Kind.HANDED_OUT_TO_MANY, "system", None, each) for each in facts]

    _enter(actor, objects, at, entries)


def _enter(
    actor: str, objects: Sequence[UUID], at: datetime, entries: Callable[[Sequence[UUID]], Sequence[Entry]]
) -> None:
    """Write the entries of those objects that nobody has entered for `actor` in these ten minutes."""
    bucket = int(at.timestamp()) // BUCKET_SECONDS
    missing = _seen.missing(actor, objects, bucket)
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
        record(entries(fresh), at)
        # After the commit only: a hand-out that was rolled back must be entered the next time.
        transaction.on_commit(lambda: _seen.add(actor, missing, bucket))


def hand_out_to_many(actors: Collection[str], objects: Sequence[UUID], *, right: str, at: datetime) -> None:
    """Enter that each of `actors` was handed each of `objects` at once, under `right`.

    Beyond a few people one entry says it of all. It repeats nothing that this process entered for the same people in
    the same ten minutes; another process may.
    """
    who, bucket = sorted(set(actors)), int(at.timestamp()) // BUCKET_SECONDS
    if len(who) <= FEW:
        for actor in who:
            hand_out(actor, objects, right=right, at=at)
        return
    crowd = " ".join(who)
    missing = _seen_by_many.missing(crowd, objects, bucket)
    if not missing:
        return
    parts = product(_parts(who, ACTORS_ENTRY_MAX), _parts(missing, OBJECTS_ENTRY_MAX))
    facts = [{"right": right, "to": list(to), "of": [str(one) for one in of]} for to, of in parts]
    with transaction.atomic():
        record([Entry(Kind.HANDED_OUT_TO_MANY, "system", None, each) for each in facts], at)
        transaction.on_commit(lambda: _seen_by_many.add(crowd, missing, bucket))


def _parts(whole: Sequence[T], most: int) -> list[Sequence[T]]:
    return [whole[begin : begin + most] for begin in range(0, len(whole), most)]


def oldest_kept(at: datetime) -> int:
    """Marks of buckets before this one are deleted, every ten minutes by the sequencer. The entries stay."""
    return int(at.timestamp()) // BUCKET_SECONDS - KEPT_BUCKETS


def clear_cache() -> None:
    """Forget what this process knows to be entered; the next hand-out asks the database. For tests and restores."""
    _seen.clear()
    _seen_by_many.clear()
