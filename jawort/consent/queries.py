"""What stands against writing to somebody."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from uuid import UUID

from django.db import connection

from jawort.consent.models import BLOCKING, Block, Pause
from jawort.consent.purpose import Purpose
from jawort.people.persons import members

# One statement for all four: the gate asks it before every message, and each row of the list does.
_STANDING = """
SELECT 'objection', contact_id, purpose, NULL::uuid FROM consent_objection
 WHERE contact_id = ANY(%b::uuid[]) AND lifted_at IS NULL
UNION ALL
SELECT 'restriction', contact_id, '', NULL FROM consent_restriction
 WHERE contact_id = ANY(%b::uuid[]) AND lifted_at IS NULL
UNION ALL
SELECT 'block', contact_id, '', line_id FROM consent_block
 WHERE contact_id = ANY(%b::uuid[]) AND state = ANY(%b)
UNION ALL
SELECT 'pause', contact_id, '', NULL FROM consent_pause
 WHERE contact_id = ANY(%b::uuid[]) AND settled_at IS NULL
"""

_BLOCKS = """
SELECT DISTINCT ON (line_id) * FROM consent_block WHERE contact_id = ANY(%b::uuid[])
 ORDER BY line_id, since DESC, id DESC
"""

_TOLD = """
SELECT wish, told_at FROM consent_preference WHERE contact_id = ANY(%b::uuid[]) ORDER BY told_at DESC, id DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Stops:
    """The objections that stand, as (contact, purpose), who is restricted, who is blocked, as (contact, line), and for
    whom campaigns are paused."""

    objections: frozenset[tuple[UUID, Purpose]]
    restricted: frozenset[UUID]
    blocked: frozenset[tuple[UUID, UUID]]
    paused: frozenset[UUID]


def stops(contacts: Collection[UUID], persons: Mapping[UUID, Sequence[UUID]] | None = None) -> Stops:
    """All that stands against these contacts, in two queries.

    Whatever stands against one of merged contacts stands against the person. `persons` are those of people.persons,
    where they are known.
    """
    merged = members(contacts) if persons is None else persons
    asked = [*{*contacts, *chain.from_iterable(merged.values())}]
    objected: dict[UUID, set[Purpose]] = {}
    restricted: set[UUID] = set()
    paused: set[UUID] = set()
    blocked: dict[UUID, set[UUID]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, [asked, asked, asked, list(BLOCKING), asked])
        for what, contact, purpose, line in cursor.fetchall():
            if what == "objection":
                objected.setdefault(contact, set()).add(Purpose(purpose))
            elif what == "restriction":
                restricted.add(contact)
            elif what == "pause":
                paused.add(contact)
            else:
                blocked.setdefault(contact, set()).add(line)
    return Stops(
        frozenset(
            (contact, purpose)
            for contact in contacts
            for member in merged.get(contact, (contact,))
            for purpose in objected.get(member, ())
        ),
        frozenset(c for c in contacts if not restricted.isdisjoint(merged.get(c, (c,)))),
        frozenset((c, line) for c in contacts for member in merged.get(c, (c,)) for line in blocked.get(member, ())),
        frozenset(c for c in contacts if not paused.isdisjoint(merged.get(c, (c,)))),
    )


def open_pause(person: Collection[UUID]) -> Pause | None:
    """The oldest pause of these contacts of a person that nobody has settled."""
    return Pause.objects.filter(contact__in=person, settled_at=None).order_by("since", "pk").first()


def newest_blocks(person: Collection[UUID]) -> dict[UUID, Block]:
    """The newest block of these contacts of a person on each line that has one, whatever became of it, by line."""
    return {row.line_id: row for row in Block.objects.raw(_BLOCKS, [list(person)])}


@dataclass(frozen=True, slots=True)
class Told:
    """What a person told the platform about marketing last."""

    wish: str
    at: datetime


def told_last(person: Collection[UUID]) -> Told | None:
    """The newest of what these contacts of a person told the platform, None if nothing."""
    with connection.cursor() as cursor:
        cursor.execute(_TOLD, [list(person)])
        row = cursor.fetchone()
    return None if row is None else Told(*row)
