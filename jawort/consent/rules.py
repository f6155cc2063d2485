"""The gate: may this message leave, now? Pure; whoever asks collects the facts and passes the time.

It is asked when a message is queued and again right before it leaves: what changed between the two must win
(Art. 7(3) GDPR: withdrawing is as easy as giving).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from jawort.consent.purpose import LegalBasis
from jawort.ledger.rules import LATE_SECONDS_MAX

#: Free text reaches a WhatsApp user for 24 h after the last word; a reply queued in the last minute would arrive late.
WINDOW_MARGIN = timedelta(seconds=60)
#: What nobody seals does not leave.
LEDGER_LAG_SECONDS_MAX = LATE_SECONDS_MAX


class Refused(StrEnum):
    """Why a message may not leave. The sentence for each is in reasons.py."""

    RESTRICTED = "processing_restricted"
    BLOCKED = "blocked"
    OBJECTED = "objected"
    AWAITS_YES = "awaits_yes"
    NOT_AWAITED = "not_awaited"
    IDENTITY_UNCLEAR = "identity_unclear"
    NO_ADDRESS = "no_address"
    PURPOSE_CLOSED = "purpose_closed"
    NO_CONSENT = "no_consent"
    PAUSED = "paused"
    WINDOW_CLOSED = "window_closed"
    LINE_NOT_LIVE = "line_not_live"
    LEDGER_LATE = "ledger_late"
    TEMPLATE_STOPPED = "template_stopped"
    ANSWERS_ONLY = "answers_only"
    DOCUMENTS_FORBIDDEN = "documents_forbidden"


class Basis(StrEnum):
    """On what a permitted message rests."""

    OWN_QUESTION = "own_question"  # Art. 6(1)(b) GDPR: the customer wrote, this is the answer
    NO_OPEN_QUESTION = "no_open_question"  # a template outside the window: nothing was asked, and no basis is recorded
    CONSENT = "consent"  # Art. 6(1)(a) GDPR, § 7(2) no. 2 UWG
    EXISTING_CUSTOMER = "existing_customer"  # § 7(3) UWG, Art. 6(1)(f) GDPR; CJEU C-654/23
    CONTRACT = "contract"  # Art. 6(1)(b) GDPR: the purpose is declared to belong to a contract with the person
    OBLIGATION = "obligation"  # Art. 6(1)(c) GDPR: the purpose is declared to be demanded by law


#: What is said once, of the purpose, and not of each message.
_DECLARED: Final = MappingProxyType({LegalBasis.CONTRACT: Basis.CONTRACT, LegalBasis.OBLIGATION: Basis.OBLIGATION})


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the gate looks at. `window_ends_at` is None where the person never wrote on this line.

    `rests_on` is what the message's purpose rests on, `purpose_closed` that it has ended or was never declared for this
    channel. `objected` is to what the message is for, or to all that we write. `objected_to_campaigns` counts for
    templates: whether one is marketing, the platform decides, and may decide anew. `is_marketing` is a template that
    it counts as marketing: that needs a consent, whoever sends it and whatever for. `consent_stands` is one to what it
    is for; `is_existing_customer` that instead all conditions hold under which none is needed. `template_stopped` says
    that the platform does not send this template now, `answers_only` that it lets the line answer and not write first.
    `blocked` that we block the person there. `paused` that something of theirs may be a withdrawal, and nobody has
    decided it. `is_document` is a message that brings a document along, `documents_forbidden` that the company lets
    none go this way. `awaits_yes` that what they wrote is withheld until they have said yes to being read, `asks_yes`
    is the message that asks them for it.
    """

    rests_on: LegalBasis
    window_ends_at: datetime | None
    objected: bool
    restricted: bool
    in_review: bool
    has_address: bool
    line_is_live: bool
    ledger_lag_s: float
    objected_to_campaigns: bool = False
    consent_stands: bool = False
    is_template: bool = False
    template_stopped: bool = False
    is_marketing: bool = False
    answers_only: bool = False
    blocked: bool = False
    paused: bool = False
    is_document: bool = False
    documents_forbidden: bool = False
    purpose_closed: bool = False
    is_existing_customer: bool = False
    awaits_yes: bool = False
    asks_yes: bool = False


@dataclass(frozen=True, slots=True)
class Permit:
    """It may leave, and on what basis."""

    basis: Basis


@dataclass(frozen=True, slots=True)
class Refusal:
    """It may not leave, and why."""

    code: Refused


def ask(facts: Facts, at: datetime) -> Permit | Refusal:
    """The gate’s answer. A person’s will comes first, then the company’s, then the platform’s, last what passes."""
    for code, holds in _reasons_against(facts, at):
        if holds:
            return Refusal(code)
    return Permit(_basis(facts, at))


def _basis(facts: Facts, at: datetime) -> Basis:
    if _needs_consent(facts):
        return Basis.CONSENT if facts.consent_stands else Basis.EXISTING_CUSTOMER
    if facts.rests_on in _DECLARED:
        return _DECLARED[facts.rests_on]
    return Basis.OWN_QUESTION if window_is_open(facts.window_ends_at, at) else Basis.NO_OPEN_QUESTION


def _needs_consent(facts: Facts) -> bool:
    return facts.is_marketing or facts.rests_on is LegalBasis.CONSENT


def _may_be_objected_to(facts: Facts) -> bool:
    """Whether it is a template that may become advertising, of which they want none.

    A contract, a law, or a yes to its own purpose that was said after that no are more than not being advertising yet.
    """
    more = facts.consent_stands if _needs_consent(facts) else facts.rests_on in _DECLARED
    return facts.is_template and facts.objected_to_campaigns and not more


def _reasons_against(facts: Facts, at: datetime) -> list[tuple[Refused, bool]]:
    return [
        (Refused.RESTRICTED, facts.restricted),
        (Refused.BLOCKED, facts.blocked),
        (Refused.OBJECTED, facts.objected or _may_be_objected_to(facts)),
        (Refused.AWAITS_YES, facts.awaits_yes and not facts.asks_yes),
        (Refused.NOT_AWAITED, facts.asks_yes and not facts.awaits_yes),
        (Refused.IDENTITY_UNCLEAR, facts.in_review),
        (Refused.NO_ADDRESS, not facts.has_address),
        (Refused.PURPOSE_CLOSED, facts.purpose_closed),
        (Refused.PAUSED, _needs_consent(facts) and facts.paused),
        (Refused.NO_CONSENT, _needs_consent(facts) and not (facts.consent_stands or facts.is_existing_customer)),
        (Refused.DOCUMENTS_FORBIDDEN, facts.is_document and facts.documents_forbidden),
        (Refused.WINDOW_CLOSED, not facts.is_template and not window_is_open(facts.window_ends_at, at)),
        (Refused.TEMPLATE_STOPPED, facts.is_template and facts.template_stopped),
        (Refused.ANSWERS_ONLY, facts.answers_only and not window_is_open(facts.window_ends_at, at)),
        (Refused.LEDGER_LATE, facts.ledger_lag_s > LEDGER_LAG_SECONDS_MAX),
        (Refused.LINE_NOT_LIVE, not facts.line_is_live),
    ]


def window_is_open(ends_at: datetime | None, at: datetime) -> bool:
    """Whether free text may leave: within 24 h of the customer's last word, less a margin.

    Source: WhatsApp Business Platform, Send messages, Customer service windows.
    """
    return ends_at is not None and at < ends_at - WINDOW_MARGIN
