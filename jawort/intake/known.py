"""Whom a batch concerns, as far as they are known before it is taken in."""

from collections.abc import Iterable
from contextlib import suppress
from uuid import UUID

from jawort.people import book
from jawort.people.resolve import Addresses, Sender
from jawort.people.rules import Nameless, classify


def known_contacts(senders: Iterable[Sender]) -> list[UUID]:
    """The contacts that any address of these senders leads to. One query; nothing is decided, made or locked."""
    addresses = Addresses()
    for sender in senders:
        with suppress(Nameless):
            addresses.marked(classify(sender.phone, sender.bsuid, sender.parent_bsuid), sender.scope)
    return list(book.load(addresses.values).months) if addresses.values else []
