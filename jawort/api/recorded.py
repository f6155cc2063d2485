"""A program records a consent that was given elsewhere: in a shop, on another website, in a system before this one."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Body, Router, Schema, Status
from pydantic import AwareDatetime, Field

from jawort.api.auth import actor_of, requires
from jawort.api.errors import Error, Problem
from jawort.consent.elsewhere import (
    EVIDENCE_CHARACTERS_MAX,
    REASON_CHARACTERS_MAX,
    Given,
    Recorder,
    record_by_number,
    record_given,
)
from jawort.consent.models import ConsentEvent
from jawort.consent.not_recorded import NOT_RECORDED
from jawort.consent.state import CannotRecord, Source, Way
from jawort.core import clock
from jawort.core.phone import abroad
from jawort.people.access import person_for
from jawort.people.models import Contact
from jawort.staff.permissions import Permission

router = Router()


class NewConsent(Schema):
    """Who consented, to which words, when, how, and what bears it out."""

    contact: Annotated[UUID | None, Field(description="Whose: the `contact.id` of a conversation, or `phone`.")] = None
    phone: Annotated[
        str | None,
        Field(
            description="Whose, by number with country code: +49 171 … Who is not known yet becomes a contact.",
            max_length=40,
        ),
    ] = None
    text: Annotated[
        str,
        Field(
            description="The `id` of the text that the person read: one of those under “Consents” in the settings.",
            pattern="^[0-9a-f]{64}$",
        ),
    ]
    given_at: Annotated[AwareDatetime, Field(description="When: 2026-03-01T10:15:00+01:00, with its offset.")]
    way: Annotated[
        Literal["paper", "phone", "in_person", "website", "email"], Field(description="In which way they said it.")
    ]
    evidence: Annotated[
        str,
        Field(
            description="Where that can be seen and what it says: number of the form, address of the log. Kept sealed.",
            min_length=1,
            max_length=EVIDENCE_CHARACTERS_MAX,
        ),
    ]
    reason: Annotated[
        str, Field(description="Why it is recorded by you. Kept sealed.", max_length=REASON_CHARACTERS_MAX)
    ] = ""


class Recorded(Schema):
    """The consent as it is kept."""

    id: Annotated[UUID, Field(description="Its event’s id.")]
    contact: Annotated[UUID, Field(description="Whose.")]
    purpose: Annotated[str, Field(description="What it permits.")]
    text: Annotated[str, Field(description="The id of the text.")]
    given_at: Annotated[datetime, Field(description="When it was given.")]
    recorded_at: Annotated[datetime, Field(description="When it was recorded.")]


@router.post(
    "/consents",
    response={201: Recorded, 400: Error, 404: Error, 422: Error},
    summary="Record a consent that was given elsewhere",
)
@requires(Permission.CONSENT_RECORD)
def record_consent(request: HttpRequest, new: Body[NewConsent]) -> Status[Recorded | Error]:
    """The same once more records nothing and gives the same answer. 422 says why a consent is not recorded: it never
    overrules what the person has said to us since. In German with `Accept-Language: de`, else in English."""
    answer = _recorded(new, Recorder(actor_of(request), Source.API))
    if isinstance(answer, CannotRecord):
        why, language = NOT_RECORDED[answer], request.headers.get("Accept-Language", "en")
        return Status(
            422,
            Error(
                code=answer,
                reason=why.text.in_language(language),
                article=why.article.in_language(language),
                help=why.help.in_language(language),
            ),
        )
    return Status(
        201,
        Recorded(
            id=answer.pk,
            contact=answer.contact_id,
            purpose=answer.purpose,
            text=new.text,
            given_at=answer.at,
            recorded_at=answer.recorded_at,
        ),
    )


def _recorded(new: NewConsent, by: Recorder) -> ConsentEvent | CannotRecord:
    given = Given(new.text, new.given_at, Way(new.way), new.evidence, new.reason)
    if (new.contact is None) == (new.phone is None):
        raise Problem(400, "whose", "Name either the contact or the phone.")
    if new.phone is not None:
        number = abroad(new.phone)
        if number is None:
            raise Problem(400, "phone_unknown", "Write the whole number with its country code: +49 171 …")
        (answer,) = record_by_number([(number, given)], by, clock.now())
        return answer
    assert new.contact is not None
    try:
        person_for(new.contact)
    except Contact.DoesNotExist:
        raise Problem(404, "not_found", "There is no such contact.") from None
    (answer,) = record_given([(new.contact, given)], by, clock.now())
    return answer
