"""Who has objected stays left in peace even when nothing else of them is kept.

An objection to advertising is absolute (Art. 21(2) and (3) GDPR), and would be forgotten with the person: what outlives
their erasure is a keyed hash of each address they had, with a key of this list alone, so that nobody can join it with
another. It counts for whoever writes from that address, until they say yes themselves.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection

from jawort.consent.models import Suppression
from jawort.consent.purpose import Purpose
from jawort.core.ids import uuid7
from jawort.people.persons import persons_of
from jawort.people.queries import Address, living_of
from jawort.people.rules import AliasKind
from jawort.vault.blind import blind

_IDS: Final = frozenset({AliasKind.BSUID, AliasKind.PARENT_BSUID})

# In the order of the addresses, as all do, or two that share some would wait for each other.
_SUPPRESS: Final = """
INSERT INTO consent_suppression (id, address, purpose, since)
SELECT id, address, %s, %s FROM unnest(%b::uuid[], %b::bytea[]) AS new (id, address) ORDER BY address
ON CONFLICT (address, purpose) DO NOTHING
"""


def suppress(contacts: Collection[UUID], purpose: Purpose, at: datetime) -> None:
    """Nothing for `purpose` to any address of these persons any more. Needs a transaction."""
    if marks := sorted(_marks_of(contacts)):
        with connection.cursor() as cursor:
            cursor.execute(_SUPPRESS, [purpose, at, [uuid7() for _ in marks], marks])


def lift_suppression(contacts: Collection[UUID], purpose: Purpose) -> None:
    """These persons want it again. Needs a transaction."""
    Suppression.objects.filter(address__in=_marks_of(contacts), purpose=purpose).delete()


def suppressed(addresses: Collection[Address]) -> dict[Address, set[Purpose]]:
    """To what was objected from each of these addresses; those from which to nothing are left out. One query."""
    marks = {address: _marks(address) for address in addresses}
    found = _found({mark for each in marks.values() for mark in each})
    to = {address: {purpose for mark in each for purpose in found.get(mark, ())} for address, each in marks.items()}
    return {address: purposes for address, purposes in to.items() if purposes}


def suppressed_of(contacts: Collection[UUID]) -> set[tuple[UUID, Purpose]]:
    """To what was objected from addresses that these contacts have, perhaps before anything was known of them."""
    marks = [(contact, _mark(kind, value)) for contact, kind, value in living_of(contacts)]
    found = _found({mark for _, mark in marks})
    return {(contact, purpose) for contact, mark in marks for purpose in found.get(mark, ())}


def _found(marks: Collection[bytes]) -> dict[bytes, set[Purpose]]:
    found: dict[bytes, set[Purpose]] = {}
    for mark, purpose in Suppression.objects.filter(address__in=marks).values_list("address", "purpose"):
        found.setdefault(bytes(mark), set()).add(Purpose(purpose))
    return found


def _marks_of(contacts: Collection[UUID]) -> set[bytes]:
    people = {member for person in persons_of(contacts).values() for member in person}
    return {_mark(kind, value) for _, kind, value in living_of(people)}


def _marks(address: Address) -> set[bytes]:
    known = ((AliasKind.PHONE, address.phone), (AliasKind.BSUID, address.bsuid))
    return {_mark(kind, value) for kind, value in known if value}


def _mark(kind: AliasKind, value: str) -> bytes:
    """A number is one, whoever told it; WhatsApp's ids are apart from numbers."""
    return blind("suppression", f"{'id' if kind in _IDS else 'tel'}:{value}")
