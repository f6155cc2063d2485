"""Somebody of ours enters a contact by number. Nothing is sent by it; the basis of having the number is recorded."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from jawort.core.ids import uuid7
from jawort.core.phone import Phone
from jawort.people import book
from jawort.people.called import OUR_NAME
from jawort.people.models import Contact
from jawort.people.resolve import Addresses, keys_for
from jawort.people.rules import AliasKind, Book, Claim, Decision, Marks, NumberBasis, clean_name


@transaction.atomic
def create(number: Phone, name: str, basis: NumberBasis, *, actor: str, at: datetime) -> tuple[UUID, bool]:
    """The contact with this number, and whether it was made now. One who has it already stays what they are.

    `name` is ours for them, empty for none. Whoever writes from the number later is this contact.
    """
    addresses, new = Addresses(), uuid7()
    given = addresses.marked(Claim(number.digits, None, None), "")

    def decide(of: Book) -> Sequence[Decision]:
        return [_decided(of, given, new)]

    page, (decision,) = book.settle(addresses.values, decide)
    if decision.created:
        keys = keys_for(page, [decision], (), at)
        book.write(page, [decision], addresses.values, {}, keys, at, reason="", actor=actor, basis=basis)
        if called := clean_name(name):
            sealed = book.sealed_value(keys[new], new, called, OUR_NAME)
            Contact.objects.filter(pk=new).update(
                our_name_wrapped=sealed.wrapped, our_name_ciphertext=sealed.ciphertext
            )
    return decision.contact, decision.created


def _decided(of: Book, given: Marks, new: UUID) -> Decision:
    """Whoever has the number, as WhatsApp's or from elsewhere; else somebody new, who has it from elsewhere."""
    holder = next((of.owner[key] for key in given.keys if key in of.owner), None)
    if holder is not None:
        return Decision(holder, given.keys)
    return Decision(new, given.keys, created=True, attach=tuple(k for k in given.keys if k.kind is AliasKind.PHONE))
