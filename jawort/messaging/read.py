"""Somebody has seen what came in. Only a POST leads here: a GET never changes what anybody sees."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.messaging.live import notify
from jawort.messaging.models import Conversation


@transaction.atomic
def mark_read(conversation: Conversation, *, actor: str, at: datetime) -> None:
    """Set the unread count to nothing."""
    changed = Conversation.objects.filter(pk=conversation.pk, unread__gt=0).update(unread=0, version=F("version") + 1)
    if changed:
        record([Entry(Kind.CONVERSATION_READ, actor, conversation.pk)], at)
        notify([conversation.pk])


@transaction.atomic
def mark_unread(conversation: Conversation, *, actor: str, at: datetime) -> None:
    """Let it stand out again: it needs somebody's eyes."""
    changed = Conversation.objects.filter(pk=conversation.pk, unread=0).update(unread=1, version=F("version") + 1)
    if changed:
        record([Entry(Kind.CONVERSATION_UNREAD, actor, conversation.pk)], at)
        notify([conversation.pk])
