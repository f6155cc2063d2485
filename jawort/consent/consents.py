"""How consents stand, and what ends them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from jawort.consent.events import Noted, note
from jawort.consent.models import ConsentEvent, Question
from jawort.consent.rules import Purpose
from jawort.consent.state import Event, Happened, Method, Standing, State, Terms, standing
from jawort.people.persons import members

#: A yes out of the person's own hand, over the channel and from the address that is used, needs no second one.
TERMS: Final[Mapping[Purpose, Terms]] = {Purpose.CAMPAIGNS: Terms(confirms=False, unused_for=timedelta(days=730))}
#: What is over with an end of this kind.
_HOLDS: Final = frozenset({State.ACTIVE, State.UNCONFIRMED, State.REQUESTED})


def standings(contacts: Collection[UUID], purpose: Purpose, at: datetime) -> dict[UUID, Standing]:
    """How the consent of each of these contacts stands, in one query. Of merged contacts each has their own: it was

    given from an address of theirs, and holds for that. What needs no consent has none."""
    told: dict[UUID, list[Happened]] = {contact: [] for contact in contacts}
    if purpose not in TERMS:
        return dict.fromkeys(told, Standing())
    rows = ConsentEvent.objects.filter(contact__in=told, purpose=purpose)
    for contact, event, when, text in rows.values_list("contact", "event", "at", "text"):
        told[contact].append(Happened(Event(event), when, text or ""))
    return {contact: standing(events, TERMS[purpose], at) for contact, events in told.items()}


def history(person: Collection[UUID]) -> list[ConsentEvent]:
    """All that happened to the consents of these contacts of a person, newest first."""
    found = ConsentEvent.objects.filter(contact__in=person).select_related("text")
    return list(found.order_by("-at", "-pk"))


def given_by(messages: Collection[UUID]) -> dict[UUID, ConsentEvent]:
    """The consents that these messages gave, by message, with the texts that they gave them to."""
    found = ConsentEvent.objects.filter(message__in=messages, event=Event.GIVEN).select_related("text")
    return {row.message: row for row in found if row.message is not None}


@dataclass(frozen=True, slots=True)
class Ending:
    """In whose name a consent ends, and with which message, if one said so."""

    actor: str
    message: UUID | None = None


def end(endings: Mapping[UUID, Ending], purpose: Purpose, event: Event, method: Method, at: datetime) -> None:
    """End what these persons, by a contact of each, have consented to and were asked. Needs a transaction.

    A constant number of statements; persons who consented to nothing get no event.
    """
    if not endings or purpose not in TERMS:
        return
    merged = members(endings)
    ends = {member: ending for contact, ending in endings.items() for member in merged.get(contact, (contact,))}
    Question.objects.filter(contact__in=ends, text__purpose=purpose, closed_at=None).update(closed_at=at)
    held = standings(ends, purpose, at)
    over = [contact for contact in sorted(ends) if held[contact].state in _HOLDS]
    texts = {contact: held[contact].text or None for contact in over}
    events = [Noted(one, purpose, event, method, ends[one].actor, texts[one], ends[one].message) for one in over]
    note(events, at)


def invalidate(contact_id: UUID, at: datetime) -> None:
    """The person's address is another one now: what was given from the old one does not hold for it."""
    for purpose in TERMS:
        end({contact_id: Ending("system")}, purpose, Event.INVALIDATED, Method.PLATFORM, at)
