"""Which contacts are one person, because somebody merged them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q

from jawort.people.models import Contact, Merge

# By contact and then by person, whatever the planner believes.
MEMBERS = """
SELECT known.id, o.id
  FROM unnest(%b::uuid[]) AS known (id)
 CROSS JOIN LATERAL (SELECT person_id FROM people_contact WHERE id = known.id LIMIT 1) AS c
 CROSS JOIN LATERAL (SELECT id, person_id FROM people_contact WHERE person_id = c.person_id OFFSET 0) AS o
 ORDER BY known.id, o.id <> o.person_id, o.id
"""


def members(ids: Collection[UUID]) -> dict[UUID, tuple[UUID, ...]]:
    """Of those contacts that are merged with others all contacts of the person, the one in front first. One query.

    A contact alone is left out: nearly all are. Of nobody nothing is asked.
    """
    if not ids:
        return {}
    found: dict[UUID, list[UUID]] = {}
    with connection.cursor() as cursor:
        cursor.execute(MEMBERS, [list(set(ids))])
        for contact, member in cursor.fetchall():
            found.setdefault(contact, []).append(member)
    return {contact: tuple(of) for contact, of in found.items()}


def persons_of(ids: Collection[UUID]) -> dict[UUID, tuple[UUID, ...]]:
    """Of each of these contacts all contacts of the person, the one in front first; itself where it is alone."""
    merged = members(ids)
    return {contact: merged.get(contact, (contact,)) for contact in ids}


def held_members(ids: Collection[UUID], merged: Collection[UUID]) -> dict[UUID, tuple[UUID, ...]]:
    """The same, with the contacts in `merged` locked first: those stay one person until the transaction ends.

    Needs the locks of their conversations, which whoever merges takes before those of the contacts.
    """
    held = Contact.objects.select_for_update(no_key=True).filter(pk__in=merged).order_by("pk")
    list(held.values_list("pk"))
    return members(ids)


def contacts_of(contact: UUID) -> tuple[UUID, ...]:
    """All contacts of the person, the one in front first; itself where it is alone."""
    return persons_of([contact])[contact]


def front_of(contact: UUID) -> UUID:
    """The contact in front of the person; itself where it is alone."""
    return contacts_of(contact)[0]


@dataclass(frozen=True, slots=True)
class Merged:
    """A merge that stands."""

    id: UUID
    into: UUID
    other: UUID
    at: datetime


def merges(limit: int, *, before: UUID | None = None) -> list[Merged]:
    """The merges that stand, newest first; older than the merge `before`, also where that was undone meanwhile."""
    found = Merge.objects.filter(undone_at=None)
    last = Merge.objects.filter(pk=before).values_list("at", flat=True).first() if before else None
    if last is not None:
        found = found.filter(Q(at__lte=last) & (Q(at__lt=last) | Q(pk__lt=before)))
    rows = found.order_by("-at", "-pk")
    return [Merged(row.pk, row.into_id, row.other_id, row.at) for row in rows[:limit]]
