"""Somebody has seen what came in. Only a POST leads here: a GET never changes what anybody sees."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.messaging.about import STANDS_ON_ANOTHER
from jawort.messaging.live import notify
from jawort.messaging.models import Conversation, Message
from jawort.messaging.tell import tell
from jawort.messaging.touch import AWAKE


@transaction.atomic
def mark_read(
    conversation: Conversation, *, actor: str, at: datetime, seen: UUID | None = None, tells: bool = True
) -> None:
    """Set the unread count to nothing, or to what came in after `seen`, the newest message that was shown.

    The customer learns of it where the line says so and whoever reads `tells` it.
    """
    held = Conversation.objects.select_related("line").select_for_update(of=("self",)).get(pk=conversation.pk)
    left = newer(held, seen) if seen else 0
    if held.unread > left:
        Conversation.objects.filter(pk=held.pk).update(unread=left, version=F("version") + 1)
        record([Entry(Kind.CONVERSATION_READ, actor, held.pk)], at)
        if tells:
            tell(held, at)
        notify([held.pk])


@transaction.atomic
def typing(conversation: Conversation, at: datetime) -> None:
    """Somebody writes an answer here; the customer learns of it where the line says so."""
    if conversation.status == "open":
        tell(conversation, at, typing=True)


@transaction.atomic
def mark_unread(conversation: Conversation, *, actor: str, at: datetime) -> None:
    """Let it stand out again, also if it is put aside: it needs somebody's eyes."""
    changed = Conversation.objects.filter(pk=conversation.pk, unread=0).update(
        unread=1, **AWAKE, version=F("version") + 1
    )
    if changed:
        record([Entry(Kind.CONVERSATION_UNREAD, actor, conversation.pk)], at)
        notify([conversation.pk])


def newer(conversation: Conversation, seen: UUID) -> int:
    """How many messages came in after `seen`. Needs the conversation's lock: ids are made under it, so they grow."""
    came = Message.objects.filter(conversation=conversation, direction="in", pk__gt=seen)
    return came.exclude(STANDS_ON_ANOTHER).count()


def is_behind(conversation: Conversation, seen: UUID | None, version: int | None) -> bool:
    """Whether a caller who has shown this newest message, or this version of a row, has missed any. Needs the lock."""
    if version is not None and version != conversation.version:
        return True
    return seen is not None and newer(conversation, seen) > 0
