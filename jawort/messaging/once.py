"""One id of a browser or a program names one message: the same request again doubles nothing."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import IntegrityError
from psycopg.errors import UniqueViolation

from jawort.messaging.models import Conversation, Message

_COLUMN = "client_id"


class ClientIdTaken(ValueError):
    """The id belongs to another conversation, another author, or a note where an answer was meant. Nothing was stored.

    The message it names is not returned: it is somebody else's, and whoever asks may not be allowed to see it."""


def said_before(client_id: UUID | None, home: Conversation, *, actor: str, direction: str) -> Message | None:
    """The message that this author wrote here under `client_id`. Raises ClientIdTaken if it names another one."""
    known = said_under([client_id]).get(client_id) if client_id else None
    if known:
        check_theirs(known, home, actor=actor, direction=direction)
    return known


def said_under(client_ids: Collection[UUID]) -> dict[UUID, Message]:
    """What has one of these ids, whoever wrote it and where, by the id. One query, or none."""
    found = Message.objects.filter(client_id__in=client_ids) if client_ids else ()
    return {message.client_id: message for message in found if message.client_id is not None}


def check_theirs(known: Message, home: Conversation, *, actor: str, direction: str) -> None:
    """Raises ClientIdTaken unless this author wrote it here."""
    if (known.conversation_id, known.actor, known.direction) != (home.pk, actor, direction):
        raise ClientIdTaken("This id was used for another message.")


@contextmanager
def taken_meanwhile() -> Iterator[None]:
    """Around the transaction: two conversations at once under one id are told apart only by the table's constraint."""
    try:
        yield
    except IntegrityError as error:
        if not broken(error, _COLUMN):
            raise
        raise ClientIdTaken("This id was used for another message.") from None


def broken(error: IntegrityError, constraint: str) -> bool:
    """Whether it was the unique constraint with `constraint` in its name."""
    cause = error.__cause__
    return isinstance(cause, UniqueViolation) and constraint in (cause.diag.constraint_name or "")
