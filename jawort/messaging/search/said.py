"""What can be read of messages and is searched: the text, and what its files are called. A reaction is none of it."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from jawort.channels.parts import Media
from jawort.messaging.about import REACTION
from jawort.messaging.contents import whats_of
from jawort.messaging.files.queries import attached
from jawort.messaging.models import Message

#: What opening a message needs, its columns and no more.
NEEDED: Final = ("id", "contact_id", "month", "created_at", "wrapped", "ciphertext")


def searched() -> QuerySet[Message]:
    """The messages that can be found."""
    return Message.objects.exclude(kind=REACTION)


def said(messages: Iterable[Message]) -> dict[UUID, str]:
    """What each of these says, as far as it opens: a line of text, then a line for each file."""
    whats = whats_of(messages)
    brought = {message: what.file for message, what in whats.items() if what.file}
    ours = attached(brought, brought)
    found = {}
    for message, what in whats.items():
        names = [what.part.filename] if isinstance(what.part, Media) else []
        names += [file.name for file in ours.get(message, ())]
        found[message] = "\n".join(filter(None, (what.text, *names)))
    return found
