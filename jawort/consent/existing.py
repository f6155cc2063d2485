"""Existing customers: advertising without consent, under the four conditions of § 7(3) UWG, each a field.

The address came with a sale of ours; it is used for our own similar goods or services; the person has not objected;
and they were told, then and with every use, that they can. The sale, what is similar and that they were told only the
company knows: somebody says so in words, sealed, and the ledger commits to them. The rest are facts, looked at anew
with every message: no objection, an unchanged address, a template that says how to object.

It is off unless the administrator switches it on for a purpose: WhatsApp's own policy asks for a consent all the same.
Source: § 7(3) UWG; CJEU C-654/23 (direct marketing to customers needs no further basis).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from jawort.consent.borne_out import lock_words, unlock_words
from jawort.consent.consents import told_of
from jawort.consent.models import ExistingCustomer
from jawort.consent.purpose import WIDER, Purpose
from jawort.consent.purposes import purposes, terms, terms_of
from jawort.consent.queries import stops
from jawort.consent.state import Terms, Told, sale_counts
from jawort.consent.suppression import suppressed_of
from jawort.core.ids import uuid7
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.ledger.rules import JSON, canonical
from jawort.people.models import Contact
from jawort.vault.keys import keks
from jawort.vault.seal import Klass, Sealed

WORDS_CHARACTERS_MAX: Final = 500
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
    if why := _why_not(contact_id, purpose, sold_on, sale, terms_of(declared), at):
        raise NotKept(why)
    ref = (contact.pk, Klass.IDENTITY, contact.month)
    key = keks([ref], create=False).get(ref)
    if key is None:
        raise NotKept("erased")
    row = uuid7()
    lock, commitment = lock_words(key, row, _BOUND, packed_sale(sale))
    facts: dict[str, JSON] = {"purpose": purpose, "change": "recorded", "sold_on": sold_on.isoformat()}
    facts["evidence"] = commitment
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
    """It was wrong, or holds no more. Twice is once."""
    row = ExistingCustomer.objects.select_for_update().filter(pk=pk, ended_at=None).first()
    if row is not None:
        row.ended_at = at
        row.save(update_fields=["ended_at"])
        facts: dict[str, JSON] = {"purpose": row.purpose, "change": "ended"}
        record([Entry(Kind.EXISTING_CUSTOMER_CHANGED, actor, row.contact_id, facts)], at)


def existing_customers(
    contacts: Collection[UUID], wanted: Collection[Purpose], at: datetime
) -> dict[Purpose, set[UUID]]:
    """Who of these contacts counts as one, by purpose. One query where nobody was ever recorded."""
    rows = list(_rows(contacts).filter(purpose__in=list(wanted)))
    found: dict[Purpose, set[UUID]] = {}
    for row in _counting(rows, at):
        found.setdefault(Purpose(row.purpose), set()).add(row.contact_id)
    return found


def recorded_for(contacts: Collection[UUID]) -> list[UUID]:
    """The ids of those of these contacts, whether they count or not."""
    return list(_rows(contacts).values_list("pk", flat=True))


def kept_of(contacts: Collection[UUID], at: datetime) -> list[Kept]:
    """Those of these contacts, with their words, newest first."""
    rows = list(_rows(contacts).select_related("contact").order_by("-recorded_at", "-pk"))
    counting = {row.pk for row in _counting(rows, at)}
    return [Kept(row, opened and _unpack.decode(opened[0]), row.pk in counting) for row, opened in opened_sales(rows)]


def opened_sales(rows: Sequence[ExistingCustomer]) -> list[tuple[ExistingCustomer, tuple[bytes, bytes] | None]]:
    """Each with its words and the salt of their commitment, None where they do not open any more."""
    refs = {row.pk: (row.contact_id, Klass.IDENTITY, row.contact.month) for row in rows}
    keys = keks(refs.values(), create=False) if refs else {}
    locks = {row.pk: Sealed(bytes(row.wrapped), bytes(row.ciphertext)) for row in rows}
    return [(row, unlock_words(keys.get(refs[row.pk]), row.pk, _BOUND, locks[row.pk])) for row in rows]


def _rows(contacts: Collection[UUID]) -> QuerySet[ExistingCustomer]:
    return ExistingCustomer.objects.filter(contact__in=list(contacts), ended_at=None)


def _counting(rows: Sequence[ExistingCustomer], at: datetime) -> list[ExistingCustomer]:
    """Those that count at `at`. No query without any."""
    if not rows:
        return []
    by: dict[Purpose, set[UUID]] = {}
    for row in rows:
        by.setdefault(Purpose(row.purpose), set()).add(row.contact_id)
    under = terms()
    told = {purpose: told_of(contacts, purpose) for purpose, contacts in by.items()}
    return [
        row
        for row in rows
        for purpose in [Purpose(row.purpose)]
        if sale_counts(begin(row.sold_on), told[purpose][row.contact_id], under[purpose], at)
    ]


def _why_not(contact: UUID, purpose: Purpose, sold_on: date, sale: Sale, under: Terms, at: datetime) -> str:
    if not all(0 < len(text.strip()) <= WORDS_CHARACTERS_MAX for text in (sale.sale, sale.similar, sale.told)):
        return "words"
    if begin(sold_on) > at:
        return "not_yet"
    no = stops([contact]).objections | suppressed_of([contact])
    told = told_of([contact], purpose)[contact]
    objected = not no.isdisjoint({(contact, of) for of in {purpose, *WIDER}})
    if objected or (told.no_at is not None and told.no_at >= begin(sold_on)):
        return "objected"
    if not sale_counts(begin(sold_on), Told(), under, at):
        return "too_old"
    return "kept" if _rows([contact]).filter(purpose=purpose).exists() else ""


def begin(day: date) -> datetime:
    """A day alone counts from its beginning, by the company's clocks: whatever else happened on it came later."""
    return datetime.combine(day, time(), ZoneInfo(settings.TIME_ZONE))


def packed_sale(sale: Sale) -> bytes:
    """What is sealed and committed to: canonical, so that whoever has the words can reckon it anew."""
    return canonical({name: getattr(sale, name).strip() for name in Sale.__struct_fields__})
