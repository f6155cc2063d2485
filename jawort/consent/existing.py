"""Existing customers: advertising without consent, under the four conditions of § 7(3) UWG, each a field.

The address came with a sale of ours; it is used for our own similar goods or services; the person has not objected;
and they were told, then and with every use, that they can. The sale, what is similar and that they were told only the
company knows: somebody says so in words, sealed, and the ledger commits to them. The rest are facts, looked at anew
with every message: no objection, an unchanged address, a template that says how to object.

It is off unless the administrator switches it on for a purpose: WhatsApp's own policy asks for a consent all the same.
Source: § 7(3) UWG; CJEU C-654/23 (direct marketing to customers needs no further basis).
"""

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from jawort.consent.consents import Told, add_beside, folded, told_of
from jawort.consent.elsewhere import committed
from jawort.consent.models import ExistingCustomer
from jawort.consent.purpose import WIDER, Purpose
from jawort.consent.purposes import purposes, terms
from jawort.consent.queries import stops
from jawort.consent.state import Event, Happened, State, Terms, standing
from jawort.consent.suppression import suppressed_of
from jawort.core.ids import uuid7
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.ledger.rules import JSON, canonical
from jawort.people.models import Contact
from jawort.vault.keys import keks
from jawort.vault.seal import Klass, Sealed, Unreadable, aad, open_, seal

WORDS_CHARACTERS_MAX: Final = 500
SALT_BYTES: Final = 32
_BOUND: Final = b"\0existing"


class NotKept(ValueError):
    """Nothing was stored. `why`: `off` (the purpose does not allow it), `not_yet`, `too_old`, `objected`, `words`,
    `erased`, `kept` (the person is one already)."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Sale(msgspec.Struct, frozen=True):
    """What it rests on, in words: the sale; what of ours is similar to it; how they were told that they can object."""

    sale: str
    similar: str
    told: str


@dataclass(frozen=True, slots=True)
class Kept:
    """One that is recorded, with its words if they open, and whether it counts at that moment."""

    row: ExistingCustomer
    sale: Sale | None
    counts: bool


_unpack = msgspec.json.Decoder(Sale)


@transaction.atomic
def keep_existing(
    contact_id: UUID, purpose: Purpose, sold_on: date, sale: Sale, *, actor: str, at: datetime
) -> ExistingCustomer:
    """The contact is an existing customer: they get what `purpose` is about, if it is similar. Raises NotKept."""
    contact = Contact.objects.select_for_update(no_key=True).get(pk=contact_id)
    declared = purposes().get(purpose)
    if declared is None or declared.ended_at is not None or not declared.existing_customers:
        raise NotKept("off")
    if why := _why_not(contact_id, purpose, sold_on, sale, at):
        raise NotKept(why)
    ref = (contact.pk, Klass.IDENTITY, contact.month)
    key = keks([ref], create=False).get(ref)
    if key is None:
        raise NotKept("erased")
    row, salt, clear = uuid7(), os.urandom(SALT_BYTES), _packed(sale)
    lock = seal(key, clear, salt, aad(Klass.IDENTITY, row) + _BOUND)
    facts: dict[str, JSON] = {"purpose": purpose, "change": "recorded", "sold_on": sold_on.isoformat()}
    facts["evidence"] = committed(salt, clear)
    (entry,) = record([Entry(Kind.EXISTING_CUSTOMER_CHANGED, actor, contact_id, facts)], at)
    return ExistingCustomer.objects.create(
        id=row,
        contact=contact,
        purpose=purpose,
        sold_on=sold_on,
        wrapped=lock.wrapped,
        ciphertext=lock.ciphertext,
        recorded_at=at,
        entry=entry,
    )


@transaction.atomic
def end_existing(pk: UUID, *, actor: str, at: datetime) -> None:
    """It was wrong, or holds no more. Twice is once. Raises ExistingCustomer.DoesNotExist."""
    row = ExistingCustomer.objects.select_for_update().get(pk=pk)
    if row.ended_at is None:
        row.ended_at = at
        row.save(update_fields=["ended_at"])
        facts: dict[str, JSON] = {"purpose": row.purpose, "change": "ended"}
        record([Entry(Kind.EXISTING_CUSTOMER_CHANGED, actor, row.contact_id, facts)], at)


def existing_customers(
    contacts: Collection[UUID], wanted: Collection[Purpose], at: datetime
) -> dict[Purpose, set[UUID]]:
    """Who of these contacts counts as one, by purpose. Three queries, one where nobody was ever recorded."""
    rows = _rows(contacts).filter(purpose__in=list(wanted))
    return _count({(row.contact_id, Purpose(row.purpose)): row.sold_on for row in rows}, at)


def kept_of(contacts: Collection[UUID], at: datetime) -> list[Kept]:
    """Those of these contacts, with their words, newest first."""
    rows = list(_rows(contacts).select_related("contact").order_by("-recorded_at", "-pk"))
    counts = _count({(row.contact_id, Purpose(row.purpose)): row.sold_on for row in rows}, at)
    refs = {row.pk: (row.contact_id, Klass.IDENTITY, row.contact.month) for row in rows}
    opened = keks(refs.values(), create=False) if refs else {}
    return [
        Kept(row, _opened(opened.get(refs[row.pk]), row), row.contact_id in counts.get(Purpose(row.purpose), ()))
        for row in rows
    ]


def _rows(contacts: Collection[UUID]) -> QuerySet[ExistingCustomer]:
    return ExistingCustomer.objects.filter(contact__in=list(contacts), ended_at=None)


def _count(sold: Mapping[tuple[UUID, Purpose], date], at: datetime) -> dict[Purpose, set[UUID]]:
    """A sale counts as a yes of its day would: what has ended that since ends this too, and so does any later no of the
    person, to a question or with a merged contact."""
    if not sold:
        return {}
    tales: dict[Purpose, dict[UUID, Told]] = {}
    for (contact, purpose), day in sold.items():
        tales.setdefault(purpose, {})[contact] = Told([Happened(Event.GIVEN, _begin(day))])
    add_beside(tales)
    under = {key: Terms(confirms=False, unused_for=one.unused_for) for key, one in terms().items()}
    counts = {}
    for purpose, held in folded(tales, at, under).items():
        noes = {contact: one.no_at for contact, one in told_of(list(held), purpose).items()}
        active = {contact for contact, how in held.items() if how.state is State.ACTIVE}
        counts[purpose] = {c for c in active if (no := noes[c]) is None or no < _begin(sold[c, purpose])}
    return counts


def _why_not(contact: UUID, purpose: Purpose, sold_on: date, sale: Sale, at: datetime) -> str:
    if not all(0 < len(text.strip()) <= WORDS_CHARACTERS_MAX for text in (sale.sale, sale.similar, sale.told)):
        return "words"
    if _begin(sold_on) > at:
        return "not_yet"
    no = stops([contact]).objections | suppressed_of([contact])
    if not no.isdisjoint({(contact, of) for of in {purpose, *WIDER}}):
        return "objected"
    told = told_of([contact], purpose)[contact]
    if told.no_at is not None and told.no_at >= _begin(sold_on):
        return "objected"
    bought = [Happened(Event.GIVEN, _begin(sold_on))]
    under = Terms(confirms=False, unused_for=terms()[purpose].unused_for)
    if standing(bought, under, at).state is not State.ACTIVE:
        return "too_old"
    return "kept" if _rows([contact]).filter(purpose=purpose).exists() else ""


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(settings.TIME_ZONE))


def _packed(sale: Sale) -> bytes:
    return canonical({name: getattr(sale, name).strip() for name in Sale.__struct_fields__})


def _opened(key: bytes | None, row: ExistingCustomer) -> Sale | None:
    if key is None:
        return None
    try:
        clear, _ = open_(key, Sealed(bytes(row.wrapped), bytes(row.ciphertext)), aad(Klass.IDENTITY, row.pk) + _BOUND)
    except Unreadable:
        return None
    return _unpack.decode(clear)
