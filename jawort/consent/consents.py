"""How consents stand, and what ends them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from typing import Final
from uuid import UUID

from django.db import connection

from jawort.consent.asking import update_in_order
from jawort.consent.events import Noted, note
from jawort.consent.models import ConsentEvent, Question
from jawort.consent.purpose import WIDER, Purpose
from jawort.consent.purposes import terms
from jawort.consent.state import (
    HOLDS,
    NOES,
    Event,
    Happened,
    Method,
    Standing,
    State,
    Terms,
    Told,
    after_objection,
    standing,
)
from jawort.people.persons import members

_WORDS_OF_NO: Final = NOES - {Event.INVALIDATED}

_EVENTS: Final = """
SELECT contact_id, purpose, event, at, text_id FROM consent_event
 WHERE contact_id = ANY(%b::uuid[]) AND purpose = ANY(%b)
"""

# Whatever closed an address of theirs: what they gave before was given from it. An objection, lifted or not, ends what
# was given before it; also what was recorded at the moment in which it came in, and which it could not see. What was
# used lives on.
_BESIDE: Final = """
SELECT contact_id, '', 'moved', max(valid_to), NULL FROM people_alias
 WHERE contact_id = ANY(%b::uuid[]) AND valid_to IS NOT NULL GROUP BY contact_id
UNION ALL
SELECT contact_id, purpose, 'objected', max(since), max(coalesce(lifted_at, since)) FROM consent_objection
 WHERE contact_id = ANY(%b::uuid[]) GROUP BY contact_id, purpose
UNION ALL
SELECT contact_id, purpose, 'used', at, NULL FROM consent_use WHERE contact_id = ANY(%b::uuid[])
"""


#: What is told of each contact, by purpose.
_Tales = Mapping[Purpose, Mapping[UUID, Told]]


def standings(contacts: Collection[UUID], purpose: Purpose, at: datetime) -> dict[UUID, Standing]:
    """How the consent of each of these contacts to `purpose` stands. Three queries, one where nobody has any.

    Of merged contacts each has their own: it was given from an address of theirs, and ends when that does.
    """
    return standings_of(contacts, [purpose], at)[purpose]


def standings_of(
    contacts: Collection[UUID], wanted: Collection[Purpose], at: datetime, under: Mapping[Purpose, Terms] | None = None
) -> dict[Purpose, dict[UUID, Standing]]:
    """The same for several purposes, in as many queries; one less where it is known `under` which terms."""
    tales = _told(contacts, wanted)
    said = {purpose: {contact: one for contact, one in told.items() if one.events} for purpose, told in tales.items()}
    _add_beside(said)
    return _folded(tales, at, under)


def told_of(contacts: Collection[UUID], purpose: Purpose) -> Mapping[UUID, Told]:
    """What the consent of each of these contacts follows from. A no is that of all merged contacts. Three queries."""
    persons = members(contacts)
    everybody = {*contacts, *chain.from_iterable(persons.values())}
    tales = _told(everybody, [purpose])
    _add_beside(tales)
    told = tales[purpose]
    for one in told.values():
        noes = [event.at for event in one.events if event.event in _WORDS_OF_NO]
        one.no_at = max([*noes, *([one.no_at] if one.no_at else [])], default=None)
    for person in persons.values():
        newest = max((no for member in person if (no := told[member].no_at)), default=None)
        for member in person:
            told[member].no_at = newest
    return told


def _add_beside(tales: _Tales) -> None:
    """Add what bears on what is told: closed addresses, objections, uses. One query, none where nothing is told."""
    asked = list({contact for told in tales.values() for contact in told})
    if not asked:
        return
    with connection.cursor() as cursor:
        cursor.execute(_BESIDE, [asked, asked, asked])
        rows = cursor.fetchall()
    for contact, of, what, when, until in rows:
        for purpose, told in tales.items():
            if contact in told and (not of or of == purpose or (what == "objected" and of in WIDER)):
                _add(told[contact], what, when, until)


def _add(one: Told, what: str, when: datetime, until: datetime | None) -> None:
    if what == "moved":
        one.events.append(Happened(Event.INVALIDATED, when))
    elif what == "used":
        one.used_at = when
    else:
        over = until or when
        one.objected_at, one.no_at = max(when, one.objected_at or when), max(over, one.no_at or over)


def _told(contacts: Collection[UUID], wanted: Collection[Purpose]) -> _Tales:
    tales: dict[Purpose, dict[UUID, Told]] = {purpose: {contact: Told() for contact in contacts} for purpose in wanted}
    with connection.cursor() as cursor:
        cursor.execute(_EVENTS, [list(contacts), list(wanted)])
        for contact, purpose, event, when, text in cursor.fetchall():
            tales[Purpose(purpose)][contact].events.append(Happened(Event(event), when, text or ""))
    return tales


def _folded(
    tales: _Tales, at: datetime, under: Mapping[Purpose, Terms] | None = None
) -> dict[Purpose, dict[UUID, Standing]]:
    """How each stands that is told of. No query where nobody has said anything."""
    if not any(one.events for told in tales.values() for one in told.values()):
        return {purpose: dict.fromkeys(told, Standing()) for purpose, told in tales.items()}
    known = terms() if under is None else under
    return {
        purpose: {contact: _stood(one, known[purpose], at) for contact, one in told.items()}
        for purpose, told in tales.items()
    }


def _stood(one: Told, under: Terms, at: datetime) -> Standing:
    return after_objection(standing(_by(at, one.events), under, at, sent_at=one.used_at), one.objected_at)


def _by(at: datetime, events: Sequence[Happened]) -> list[Happened]:
    """A no that is here counts, also to whoever began a moment before it was said and had to wait."""
    return [replace(one, at=min(one.at, at)) if one.event in NOES else one for one in events]


def history(person: Collection[UUID]) -> list[ConsentEvent]:
    """All that happened to the consents of these contacts of a person, newest first."""
    found = ConsentEvent.objects.filter(contact__in=person).select_related("text")
    return list(found.order_by("-at", "-pk"))


def given_by(messages: Collection[UUID]) -> dict[UUID, ConsentEvent]:
    """The consents that these messages gave or confirmed, by message, with the texts that they gave them to."""
    said_yes = ConsentEvent.objects.filter(message__in=messages, event__in=[Event.GIVEN, Event.CONFIRMED])
    found = said_yes.select_related("text")
    return {row.message: row for row in found if row.message is not None}


def standing_of(given: ConsentEvent, at: datetime) -> Standing:
    """How the consent that was given with this event stands."""
    return standings([given.contact_id], Purpose(given.purpose), at)[given.contact_id]


@dataclass(frozen=True, slots=True)
class Ending:
    """In whose name a consent ends, in which way it was said, and with which message, if with one."""

    actor: str
    method: Method
    message: UUID | None = None


def end(endings: Mapping[UUID, Ending], under: Mapping[Purpose, Terms], event: Event, at: datetime) -> None:
    """End what these persons, by a contact of each, have consented to and were asked. Needs a transaction.

    Of the purposes in `under`, each with its terms. A constant number of statements. Who was asked and says no has
    refused; persons who were not get no event.
    """
    if not endings:
        return
    merged = members(endings)
    ends = {member: ending for contact, ending in endings.items() for member in merged.get(contact, (contact,))}
    asked = Question.objects.filter(contact__in=ends, text__purpose__in=list(under), closed_at=None)
    update_in_order(asked, closed_at=at)
    tales = _told(ends, list(under))
    told = [event for each in tales.values() for one in each.values() for event in one.events]
    at = max([at, *(event.at for event in told)])  # behind a yes that was just committed
    noted: list[Noted] = []
    for purpose, held in _folded(tales, at, under).items():
        over = dict.fromkeys((one for one in sorted(ends) if held[one].state in HOLDS), event)
        if event is Event.WITHDRAWN:
            over |= dict.fromkeys((one for one in sorted(ends) if held[one].state is State.REQUESTED), Event.REFUSED)
        for one, what in over.items():
            by, text = ends[one], held[one].text or None
            noted.append(Noted(one, purpose, what, by.method, by.actor, text, by.message))
    note(noted, at)


def note_moved(contact_id: UUID, at: datetime) -> None:
    """An address of the contact may have been closed: then what it had consented to is over, and the ledger says so."""
    under = terms()
    held = standings_of([contact_id], list(under), at, under)
    over = {of: under[of] for of, by in held.items() if by[contact_id].state is State.INVALIDATED}
    end({contact_id: Ending("system", Method.PLATFORM)}, over, Event.INVALIDATED, at)
