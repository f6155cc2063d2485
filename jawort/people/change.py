"""WhatsApp reports that somebody's number or BSUID changed."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from jawort.people import book
from jawort.people.resolve import Addresses, Sender, keys_for
from jawort.people.rules import CHANGED, Book, Claim, Decision, Nameless, classify, decide_change


def change_identity(old: Sender, new: Sender, at: datetime) -> UUID | None:
    """Take over WhatsApp's report that `old` is now `new`; the contact with the new ids, or None if neither is known.

    The contact keeps its history, the new aliases are attached, the old ones closed; a new number that led to somebody
    else is closed there. If the new BSUID has become a contact of its own meanwhile, that one is returned, nothing
    merges, and the old one is put up for review. Doing it again changes nothing. Sides may be empty; names are not
    read. Both senders carry the scope of the line that reported it.
    """
    addresses = Addresses()
    before, after = addresses.marked(_claim(old), old.scope), addresses.marked(_claim(new), new.scope)
    if not addresses.values:
        return None

    def decide(of: Book) -> list[Decision]:
        decision = decide_change(of, before, after)
        return [] if decision is None else [decision]

    with transaction.atomic():
        page, decisions = book.settle(addresses.values, decide)
        for decision in decisions:
            if decision.changes:
                keys = keys_for(page, decisions, (), at)
                book.write(page, decisions, addresses.values, {}, keys, at, reason=CHANGED)
            return decision.contact
    return None


def _claim(sender: Sender) -> Claim:
    try:
        return classify(sender.phone, sender.bsuid, sender.parent_bsuid)
    except Nameless:
        return Claim(None, None, None)
