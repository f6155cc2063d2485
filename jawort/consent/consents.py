"""How consents stand, and what ends them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain
from typing import Final
from uuid import UUID

from django.db import connection

from jawort.consent.asking import update_in_order
from jawort.consent.events import Noted, note
from jawort.consent.models import ConsentEvent, Question
from jawort.consent.rules import Purpose
from jawort.consent.state import ENDS, HOLDS, TERMS, Event, Happened, Method, Standing, State, after_objection, standing
from jawort.people.persons import members

_NOS: Final = frozenset({Event.REFUSED, *ENDS})
_WORDS_OF_NO: Final = _NOS - {Event.INVALIDATED}

_EVENTS: Final = """
SELECT contact_id, event, at, text_id FROM consent_event WHERE contact_id = ANY(%b::uuid[]) AND purpose = %s
"""

# Whatever closed an address of theirs: what they gave before was given from it. An objection, lifted or not, ends what
# was given before it; also what was recorded at the moment in which it came in, and which it could not see. What was
# used lives on.
_BESIDE: Final = """
SELECT contact_id, 'moved', max(valid_to), NULL FROM people_alias
 WHERE contact_id = ANY(%b::uuid[]) AND valid_to IS NOT NULL GROUP BY contact_id
UNION ALL
SELECT contact_id, 'objected', max(since), max(coalesce(lifted_at, since)) FROM consent_objection
 WHERE contact_id = ANY(%b::uuid[]) AND purpose = ANY(%b) GROUP BY contact_id
UNION ALL
SELECT contact_id, 'used', at, NULL FROM consent_use WHERE contact_id = ANY(%b::uuid[]) AND purpose = %s
"""


@dataclass(slots=True)
class Told:
    """What a contact’s consent follows from: its events, and since when the newest objection stood, lifted or not.

    `used_at` is when something left on its strength last, to the day; `no_at` when they said no last: as long as an
    objection stands a further no leaves no trace, so it counts until it was lifted.
    """

    events: list[Happened] = field(default_factory=list)
    objected_at: datetime | None = None
    used_at: datetime | None = None
    no_at: datetime | None = None


def standings(contacts: Collection[UUID], purpose: Purpose, at: datetime) -> dict[UUID, Standing]:
    """How the consent of each of these contacts stands. Two queries, one where nobody has any.

    Of merged contacts each has their own: it was given from an address of theirs, and ends when that does. Raises
    KeyError for a purpose that needs none.
    """
    told = _told(contacts, purpose)
    _add_beside(told, purpose, [contact for contact, one in told.items() if one.events])
    return _folded(told, purpose, at)


def told_of(contacts: Collection[UUID], purpose: Purpose) -> dict[UUID, Told]:
    """What the consent of each of these contacts follows from. A no is that of all merged contacts. Three queries."""
    persons = members(contacts)
    everybody = {*contacts, *chain.from_iterable(persons.values())}
    told = _told(everybody, purpose)
    _add_beside(told, purpose, everybody)
    for one in told.values():
        noes = [event.at for event in one.events if event.event in _WORDS_OF_NO]
        one.no_at = max([*noes, *([one.no_at] if one.no_at else [])], default=None)
    for person in persons.values():
        newest = max((no for member in person if (no := told[member].no_at)), default=None)
        for member in person:
            told[member].no_at = newest
    return told


def _add_beside(told: Mapping[UUID, Told], purpose: Purpose, contacts: Collection[UUID]) -> None:
    if not contacts:
        return
    asked = list(contacts)
    with connection.cursor() as cursor:
        cursor.execute(_BESIDE, [asked, asked, [str(purpose), str(Purpose.CARE)], asked, str(purpose)])
        for contact, what, when, until in cursor.fetchall():
            if what == "objected":
                told[contact].objected_at, told[contact].no_at = when, until
            elif what == "used":
                told[contact].used_at = when
            else:
                told[contact].events.append(Happened(Event.INVALIDATED, when))


def _told(contacts: Collection[UUID], purpose: Purpose) -> dict[UUID, Told]:
    told = {contact: Told() for contact in contacts}
    with connection.cursor() as cursor:
        cursor.execute(_EVENTS, [list(told), str(purpose)])
        for contact, event, when, text in cursor.fetchall():
            told[contact].events.append(Happened(Event(event), when, text or ""))
    return told


def _folded(told: Mapping[UUID, Told], purpose: Purpose, at: datetime) -> dict[UUID, Standing]:
    terms = TERMS[purpose]
    held = {contact: standing(_by(at, one.events), terms, at, sent_at=one.used_at) for contact, one in told.items()}
    return {contact: after_objection(how, told[contact].objected_at) for contact, how in held.items()}


def _by(at: datetime, events: Sequence[Happened]) -> list[Happened]:
    """A no that is here counts, also to whoever began a moment before it was said and had to wait."""
    return [replace(one, at=min(one.at, at)) if one.event in _NOS else one for one in events]


def history(person: Collection[UUID]) -> list[ConsentEvent]:
    """All that happened to the consents of these contacts of a person, newest first."""
    found = ConsentEvent.objects.filter(contact__in=person).select_related("text")
    return list(found.order_by("-at", "-pk"))


def given_by(messages: Collection[UUID]) -> dict[UUID, ConsentEvent]:
    """The consents that these messages gave, by message, with the texts that they gave them to."""
    found = ConsentEvent.objects.filter(message__in=messages, event=Event.GIVEN).select_related("text")
    return {row.message: row for row in found if row.message is not None}


def stands(given: ConsentEvent, at: datetime) -> bool:
    """Whether the consent that was given with this event still holds."""
    return standings([given.contact_id], Purpose(given.purpose), at)[given.contact_id].state is State.ACTIVE


@dataclass(frozen=True, slots=True)
class Ending:
    """In whose name a consent ends, in which way it was said, and with which message, if with one."""

    actor: str
    method: Method
    message: UUID | None = None


def end(endings: Mapping[UUID, Ending], purpose: Purpose, event: Event, at: datetime) -> None:
    """End what these persons, by a contact of each, have consented to and were asked. Needs a transaction.

    A constant number of statements. Who was asked and says no has refused; persons who were not get no event.
    """
    if not endings:
        return
    merged = members(endings)
    ends = {member: ending for contact, ending in endings.items() for member in merged.get(contact, (contact,))}
    update_in_order(Question.objects.filter(contact__in=ends, text__purpose=purpose, closed_at=None), closed_at=at)
    told = _told(ends, purpose)
    at = max([at, *(event.at for one in told.values() for event in one.events)])  # behind a yes that was just committed
    held = _folded(told, purpose, at)
    over = dict.fromkeys((one for one in sorted(ends) if held[one].state in HOLDS), event)
    if event is Event.WITHDRAWN:
        over |= dict.fromkeys((one for one in sorted(ends) if held[one].state is State.REQUESTED), Event.REFUSED)
    texts = {one: held[one].text or None for one in over}
    noted = [(one, what, ends[one]) for one, what in over.items()]
    note([Noted(one, purpose, what, of.method, of.actor, texts[one], of.message) for one, what, of in noted], at)


def note_moved(contact_id: UUID, at: datetime) -> None:
    """An address of the contact may have been closed: then what it had consented to is over, and the ledger says so."""
    for purpose in TERMS:
        if standings([contact_id], purpose, at)[contact_id].state is State.INVALIDATED:
            end({contact_id: Ending("system", Method.PLATFORM)}, purpose, Event.INVALIDATED, at)
