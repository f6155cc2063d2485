"""All that is kept of who a person is: of each of their contacts the names and every address, living and ended.

Opened here; whoever shows it records the hand-out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from jawort.ledger.kinds import Kind
from jawort.ledger.queries import events_of
from jawort.people.models import Alias, Contact, Merge
from jawort.people.queries import all_names, named
from jawort.people.rules import AliasKind, Names, NumberBasis

ENDINGS_READ = 500


@dataclass(frozen=True, slots=True)
class KnownAddress:
    """One address. `value` is None where it does not open, `ended_at` while it lives; `reason` is the ledger's.

    `basis` is on what basis we have it, None where the customer came with it.
    """

    id: UUID
    kind: AliasKind
    value: str | None
    basis: NumberBasis | None
    since: datetime
    last_seen: datetime
    ended_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Known:
    """One contact. `merged_at` is since when it is one person with the one in front, None for that one itself."""

    id: UUID
    names: Names
    username_since: datetime | None
    language: str
    since: datetime
    merged_at: datetime | None
    addresses: tuple[KnownAddress, ...]


def read(person: Sequence[UUID]) -> list[Known]:
    """Each contact of a person, in the order given."""
    held = Contact.objects.in_bulk(person)
    called = all_names(person)
    merged = dict(Merge.objects.filter(other__in=person, undone_at=None).values_list("other_id", "at"))
    addresses = _addresses(person)
    return [
        Known(
            id=id_,
            names=called.get(id_, Names()),
            username_since=held[id_].username_at,
            language=held[id_].language,
            since=held[id_].created_at,
            merged_at=merged.get(id_),
            addresses=tuple(addresses.get(id_, ())),
        )
        for id_ in person
        if id_ in held
    ]


def _addresses(person: Sequence[UUID]) -> dict[UUID, list[KnownAddress]]:
    """The addresses of each contact: those that live first, last used first."""
    rows = list(Alias.objects.filter(contact__in=person).defer("wrapped", "ciphertext"))
    rows.sort(key=lambda row: (row.valid_to is None, row.last_seen, row.pk), reverse=True)
    clear = named(row.pk for row in rows)
    reasons = _reasons({row.contact_id for row in rows if row.valid_to is not None})
    found: dict[UUID, list[KnownAddress]] = {}
    for row in rows:
        known = KnownAddress(
            id=row.pk,
            kind=AliasKind(row.kind),
            value=clear.get(row.pk),
            basis=NumberBasis(row.basis) if row.basis else None,
            since=row.first_seen,
            last_seen=row.last_seen,
            ended_at=row.valid_to,
            reason=reasons.get(str(row.pk), "") if row.valid_to else "",
        )
        found.setdefault(row.contact_id, []).append(known)
    return found


def _reasons(contacts: set[UUID]) -> dict[str, str]:
    """Why addresses ended, by the alias's id."""
    events = events_of(contacts, ENDINGS_READ, [Kind.ALIAS_CLOSED])
    return {str(event.facts.get("alias")): str(event.facts.get("reason", "")) for event in events}
