"""Reads of the ledger."""

import json
import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from jawort.ledger.kinds import RECORDS
from jawort.ledger.models import Checkpoint, Entry, Head
from jawort.ledger.rules import JSON

_LATE = """
    SELECT (SELECT refused FROM ledger_head), (
        SELECT at FROM ledger_entry
        WHERE log_index IS NULL AND id > coalesce((SELECT floor FROM ledger_head), 0) ORDER BY id LIMIT 1)
"""

_PLACED = "SELECT id, log_index FROM ledger_entry WHERE id = ANY(%b::bigint[]) AND log_index IS NOT NULL"

# By object, whatever the planner believes: in the order of their ids it would read the whole ledger backwards.
_EVENTS = """
SELECT e.id, e.kind, e.at, e.actor, e.object, e.related, e.facts, e.log_index
  FROM unnest(%b::uuid[]) AS about (id)
 CROSS JOIN LATERAL (
    SELECT * FROM ledger_entry
     WHERE object = about.id AND (kind = ANY(%b)) = %b AND id < %b ORDER BY id DESC LIMIT %b) AS e
 ORDER BY e.id
"""
_NO_END = 2**63 - 1

_WAITING = """
    SELECT count(*) FROM ledger_entry WHERE log_index IS NULL AND id > coalesce((SELECT floor FROM ledger_head), 0)
"""


@dataclass(frozen=True, slots=True)
class Event:
    """One event as a thread or a register shows it. `log_index` is None until it is integrated."""

    id: int
    kind: str
    at: datetime
    actor: str
    object: UUID | None
    related: UUID | None
    facts: Mapping[str, JSON]
    log_index: int | None


def in_chunks(kinds: Collection[str], at_once: int) -> Iterator[Sequence[Entry]]:
    """Every entry of these kinds, oldest first, `at_once` by a query: however long the ledger is, so many in memory."""
    last, entries = 0, Entry.objects.filter(kind__in=[str(kind) for kind in kinds]).order_by("pk")
    while chunk := list(entries.filter(pk__gt=last)[:at_once]):
        yield chunk
        last = chunk[-1].pk


def events_of(
    objects: Collection[UUID], limit: int, kinds: Collection[str] = (), *, before: int | None = None
) -> list[Event]:
    """The latest `limit` events about each of these objects, all of them oldest first; of `kinds` only, if given, and
    older than the entry `before`. Records are no events."""
    meant = [str(kind) for kind in kinds or RECORDS]
    until = _NO_END if before is None else before
    with connection.cursor() as cursor:
        cursor.execute(_EVENTS, [list(objects), meant, bool(kinds), until, limit])
        return [
            Event(id_, kind, at, actor, object_, related, json.loads(facts), index)
            for id_, kind, at, actor, object_, related, facts, index in cursor.fetchall()
        ]


def indices(entry_ids: Sequence[int]) -> dict[int, int]:
    """The places in the log of those of `entry_ids` that are integrated."""
    with connection.cursor() as cursor:
        cursor.execute(_PLACED, [list(entry_ids)])
        return dict(cursor.fetchall())


def lag(at: datetime) -> float:
    """For how many seconds the oldest entry waits for its place in the log; 0.0 if none does.

    Cheap however much was written since the last vacuum.
    """
    return _late(at)[1]


def lateness(at: datetime) -> float:
    """The same for whoever wants to act: no end while the sequencer refuses. The gate asks it before every message."""
    refused, behind = _late(at)
    return math.inf if refused else behind


def refuses() -> bool:
    """Whether the sequencer has found that the log contradicts what was signed."""
    return Head.objects.filter(refused=True).exists()


def _late(at: datetime) -> tuple[bool, float]:
    with connection.cursor() as cursor:
        cursor.execute(_LATE)
        refused, oldest = cursor.fetchone()
    return bool(refused), 0.0 if oldest is None else max(0.0, (at - oldest).total_seconds())


def size() -> int:
    """How many entries are integrated."""
    return Head.objects.values_list("size", flat=True).first() or 0


def waiting() -> int:
    """How many entries have no place in the log yet: a moment is usual, a minute is not."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING)
        return int(cursor.fetchone()[0])


def checkpoint_age(at: datetime) -> float | None:
    """Seconds since the latest checkpoint was signed; None if there is none. It grows while nothing happens."""
    latest = Checkpoint.objects.order_by("-size").values_list("at", flat=True).first()
    return None if latest is None else max(0.0, (at - latest).total_seconds())
