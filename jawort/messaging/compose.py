"""What an agent has written at the desk becomes a message or a note, and is no draft any more."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from jawort.messaging.draft import Draft
from jawort.messaging.drafts.keep import end
from jawort.messaging.models import Conversation, Message
from jawort.messaging.note import note
from jawort.messaging.send import Author, send
from jawort.staff.models import Agent


def signed(text: str, signature: str) -> str:
    """The text with the signature as its last line; as it is where there is none, or it stands there: whoever takes an
    answer back has both in their hands."""
    return text if not signature or not text.strip() or text.endswith(signature) else f"{text}\n\n{signature}"


@transaction.atomic
def reply(
    conversation: Conversation,
    draft: Draft,
    person: Agent,
    at: datetime,
    *,
    client_id: UUID | None,
    seen: UUID | None = None,
    keeps_draft: bool = False,
) -> Message:
    """Send it so that the person can undo it for as long as they want to. What they are writing is no draft any more,
    unless this is a question or a template beside it. A text ends with their signature. Raises what `send` does."""
    undo_for, author = timedelta(seconds=person.undo_seconds), Author(person.actor, person)
    said = replace(draft, text=signed(draft.text, person.signature)) if draft.kind == "text" else draft
    message = send(conversation, said, author, at, client_id=client_id, undo_for=undo_for, seen=seen)
    if not keeps_draft:
        end(conversation.pk, person)
    return message


@transaction.atomic
def jot(conversation: Conversation, text: str, person: Agent, at: datetime, client_id: UUID | None) -> Message:
    """Write it into the thread, for us alone. Raises what `note` does."""
    message = note(conversation, text, Author(person.actor, person), at, client_id=client_id)
    end(conversation.pk, person)
    return message
