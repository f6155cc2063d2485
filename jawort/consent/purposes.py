"""What a company writes to people for: two purposes are there from the start, others it declares itself.

Each rests on one basis, and only what rests on consent is ever asked for: to ask for what a contract or a law demands
would tell people that they may refuse (EDPB Guidelines 05/2020 on consent, no. 121 to 123).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import connection, transaction

from jawort.consent.models import ConsentEvent, DeclaredPurpose, Question
from jawort.consent.purpose import CAMPAIGNS, CARE, LegalBasis, Purpose
from jawort.consent.state import Event, Terms
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.ledger.rules import JSON
from jawort.lines.models import CHANNEL_WHATSAPP

PURPOSES_MAX: Final = 20
KEY: Final = re.compile(r"[a-z][a-z0-9_]{1,15}", re.ASCII)
NAME_CHARACTERS_MAX: Final = 60
UNUSED_DAYS_MAX: Final = 730
#: Over these a purpose can be served so far.
CHANNELS: Final = (CHANNEL_WHATSAPP,)
_START: Final = datetime(2026, 1, 1, tzinfo=UTC)
#: Whoever declares waits for whoever does: purposes are counted, and the first row of one is made once.
_LOCK: Final = "LOCK TABLE consent_purpose IN SHARE ROW EXCLUSIVE MODE"


class CannotDeclare(ValueError):
    """Nothing was stored. `why`: `key` (not of the form), `taken`, `full`, `ended`, `fixed` (care stays as it is),
    `basis` (it never changes), `confirms` (people have consented already), `channel` (none, or one that there is not),
    `days`, `customers` (what needs no consent needs no exception from it)."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Declared:
    """What a company says of a purpose. Days are those without use; both names and descriptions are filled.

    `existing_customers`: who has bought gets it without a consent, under the four conditions of § 7(3) UWG
    (existing.py).
    """

    basis: LegalBasis
    name_de: str
    name_en: str
    description_de: str
    description_en: str
    frequency_de: str = ""
    frequency_en: str = ""
    channels: tuple[str, ...] = CHANNELS
    confirms: bool = False
    unused_days: int = UNUSED_DAYS_MAX
    warned_days: int = 365
    existing_customers: bool = False


#: As long as nobody has said otherwise.
FROM_THE_START: Final[Mapping[Purpose, Declared]] = {
    CARE: Declared(
        LegalBasis.QUESTION,
        "Anfragen",
        "Enquiries",
        "Wir beantworten, was Sie uns fragen, und was dazugehört.",
        "We answer what you ask us, and what belongs to it.",
    ),
    CAMPAIGNS: Declared(
        LegalBasis.CONSENT,
        "Werbung",
        "Advertising",
        "Angebote und Neuigkeiten, die Sie bestellt haben.",
        "Offers and news that you have asked for.",
    ),
}


# Written out: every thread asks it, and to make it from the model took longer than to ask it.
_ALL = "SELECT * FROM consent_purpose ORDER BY since, key"


def purposes() -> dict[Purpose, DeclaredPurpose]:
    """All, also those that have ended: the two from the start first, then by when they were declared. One query."""
    kept = {Purpose(row.key): row for row in DeclaredPurpose.objects.raw(_ALL)}
    return {key: _row(key, one, _START) for key, one in FROM_THE_START.items()} | kept


def asked_for() -> dict[Purpose, DeclaredPurpose]:
    """Those that people can consent to today."""
    return {key: one for key, one in purposes().items() if one.basis == LegalBasis.CONSENT and one.ended_at is None}


def told_of(
    declared: Mapping[Purpose, DeclaredPurpose], happened: Iterable[ConsentEvent]
) -> dict[Purpose, DeclaredPurpose]:
    """Those of them that can be consented to, and those that have ended but were said something to."""
    said = {row.purpose for row in happened}
    consented = {key: one for key, one in declared.items() if one.basis == LegalBasis.CONSENT}
    return {key: one for key, one in consented.items() if one.ended_at is None or key in said}


def terms() -> dict[Purpose, Terms]:
    """What each purpose asks for that rests on consent. Also of those that have ended: what was given stays told."""
    return {key: terms_of(one) for key, one in purposes().items() if one.basis == LegalBasis.CONSENT}


def terms_of(one: DeclaredPurpose) -> Terms:
    """What a purpose asks for."""
    return Terms(one.confirms, timedelta(days=one.unused_days), timedelta(days=one.warned_days))


class NotAskedFor(ValueError):
    """Nobody is asked to consent to this purpose: there is none, it has ended, or it rests on something else."""


def must_be_asked_for(key: Purpose) -> DeclaredPurpose:
    """The purpose, if people can consent to it today. Raises NotAskedFor."""
    if key not in (open_ := asked_for()):
        raise NotAskedFor(f"Nobody is asked for a consent to “{key}”: only to a purpose that rests on consent.")
    return open_[key]


@transaction.atomic
def declare(key: str, said: Declared, *, actor: str, at: datetime) -> DeclaredPurpose:
    """A purpose of the company's own. Raises CannotDeclare."""
    _lock()
    before = purposes()
    if not KEY.fullmatch(key):
        raise CannotDeclare("key")
    if key in before:
        raise CannotDeclare("taken")
    if len(before) >= PURPOSES_MAX:
        raise CannotDeclare("full")
    if said.basis is LegalBasis.QUESTION:
        raise CannotDeclare("basis")
    return _keep(Purpose(key), said, "declared", actor, at)


@transaction.atomic
def change(key: Purpose, said: Declared, *, actor: str, at: datetime) -> DeclaredPurpose:
    """It is called, described and timed otherwise from now on. Raises CannotDeclare, also for one that there is not."""
    _lock()
    before = purposes().get(key)
    if before is None or before.ended_at is not None:
        raise CannotDeclare("ended")
    if key == CARE:
        raise CannotDeclare("fixed")
    if before.basis != said.basis:
        raise CannotDeclare("basis")
    given = ConsentEvent.objects.filter(purpose=key, event=Event.GIVEN)
    if before.confirms != said.confirms and given.exists():  # it would end what stands, or make stand what nobody said
        raise CannotDeclare("confirms")
    return before if _said(before) == said else _keep(key, said, "changed", actor, at)


@transaction.atomic
def end_purpose(key: Purpose, *, actor: str, at: datetime) -> None:
    """Nothing leaves for it any more and nobody is asked. Raises CannotDeclare for the two from the start."""
    _lock()
    if key in FROM_THE_START:
        raise CannotDeclare("fixed")
    if DeclaredPurpose.objects.filter(key=key, ended_at=None).update(ended_at=at):
        open_ = Question.objects.filter(text__purpose=key, closed_at=None).order_by("pk")
        held = list(open_.select_for_update(of=("self",)).values_list("pk", flat=True))
        Question.objects.filter(pk__in=held).update(closed_at=at)
        record([Entry(Kind.PURPOSE_CHANGED, actor, None, {"purpose": key, "change": "ended"})], at)


def _keep(key: Purpose, said: Declared, change: str, actor: str, at: datetime) -> DeclaredPurpose:
    if not said.channels or not set(said.channels) <= set(CHANNELS):
        raise CannotDeclare("channel")
    if not 1 <= said.warned_days < said.unused_days <= UNUSED_DAYS_MAX:
        raise CannotDeclare("days")
    if said.existing_customers and said.basis is not LegalBasis.CONSENT:
        raise CannotDeclare("customers")
    row = _row(key, said, at)
    row.save(force_insert=not DeclaredPurpose.objects.filter(pk=key).exists())
    facts: dict[str, JSON] = {"purpose": key, "change": change, **asdict(said), "channels": list(said.channels)}
    record([Entry(Kind.PURPOSE_CHANGED, actor, None, facts)], at)
    return row


def _row(key: Purpose, said: Declared, since: datetime) -> DeclaredPurpose:
    return DeclaredPurpose(key=key, since=since, **asdict(said) | {"channels": " ".join(said.channels)})


def _said(row: DeclaredPurpose) -> Declared:
    told = {name: getattr(row, name) for name in Declared.__slots__}
    return Declared(**told | {"basis": LegalBasis(row.basis), "channels": tuple(row.channels.split())})


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
