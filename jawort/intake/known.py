"""Whom a batch concerns, as far as they are known before it is taken in."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import UUID

from jawort.people import book
from jawort.people.persons import members
from jawort.people.resolve import Addresses, Sender
from jawort.people.rules import Nameless


@dataclass(frozen=True, slots=True)
class Known:
    """Contacts, with those that are one person with them; and of merged ones whom they are one person with."""

    contacts: list[UUID] = field(default_factory=list)
    persons: Mapping[UUID, tuple[UUID, ...]] = field(default_factory=dict)


def known_contacts(senders: Iterable[Sender], addresses: Addresses) -> Known:
    """The contacts that any address of these senders leads to. Nothing is decided, made or locked.

    One query, and another one where somebody among them is merged.
    """
    for sender in senders:
        with suppress(Nameless):
            addresses.of(sender)
    if not addresses.values:
        return Known()
    contacts, merged = book.merged_owners(addresses.values)
    if not merged:
        return Known(contacts)
    persons = members(contacts)
    return Known(sorted({*contacts, *(one for person in persons.values() for one in person)}), persons)
