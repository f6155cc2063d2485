"""Somebody was asked for their number and gave it."""

from datetime import datetime

from django.db import transaction

from jawort.people import book
from jawort.people.resolve import Addresses, Sender, keys_for
from jawort.people.rules import Book, Claim, Decision, decide_given


def give_number(sender: Sender, number: str, at: datetime) -> None:
    """Attach `number` (digits) to the contact that `sender` is, unless it leads to somebody: then a doubt is raised.

    Makes no contact. Doing it again changes nothing. Raises Nameless.
    """
    addresses = Addresses()
    who = addresses.of(sender)
    given = addresses.marked(Claim(number, None, None), sender.scope)

    def decide(of: Book) -> list[Decision]:
        decision = decide_given(of, who, given)
        return [] if decision is None else [decision]

    with transaction.atomic():
        page, decisions = book.settle(addresses.values, decide)
        if decisions:
            keys = keys_for(page, decisions, (), at)
            book.write(page, decisions, addresses.values, {}, keys, at, reason="given")
