"""The gate asked beforehand: may this leave for this person, now? Nothing is sent; that it was asked is noted."""

from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Body, Router, Schema
from pydantic import Field

from jawort.api.auth import actor_of, requires
from jawort.api.errors import Error, Problem
from jawort.api.sends import PurposeKey
from jawort.consent.purpose import Purpose
from jawort.consent.reasons import BASES, REASONS
from jawort.consent.rules import Permit
from jawort.core import clock
from jawort.ledger.handouts import hand_out
from jawort.lines.models import Line
from jawort.messaging.gate import Recipient, answers
from jawort.messaging.models import Conversation
from jawort.people.access import person_for
from jawort.people.models import Contact
from jawort.staff.permissions import Permission

NAME_CHARACTERS_MAX = 512

router = Router()


class WantedTemplate(Schema):
    """Which template it would be."""

    name: Annotated[str, Field(description="Its name at WhatsApp.", max_length=NAME_CHARACTERS_MAX)]
    language: Annotated[str, Field(description="Its language there: de, en_US.", max_length=NAME_CHARACTERS_MAX)]


class Question(Schema):
    """What would be sent, to whom, and what for."""

    contact: Annotated[UUID, Field(description="The `contact.id` of a conversation.")]
    purpose: PurposeKey
    channel: Annotated[Literal["whatsapp"], Field(description="Over which kind of channel.")] = "whatsapp"
    line: Annotated[
        str | None,
        Field(description="Name of our line. Nothing: the one on which the person and we spoke last, or the only one."),
    ] = None
    template: Annotated[WantedTemplate | None, Field(description="Nothing: free text or a file.")] = None
    document: Annotated[bool, Field(description="Whether it brings a document along.")] = False


class Answer(Schema):
    """What the gate says. It is asked again when a message is queued and when it leaves: a permit is no promise."""

    permitted: Annotated[bool, Field(description="Whether it may leave now.")]
    code: Annotated[str, Field(description="The basis of a permit, or why not.")]
    reason: Annotated[str, Field(description="The same in words.")]
    article: Annotated[str, Field(description="The rule that it rests on.")]
    help: Annotated[str | None, Field(description="What is possible after a refusal.")] = None
    line: Annotated[str, Field(description="Name of the line that was asked about.")]


@router.post("/gate", response={200: Answer, 400: Error, 404: Error}, summary="Ask whether a message may leave")
@requires(Permission.CONVERSATION_WRITE)
def ask_gate(request: HttpRequest, question: Body[Question]) -> Answer:
    """Permit or refusal, with its reason. Nothing is sent. In German with `Accept-Language: de`, else in English."""
    try:
        person = person_for(question.contact)
    except Contact.DoesNotExist:
        raise Problem(404, "not_found", "There is no such contact.") from None
    line, template = _line(question, person), question.template
    recipient = Recipient(
        question.contact,
        line.pk,
        Purpose(question.purpose),
        (template.name, template.language) if template else None,
        question.document,
    )
    verdict = answers([recipient], clock.now())[recipient].verdict
    hand_out(actor_of(request), [question.contact], right=Permission.CONVERSATION_WRITE, at=clock.now())
    permitted, language = isinstance(verdict, Permit), request.headers.get("Accept-Language", "en")
    code, words = (
        (verdict.basis, BASES[verdict.basis]) if isinstance(verdict, Permit) else (verdict.code, REASONS[verdict.code])
    )
    return Answer(
        permitted=permitted,
        code=code,
        reason=words.text.in_language(language),
        article=words.article.in_language(language),
        help=words.help.in_language(language) or None,
        line=line.name,
    )


def _line(question: Question, person: tuple[UUID, ...]) -> Line:
    lines = Line.objects.filter(channel=question.channel)
    if question.line is None:
        spoken = Conversation.objects.filter(contact__in=person, line__in=lines).select_related("line")
        if last := spoken.order_by("-last_message_at").first():
            return last.line
    named = list(lines if question.line is None else lines.filter(name=question.line))
    if len(named) == 1:
        return named[0]
    if question.line is None:
        raise Problem(400, "line_needed", "Name the line: nobody has spoken with this person yet.")
    raise Problem(400, "line_unknown", "There is no line of this name, or more than one.")
