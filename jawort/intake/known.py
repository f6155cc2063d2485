"""Whom a batch concerns, as far as they are known before it is taken in."""

from collections.abc import Iterable
from contextlib import suppress
from uuid import UUID

from jawort.people import book
from jawort.people.resolve import Addresses, Sender
from jawort.people.rules import Nameless


def known_contacts(senders: Iterable[Sender], addresses: Addresses) -> list[UUID]:
    """The contacts that any address of these senders leads to. One query; nothing is decided, made or locked."""
    for sender in senders:
        with suppress(Nameless):
            addresses.of(sender)
    return book.owners(addresses.values) if addresses.values else []
