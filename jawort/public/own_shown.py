"""What is stored of a customer, as their own page and its download show it."""

from typing import Any

from django.utils.translation import get_language, gettext

from jawort.channels.destinations import Destination
from jawort.consent.models import ConsentEvent, DeclaredPurpose
from jawort.consent.purpose import CAMPAIGNS, Purpose
from jawort.consent.state import Event, State
from jawort.egress.words import WORDS
from jawort.messaging.files.rules import safe_name
from jawort.messaging.own_page.stored import Stored, Word
from jawort.people.read import KnownAddress
from jawort.people.rules import AliasKind
from jawort.public.own_words import (
    ADDRESSES,
    BASES,
    EVENTS,
    KINDS,
    LANGUAGES,
    METHODS,
    OBJECTED,
    OTHER_STATES,
    READERS,
    SECTIONS,
    STATES,
    WAYS,
)

_NUMBERS = frozenset({AliasKind.PHONE, AliasKind.WA_ID})


def shown(held: Stored) -> dict[str, Any]:
    """All but the messages, in words; times stay times."""
    german = (get_language() or "de").startswith("de")
    names = held.known.names
    return {
        "sections": SECTIONS,
        "names": [
            (says, name)
            for says, name in (
                (gettext("Your name, as WhatsApp gives it"), names.profile),
                (gettext("Your name, as we entered it"), names.ours),
                (gettext("Your username on WhatsApp"), names.username),
            )
            if name
        ],
        "addresses": [_address(each) for each in held.known.addresses],
        "language": LANGUAGES.get(held.known.language, held.known.language),
        "since": held.known.since,
        "attributes": [
            {"label": one.label_de if german else one.label_en, "value": value, "purpose": one.purpose}
            for one, value in held.attributes
        ],
        "talk": held.talk,
        "stands": [_stands(held.declared[key], how.state) for key, how in held.stands.items()],
        "consents": [_consent(row, held) for row in held.consents],
        "customers": [
            {"since": one.row.sold_on, "sale": one.sale.sale, "similar": one.sale.similar, "counts": one.counts}
            for one in held.customers
            if one.sale
        ],
        "objections": [
            {"what": _objected(Purpose(row.purpose), held), "since": row.since, "until": row.lifted_at}
            for row in held.objections
        ],
        "restrictions": [{"since": row.since, "until": row.lifted_at} for row in held.restrictions],
        "meta": gettext(WORDS[Destination.GRAPH].operator),
        "readers": READERS,
    }


def spoken(word: Word) -> dict[str, Any]:
    """One message; what is no text says what it is."""
    files = [safe_name(name, type_, gettext("File")) for name, type_ in word.files]
    text = word.text
    if text == "" and not files:
        text = gettext("(no text: %(kind)s)") % {"kind": KINDS.get(word.kind, word.kind)}
    return {"at": word.at, "came": word.came, "left": word.left, "kind": word.kind, "text": text, "files": files}


def _address(one: KnownAddress) -> dict[str, Any]:
    value = f"+{one.value}" if one.value and one.kind in _NUMBERS else one.value
    return {
        "what": ADDRESSES[one.kind],
        "value": value,
        "basis": BASES[one.basis],
        "since": one.since,
        "last": one.last_seen,
        "until": one.ended_at,
    }


def _stands(purpose: DeclaredPurpose, state: State) -> dict[str, Any]:
    """How a consent stands; what is not advertising can be taken back by itself."""
    if purpose.key == CAMPAIGNS:
        return {"key": purpose.key, "says": str(STATES[state]), "take_back": False}
    says = str(OTHER_STATES[state]) % {"name": purpose.name(get_language() or "de")}
    return {"key": purpose.key, "says": says, "take_back": state is State.ACTIVE}


def _objected(purpose: Purpose, held: Stored) -> str:
    if purpose in OBJECTED:
        return str(OBJECTED[purpose])
    return gettext("Nothing of “%(name)s”") % {"name": held.declared[purpose].name(get_language() or "de")}


def _consent(row: ConsentEvent, held: Stored) -> dict[str, Any]:
    elsewhere = held.elsewhere.get(row.pk)
    return {
        "what": EVENTS[Event(row.event)],
        "at": row.at,
        "way": WAYS[elsewhere.way] if elsewhere else METHODS[row.method],
        "text": row.text.body if row.text else "",
        "evidence": elsewhere.words.evidence if elsewhere and elsewhere.words else "",
    }
