"""A consent was given elsewhere, on paper, by phone, on another website: somebody of ours records it, with evidence.

It is worth what its evidence is worth (Art. 7(1) GDPR puts the burden on the company), so none is taken without: to
which text, when, in which way, and where that can be seen. What the person has said to us themselves is not overruled.
"""

from collections.abc import Collection, Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import QuerySet

from jawort.consent.borne_out import lock_words, unlock_words
from jawort.consent.consents import told_of
from jawort.consent.events import Noted, note
from jawort.consent.models import ConsentEvent, Evidence, Text
from jawort.consent.purpose import WIDER, Purpose
from jawort.consent.purposes import terms
from jawort.consent.queries import stops
from jawort.consent.state import CannotRecord, Event, Happened, Method, Noes, Source, Terms, Way, may_record
from jawort.consent.suppression import suppressed_of
from jawort.core.ids import uuid7
from jawort.core.phone import Phone
from jawort.ledger.handouts import hand_out_together
from jawort.ledger.rules import canonical
from jawort.people.create import create_all
from jawort.people.models import Contact
from jawort.people.rules import NumberBasis
from jawort.vault.keys import keks
from jawort.vault.seal import Klass, Sealed

EVIDENCE_CHARACTERS_MAX: Final = 2_000
REASON_CHARACTERS_MAX: Final = 300
ROWS_AT_ONCE: Final = 200
#: The right under which somebody learns why not (staff.permissions).
RIGHT: Final = "consent.record"
#: Tells it from what else is sealed under the id of the same row.
_BOUND: Final = b"\0evidence"


#: By what one is the same as another: whose, to which text, when.
Same = tuple[UUID, str, datetime]


@dataclass(frozen=True, slots=True)
class Given:
    """A yes: to which text (its id), when, in which way; what bears it out, and why it is recorded by us, in words.

    The reason may be empty.
    """

    text: str
    at: datetime
    way: Way
    evidence: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Recorder:
    """Who records it: `actor` as the ledger writes it, and how it came to us."""

    actor: str
    source: Source


class Words(msgspec.Struct, frozen=True):
    """What lies sealed."""

    evidence: str
    reason: str = ""


_unpack = msgspec.json.Decoder(Words)


def packed(words: Words) -> bytes:
    """What is sealed and committed to: canonical, so that whoever has the words can reckon it anew."""
    return canonical({"evidence": words.evidence, "reason": words.reason})


@dataclass(frozen=True, slots=True)
class Shown:
    """What bears a consent out, and the salt of its commitment; both None where they do not open any more."""

    way: Way
    source: Source
    words: Words | None
    salt: bytes | None = None


@dataclass(frozen=True, slots=True)
class _New:
    """What is to be recorded, and the key of the person."""

    contact_id: UUID
    given: Given
    purpose: Purpose
    key: bytes


@transaction.atomic
def record_given(given: Sequence[tuple[UUID, Given]], by: Recorder, at: datetime) -> list[ConsentEvent | CannotRecord]:
    """Record what each contact gave, in their order, and say of the others why not. As many queries for all as for one.

    The same once more is the event that it was, and nothing is written.
    """
    contacts = {contact for contact, _ in given}
    texts = Text.objects.in_bulk({one.text for _, one in given})
    held = Contact.objects.filter(pk__in=contacts).order_by("pk").select_for_update(of=("self",), no_key=True)
    refs = {row.pk: (row.pk, Klass.IDENTITY, row.month) for row in held}
    opened = keks(refs.values(), create=False)
    keys = {contact: opened[ref] for contact, ref in refs.items() if ref in opened}
    known = {_same(row): row for row in _recorded(contacts)}
    weighed = _weighed(given, texts, keys, known, at)
    fresh = [one for one, answer in zip(given, weighed, strict=True) if answer is None]
    new = [_New(contact, one, Purpose(texts[one.text].purpose), keys[contact]) for contact, one in fresh]
    stored = iter(_stored(new, by, at))
    # Why not says something of the person: whoever learns it is entered.
    refused = {contact for (contact, _), answer in zip(given, weighed, strict=True) if isinstance(answer, CannotRecord)}
    hand_out_together(by.actor, sorted(refused), right=RIGHT, at=at)
    return [next(stored) if answer is None else answer for answer in weighed]


def record_by_number(
    given: Sequence[tuple[Phone, Given]], by: Recorder, at: datetime
) -> list[ConsentEvent | CannotRecord]:
    """The same by numbers. Who is not known yet becomes a contact by it: the consent is the basis of having the number.

    Each ROWS_AT_ONCE of them are one transaction, so that others do not wait for all. What is broken off can be handed
    in again: what is there already is told of and not doubled.
    """
    each = list(dict.fromkeys(given))  # who stands there twice is told twice what came of the one
    told: dict[tuple[Phone, Given], ConsentEvent | CannotRecord] = {}
    for start in range(0, len(each), ROWS_AT_ONCE):
        part = each[start : start + ROWS_AT_ONCE]
        told |= zip(part, _by_number(part, by, at), strict=True)
    return [told[one] for one in given]


@transaction.atomic
def _by_number(given: Sequence[tuple[Phone, Given]], by: Recorder, at: datetime) -> list[ConsentEvent | CannotRecord]:
    texts = Text.objects.in_bulk({one.text for _, one in given})
    under = terms()
    unfit = [_unfit(one, texts.get(one.text), under, at) for _, one in given]  # for them nobody becomes a contact
    fit = [pair for pair, why in zip(given, unfit, strict=True) if why is None]
    numbers = list(dict.fromkeys(number for number, _ in fit))
    made = dict(zip(numbers, create_all(numbers, NumberBasis.CONSENT, actor=by.actor, at=at), strict=True))
    told = iter(record_given([(made[number], one) for number, one in fit], by, at))
    return [next(told) if why is None else why for why in unfit]


def evidence_of(events: Collection[ConsentEvent], *, words: bool = True) -> dict[UUID, Shown]:
    """What bears these events out, by event; nothing for those that were said to us. Two queries where some were not.

    What does not open is told of without its words, and so is everything without `words`: they may name people.
    """
    rows = list(Evidence.objects.filter(event__in=events).select_related("event__contact"))
    refs = {row.pk: (row.event.contact_id, Klass.IDENTITY, row.event.contact.month) for row in rows}
    keys = keks(refs.values(), create=False) if refs and words else {}
    return {row.pk: _shown(keys.get(refs[row.pk]), row) for row in rows}


def _weighed(
    given: Sequence[tuple[UUID, Given]],
    texts: Mapping[str, Text],
    keys: Container[UUID],
    known: Mapping[Same, ConsentEvent],
    at: datetime,
) -> list[ConsentEvent | CannotRecord | None]:
    """Of each why not, the event that it is already, or None for one that is to be recorded."""
    contacts = {contact for contact, _ in given}
    no = stops(contacts).objections | suppressed_of(contacts)
    under = terms()
    told = {purpose: told_of(contacts, purpose) for purpose in {Purpose(text.purpose) for text in texts.values()}}
    answers: list[ConsentEvent | CannotRecord | None] = []
    for contact, one in given:
        if why := _unfit(one, texts.get(one.text), under, at):
            answers.append(why)
        elif contact not in keys:
            answers.append(CannotRecord.ERASED)
        elif same := known.get((contact, one.text, one.at)):
            answers.append(same)
        else:
            purpose, new = Purpose(texts[one.text].purpose), Happened(Event.GIVEN, one.at, one.text)
            before = told[purpose][contact]
            objected = not no.isdisjoint({(contact, of) for of in {purpose, *WIDER}})
            noes = Noes(objected, before.objected_at, before.no_at)
            answers.append(may_record(before.events, new, under[purpose], at, noes))
            if answers[-1] is None:
                before.events.append(new)
    return answers


def _unfit(one: Given, text: Text | None, under: Mapping[Purpose, Terms], at: datetime) -> CannotRecord | None:
    """Why this can be nobody's consent."""
    if text is None or text.purpose not in under:
        return CannotRecord.TEXT_UNKNOWN
    if under[Purpose(text.purpose)].confirms:
        return CannotRecord.MUST_CONFIRM
    if not one.evidence.strip():
        return CannotRecord.NO_EVIDENCE
    return may_record([], Happened(Event.GIVEN, one.at, one.text), under[Purpose(text.purpose)], at, Noes())


def _stored(new: Sequence[_New], by: Recorder, at: datetime) -> list[ConsentEvent]:
    noted, locks = [], []
    for each in new:
        one, event = each.given, uuid7()
        clear = packed(Words(one.evidence.strip(), one.reason.strip()))
        lock, commitment = lock_words(each.key, event, _BOUND, clear)
        noted.append(
            Noted(
                each.contact_id,
                each.purpose,
                Event.GIVEN,
                Method.AGENT,
                by.actor,
                one.text,
                happened_at=one.at,
                way=str(one.way),
                evidence=commitment,
                id=event,
            )
        )
        locks.append(lock)
    rows = note(noted, at)
    Evidence.objects.bulk_create(
        Evidence(event=row, way=each.given.way, source=by.source, wrapped=lock.wrapped, ciphertext=lock.ciphertext)
        for row, each, lock in zip(rows, new, locks, strict=True)
    )
    return rows


def _recorded(contacts: Collection[UUID]) -> QuerySet[ConsentEvent]:
    return ConsentEvent.objects.filter(contact__in=contacts, event=Event.GIVEN, evidence__isnull=False)


def _same(row: ConsentEvent) -> Same:
    return row.contact_id, row.text_id or "", row.at


def _shown(key: bytes | None, row: Evidence) -> Shown:
    way, source = Way(row.way), Source(row.source)
    opened = unlock_words(key, row.pk, _BOUND, Sealed(bytes(row.wrapped), bytes(row.ciphertext)))
    return Shown(way, source, _unpack.decode(opened[0]), opened[1]) if opened else Shown(way, source, None)
