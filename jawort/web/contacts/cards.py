"""A contact as its page shows it: names, addresses and why some of them ended, in the reader's words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from jawort.core.phone import Phone
from jawort.people.read import Known, KnownAddress
from jawort.people.rules import CHANGED, AliasKind, NumberBasis
from jawort.web.inbox.words import language_name

KINDS: Mapping[AliasKind, str | Promise] = {
    AliasKind.WA_ID: gettext_lazy("WhatsApp number"),
    AliasKind.PHONE: gettext_lazy("Number from elsewhere"),
    AliasKind.BSUID: gettext_lazy("WhatsApp id"),
    AliasKind.PARENT_BSUID: gettext_lazy("WhatsApp id across portfolios"),
}
#: Why an address ended, by the ledger's code.
ENDINGS: Mapping[str, str | Promise] = {
    CHANGED: gettext_lazy("the person has another one now"),
    "moved": gettext_lazy("it came with somebody else’s account"),
    "settled": gettext_lazy("closed when a review was settled"),
}
#: On what basis we have a number with which the customer did not come.
BASES: Mapping[NumberBasis, str | Promise] = {
    NumberBasis.REQUEST: gettext_lazy("The person gave us the number and asked us to write (Art. 6(1)(b) GDPR)"),
    NumberBasis.CONTRACT: gettext_lazy("It belongs to a contract or an order (Art. 6(1)(b) GDPR)"),
    NumberBasis.CONSENT: gettext_lazy("The person has consented, and the proof is on file (Art. 6(1)(a) GDPR)"),
    NumberBasis.INTEREST: gettext_lazy("Legitimate interest, weighed and on file (Art. 6(1)(f) GDPR)"),
}
NUMBERS = frozenset({AliasKind.WA_ID, AliasKind.PHONE})


@dataclass(frozen=True, slots=True)
class ShownAddress:
    """An address in words. `value` is masked unless it was asked for whole; `ended` is empty while it lives."""

    kind: str | Promise
    value: str
    basis: str
    since: datetime
    last_seen: datetime
    ended_at: datetime | None
    ended: str


@dataclass(frozen=True, slots=True)
class Card:
    """One contact. `profile` is set where it is not the name that stands above."""

    id: UUID
    name: str
    profile: str
    username: str
    username_since: datetime | None
    language: str
    since: datetime
    merged_at: datetime | None
    addresses: list[ShownAddress]
    attributes: list[tuple[str, str]]


def card(known: Known, attributes: list[tuple[str, str]], *, whole: bool) -> Card:
    """A contact for its page. `attributes` are labels and values in words."""
    names = known.names
    return Card(
        id=known.id,
        name=names.shown,
        profile=names.profile if names.profile != names.shown else "",
        username=names.username,
        username_since=known.username_since,
        language=language_name(known.language),
        since=known.since,
        merged_at=known.merged_at,
        addresses=[_address(one, whole) for one in known.addresses],
        attributes=attributes,
    )


def _address(known: KnownAddress, whole: bool) -> ShownAddress:
    return ShownAddress(
        kind=KINDS[known.kind],
        value=gettext("Does not open") if known.value is None else _value(known.kind, known.value, whole),
        basis=str(BASES[known.basis]) if known.basis else "",
        since=known.since,
        last_seen=known.last_seen,
        ended_at=known.ended_at,
        ended=str(ENDINGS.get(known.reason, known.reason)),
    )


def _value(kind: AliasKind, value: str, whole: bool) -> str:
    if kind in NUMBERS:
        return str(Phone(value)) if whole else Phone(value).masked
    return value if whole else f"{value[:5]} … {value[-2:]}"
