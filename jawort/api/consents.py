"""The consents of a person, with what they rest on."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from jawort.api.auth import actor_of, person_of, requires
from jawort.api.errors import Error, Problem
from jawort.consent.consents import history, standings_of
from jawort.consent.elsewhere import Shown, evidence_of
from jawort.consent.models import ConsentEvent
from jawort.consent.purposes import terms
from jawort.core import clock
from jawort.ledger.handouts import hand_out
from jawort.ledger.queries import indices
from jawort.people.access import person_for
from jawort.people.models import Contact
from jawort.staff.access import holds
from jawort.staff.permissions import Permission

router = Router()


class WordsRead(Schema):
    """In which words the person was asked."""

    id: Annotated[str, Field(description="SHA-256 of all that the text states, in hexadecimal.")]
    language: Annotated[str, Field(description="Its language: de, en.")]
    body: Annotated[str, Field(description="The whole text, as it was read.")]
    controller: Annotated[str, Field(description="The company that asked.")]
    notice: Annotated[str, Field(description="Address of the privacy notice that it named.")]


class GivenElsewhere(Schema):
    """On what a consent rests that was not given to us."""

    way: Annotated[str, Field(description="In which way it was given: paper, phone, in_person, website, email.")]
    evidence: Annotated[
        str | None, Field(description="What bears it out; null if it does not open any more, or is not shown to you.")
    ]
    reason: Annotated[str | None, Field(description="Why it was recorded by us.")]


class Happened(Schema):
    """One event of a consent."""

    id: Annotated[UUID, Field(description="Its id.")]
    contact: Annotated[UUID, Field(description="Whose: of merged contacts each has consents of its own.")]
    event: Annotated[str, Field(description="requested, refused, given, withdrawn, expired, invalidated and others.")]
    at: Annotated[datetime, Field(description="When.")]
    method: Annotated[str, Field(description="By a button, in words, by one of us, over the platform.")]
    message: Annotated[UUID | None, Field(description="The message that said it.")]
    text: Annotated[WordsRead | None, Field(description="What it was said to.")]
    given_elsewhere: Annotated[GivenElsewhere | None, Field(description="If it was not said to us.")]
    ledger_index: Annotated[int | None, Field(description="Its place in the ledger, as soon as it has one.")]


class Consent(Schema):
    """How a consent stands, and all that happened to it, newest first."""

    contact: Annotated[UUID, Field(description="Whose.")]
    purpose: Annotated[str, Field(description="What it permits: campaigns, or another purpose that you have declared.")]
    channel: Annotated[str, Field(description="Over which channel.")] = "whatsapp"
    state: Annotated[str, Field(description="Messages for the purpose leave while it is `active`.")]
    since: Annotated[datetime | None, Field(description="Since when it stands like this.")]
    events: Annotated[list[Happened], Field(description="What happened, newest first.")]


class Consents(Schema):
    """Those of a person."""

    items: Annotated[list[Consent], Field(description="One for each contact of the person and purpose.")]


@router.get("/contacts/{contact_id}/consents", response={200: Consents, 404: Error}, summary="Show a person’s consents")
@requires(Permission.CONSENT_READ)
def consents(request: HttpRequest, contact_id: UUID) -> Consents:
    """How each stands, with the texts that were read and the places in the ledger that prove it."""
    try:
        person = person_for(contact_id)
    except Contact.DoesNotExist:
        raise Problem(404, "not_found", "There is no such contact.") from None
    now, happened = clock.now(), history(person)
    borne_out = evidence_of(happened, words=holds(person_of(request), Permission.CONTACT_READ))
    placed = indices([row.entry for row in happened])
    hand_out(actor_of(request), list(person), right=Permission.CONSENT_READ, at=now)
    found = []
    under = terms()
    for purpose, held in standings_of(person, list(under), now, under).items():
        for contact, how in held.items():
            events = [row for row in happened if row.contact_id == contact and row.purpose == purpose]
            shown = [_shown(row, placed.get(row.entry), borne_out.get(row.pk)) for row in events]
            found.append(Consent(contact=contact, purpose=purpose, state=how.state, since=how.since, events=shown))
    return Consents(items=found)


def _shown(row: ConsentEvent, place: int | None, elsewhere: Shown | None) -> Happened:
    text = row.text
    words = elsewhere.words if elsewhere else None
    return Happened(
        id=row.pk,
        contact=row.contact_id,
        event=row.event,
        at=row.at,
        method=row.method,
        message=row.message,
        text=WordsRead(
            id=text.pk, language=text.language, body=text.body, controller=text.controller, notice=text.notice
        )
        if text
        else None,
        given_elsewhere=GivenElsewhere(
            way=elsewhere.way, evidence=words.evidence if words else None, reason=words.reason if words else None
        )
        if elsewhere
        else None,
        ledger_index=place,
    )
