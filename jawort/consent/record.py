"""A consent as a record that others can read: the fields of ISO/IEC TS 27560:2023 in the words of W3C DPV 2.2.

It names the person by our pseudonym alone. How the question looked, which the standard leaves out, stands in the texts
that go along as evidence; each is in the ledger by its hash.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from jawort.consent.elsewhere import Shown
from jawort.consent.models import ConsentEvent, DeclaredPurpose, Slip, Text
from jawort.consent.purpose import CAMPAIGNS, CARE, Purpose
from jawort.consent.state import Event, State
from jawort.consent.texts import Whole
from jawort.ledger.rules import JSON, moment

SCHEMA: Final = "https://w3id.org/dpv/schema/dpv-27560#record-eu-gdpr"
#: DPV 2.2, states of consent.
STATES: Final[Mapping[Event, str]] = {
    Event.REQUESTED: "dpv:ConsentRequested",
    Event.REFUSED: "dpv:ConsentRefused",
    Event.GIVEN: "dpv:ConsentGiven",
    Event.CONFIRMED: "dpv:ConsentGiven",
    Event.REAFFIRMED: "dpv:RenewedConsentGiven",
    Event.WITHDRAWN: "dpv:ConsentWithdrawn",
    Event.REVOKED: "dpv:ConsentRevoked",
    Event.EXPIRED: "dpv:ConsentExpired",
    Event.INVALIDATED: "dpv:ConsentInvalidated",
}
PURPOSES: Final[Mapping[Purpose, str]] = {
    CARE: "dpv:CommunicationForCustomerCare",
    CAMPAIGNS: "dpv:DirectMarketing",
}
#: What a company has declared itself is described by its own words.
OTHER: Final = "dpv:Purpose"
#: What nobody but us has noted.
OURS: Final = frozenset({Event.REQUESTED, Event.REVOKED, Event.EXPIRED, Event.INVALIDATED})
CONTROLLER: Final = "controller"
PERSON: Final = "person"


@dataclass(frozen=True, slots=True)
class Beside:
    """What bears events out beside the ledger: slips by the message that handed them in, evidence by the event."""

    slips: Mapping[UUID, Slip]
    elsewhere: Mapping[UUID, Shown]


def record(
    contact: UUID, purpose: DeclaredPurpose, events: Sequence[ConsentEvent], state: State, beside: Beside
) -> dict[str, JSON]:
    """What happened to one contact's consent to one purpose, oldest first. `events` are at least one, with their texts.

    The last text that was read says what the processing is. `state` is what it comes to today, time and changed
    addresses counted.
    """
    text = next((one.text for one in reversed(events) if one.text), None)
    return {
        "schema_version": SCHEMA,
        "record_id": str(events[0].pk),
        "pii_principal_id": str(contact),
        "pii_processing": _processing(purpose, text),
        "party_identification": [
            {
                "party_id": CONTROLLER,
                "party_role": "dpv:DataController",
                "party_name": text.controller if text else None,
                "party_contact": text.notice if text else None,
            }
        ],
        "state_today": str(state),
        "consent_events": [_event(one, beside) for one in events],
    }


def texts_of(events: Sequence[ConsentEvent]) -> list[JSON]:
    """All that each text states which these events refer to: the bytes behind its hash."""
    found = {one.text.pk: one.text for one in events if one.text}
    return [Whole.of(text).stated for text in found.values()]


def _processing(purpose: DeclaredPurpose, text: Text | None) -> dict[str, JSON]:
    return {
        "privacy_notice": text.notice if text else None,
        "privacy_notice_version": (text.notice_version or None) if text else None,
        "language": text.language if text else None,
        "purposes": [
            {
                "purpose": PURPOSES.get(Purpose(purpose.key), OTHER),
                "name": purpose.key,
                "description": text.contents if text else None,
            }
        ],
        "lawful_basis": "eu-gdpr:A6-1-a",
        "pii_information": [{"pii_type": "dpv-pd:TelephoneNumber", "pii_optional": True}],
        "pii_controllers": [CONTROLLER],
        "collection_method": "asked in the chat or on a page, answered over whatsapp; or elsewhere, as the events say",
        "recipient_third_parties": ["WhatsApp (Meta Platforms), as processor of the channel"],
        "withdrawal_method": text.withdrawal if text else None,
        "frequency": (text.frequency or None) if text else None,
        "jurisdiction": "eu-gdpr",
    }


def _event(one: ConsentEvent, beside: Beside) -> dict[str, JSON]:
    slip = beside.slips.get(one.message) if one.message else None
    elsewhere = beside.elsewhere.get(one.pk)
    return {
        "event_time": moment(one.at),
        "recorded_at": moment(one.recorded_at),
        "event_type": "dpv:Consent",
        "change": one.event,
        "event_state": STATES[Event(one.event)],
        "entity_id": CONTROLLER if one.event in OURS else PERSON,
        "method": one.method,
        "text_id": one.text_id,
        "message_id": str(one.message) if one.message else None,
        "slip": slip.number if slip else None,
        "box_ticked_at": moment(slip.torn_at) if slip else None,
        "given_elsewhere": elsewhere.way if elsewhere else None,
        "evidence": elsewhere.words.evidence if elsewhere and elsewhere.words else None,
        "reason": elsewhere.words.reason if elsewhere and elsewhere.words else None,
        "evidence_salt": elsewhere.salt.hex() if elsewhere and elsewhere.salt else None,
    }
