"""What a program hears of a message that it wants sent: why the gate refused it, or why nothing of it was stored."""

from typing import Final
from uuid import UUID, uuid5

from django.http import HttpRequest

from jawort.api.auth import token_of
from jawort.api.errors import Error, FieldError, Problem
from jawort.consent.reasons import REASONS
from jawort.consent.rules import Refused
from jawort.messaging.about import CannotRefer
from jawort.messaging.draft import TextUnfit, Unfit
from jawort.messaging.models import Conversation, Message
from jawort.messaging.once import ClientIdTaken
from jawort.messaging.send import NotOpen
from jawort.messaging.send_many import Unsent

IDEMPOTENCY_CHARACTERS_MAX: Final = 255


def client_id(request: HttpRequest, key: str) -> UUID:
    """Under which id a message is stored once: each program has keys of its own."""
    return uuid5(token_of(request).pk, key)


def problem_of(why: Unsent, request: HttpRequest) -> Problem:
    """Why a message was not stored. Of a conversation that one may not see nothing is said but that it is not there."""
    match why:
        case Unfit():
            return _unfit(why, request)
        case CannotRefer():
            return Problem(400, why.code, str(why))
        case NotOpen():
            return Problem(409, "conversation_resolved", str(why))
        case ClientIdTaken():
            return Problem(409, "idempotency_key_reused", "This key was used for another message.")
        case Conversation.DoesNotExist():
            return Problem(404, "not_found", "There is no such conversation.")


def refusal_of(message: Message, request: HttpRequest) -> Error:
    """Why the gate refused it, in the language that is asked for."""
    reason, language = REASONS[Refused(message.gate)], request.headers.get("Accept-Language", "en")
    return Error(
        code=message.gate,
        reason=reason.text.in_language(language),
        article=reason.article.in_language(language),
        help=reason.help.in_language(language),
    )


def _unfit(unfit: Unfit, request: HttpRequest) -> Problem:
    """Every field that breaks a limit, in the language that is asked for; English, if none is."""
    language = request.headers.get("Accept-Language", "en")
    fields = [FieldError(field=b.field, code=b.code, reason=b.in_language(language)) for b in unfit.breaches]
    reason = " ".join(field.reason for field in fields)
    if isinstance(unfit, TextUnfit):
        return Problem(400, "text_unfit", reason)
    return Problem(400, "message_unfit", reason, fields)
