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
    page, (decision,) = _settled([number], basis, actor=actor, at=at)
    if decision.created and (called := clean_name(name)):
        sealed = book.sealed_value(
            keys_for(page, [decision], (), at)[decision.contact], decision.contact, called, OUR_NAME
        )
        Contact.objects.filter(pk=decision.contact).update(
            our_name_wrapped=sealed.wrapped, our_name_ciphertext=sealed.ciphertext
        )
    return decision.contact, decision.created


@transaction.atomic
def create_all(numbers: Sequence[Phone], basis: NumberBasis, *, actor: str, at: datetime) -> list[UUID]:
    """The contact with each of these different numbers, in their order, made where nobody has it. Nameless.

    The number of queries does not grow with the numbers.
    """
    return [decision.contact for decision in _settled(numbers, basis, actor=actor, at=at)[1]]


def _settled(
    numbers: Sequence[Phone], basis: NumberBasis, *, actor: str, at: datetime
) -> tuple[book.Page, Sequence[Decision]]:
    addresses = Addresses()
    given = [(addresses.marked(Claim(number.digits, None, None), ""), uuid7()) for number in numbers]

    def decide(of: Book) -> Sequence[Decision]:
        return [_decided(of, marks, new) for marks, new in given]

    page, decisions = book.settle(addresses.values, decide)
    made = [decision for decision in decisions if decision.created]
    if made:
        keys = keys_for(page, made, (), at)
        book.write(page, made, addresses.values, {}, keys, at, reason="", actor=actor, basis=basis)
    return page, decisions


def _decided(of: Book, given: Marks, new: UUID) -> Decision:
    """Whoever has the number, as WhatsApp's or from elsewhere; else somebody new, who has it from elsewhere."""
    holder = next((of.owner[key] for key in given.keys if key in of.owner), None)
    if holder is not None:
        return Decision(holder, given.keys)
    return Decision(new, given.keys, created=True, attach=tuple(k for k in given.keys if k.kind is AliasKind.PHONE))
