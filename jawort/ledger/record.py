"""Enter what happened, in the transaction in which it happens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection

from jawort.ledger.kinds import Kind
from jawort.ledger.rules import JSON, canonical, leaf

_INSERT = """
    INSERT INTO ledger_entry (at, kind, actor, object, related, facts, commitment, leaf)
    SELECT %s, e.kind, e.actor, e.object, e.related, e.facts::jsonb, e.commitment, e.leaf
    FROM unnest(%b::text[], %b::text[], %b::uuid[], %b::uuid[], %b::text[], %b::bytea[], %b::bytea[])
         WITH ORDINALITY AS e (kind, actor, object, related, facts, commitment, leaf, place)
    ORDER BY e.place
    RETURNING id
"""


class NoTransactionError(RuntimeError):
    """An entry without the write it tells of: `record` was called outside a transaction."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. Holds references, never persons: ids, codes, counts.

    `actor` is "staff:<uuid>", "token:<uuid>", "customer:<uuid>" or "system". `object` is what it was done to,
    `related` the other one concerned (of an assignment the agent, of a message its conversation). Records (messages,
    notes) carry a `commitment` of 32 bytes and no facts.
    """

    kind: Kind
    actor: str
    object: UUID | None
    facts: Mapping[str, JSON] = field(default_factory=dict)
    commitment: bytes | None = None
    related: UUID | None = None


def record(entries: Sequence[Entry], at: datetime) -> list[int]:
    """Write `entries` with one INSERT; their ids in the same order. They enter the log after the commit.

    Raises NoTransactionError outside a transaction: an entry and what it tells of stand or fall together. Raises
    ValueError or TypeError for an entry that the log cannot hold (see rules.leaf).
    """
    if not connection.in_atomic_block:
        raise NoTransactionError("Open a transaction around the write and its ledger entry.")
    if not entries:
        return []
    leaves = [leaf(e.kind, at, e.actor, e.object, e.facts, e.commitment, e.related) for e in entries]
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT,
            [
                at,
                [entry.kind.value for entry in entries],
                [entry.actor for entry in entries],
                [entry.object for entry in entries],
                [entry.related for entry in entries],
                [canonical(entry.facts).decode() for entry in entries],
                [entry.commitment for entry in entries],
                leaves,
            ],
        )
        # Identities are given in the order of the INSERT's ORDER BY and grow, so sorted is the order of `entries`.
        return sorted(row[0] for row in cursor.fetchall())
