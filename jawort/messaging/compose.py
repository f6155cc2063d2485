"""What an agent has written at the desk becomes a message or a note, and is no draft any more."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from jawort.messaging.draft import Draft
from jawort.messaging.drafts.keep import end
from jawort.messaging.models import Conversation, Message
from jawort.messaging.note import note
from jawort.messaging.send import Author, send
from jawort.staff.models import Agent


@transaction.atomic
def reply(
    conversation: Conversation,
    draft: Draft,
    person: Agent,
    at: datetime,
    *,
    client_id: UUID | None,
    seen: UUID | None = None,
) -> Message:
    """Send it so that the person can undo it for as long as they want to. Raises what `send` does."""
    message = put(conversation, draft, person, at, client_id=client_id, seen=seen)
    end(conversation.pk, person)
    return message


def put(
    conversation: Conversation,
    draft: Draft,
    person: Agent,
    at: datetime,
    *,
    client_id: UUID | None,
    seen: UUID | None = None,
) -> Message:
    """Send a question or a template so that it can be undone as a reply can. What is being written stays a draft.

    Raises what `send` does.
    """
    undo_for, author = timedelta(seconds=person.undo_seconds), Author(person.actor, person)
    return send(conversation, draft, author, at, client_id=client_id, undo_for=undo_for, seen=seen)


@transaction.atomic
def jot(conversation: Conversation, text: str, person: Agent, at: datetime, client_id: UUID | None) -> Message:
    """Write it into the thread, for us alone. Raises what `note` does."""
    message = note(conversation, text, Author(person.actor, person), at, client_id=client_id)
    end(conversation.pk, person)
    return message
