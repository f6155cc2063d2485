"""A conversation changes in the list: one of us wrote in it, or a message of it has moved on."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import F

from jawort.messaging.models import Conversation, Message


def wrote(conversation: Conversation, message: Message, at: datetime) -> None:
    """Note the newest message of ours; an answer leaves nothing unread. Needs the conversation's row lock."""
    unread = conversation.unread if message.direction == "note" else 0
    Conversation.objects.filter(pk=conversation.pk).update(
        last_message_at=at, last_message_id=message.pk, unread=unread, version=F("version") + 1
    )


def lock_homes(messages: Collection[UUID]) -> None:
    """Lock the conversations of these messages, in the order of their ids.

    Locks are taken conversations first, then messages: intake does, so whoever changes messages must too.
    """
    lock_all(messages, (), ())


def lock_all(messages: Collection[UUID], contacts: Collection[UUID], lines: Collection[UUID]) -> None:
    """Lock the conversations of these messages and the open ones of these contacts on these lines, in one order.

    Once and for all that a transaction will write to: two that lock by and by meet in the middle and both wait. Not
    against the key, so that whoever only refers to a conversation goes on.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT id FROM messaging_conversation
            WHERE id IN (
                SELECT conversation_id FROM messaging_message WHERE id = ANY(%b::uuid[])
                UNION ALL
                SELECT id FROM messaging_conversation
                WHERE contact_id = ANY(%b::uuid[]) AND line_id = ANY(%b::uuid[]) AND status = 'open')
            ORDER BY id FOR NO KEY UPDATE
            """,
            [list(messages), list(contacts), list(lines)],
        )


def bump(conversations: Sequence[UUID]) -> None:
    """Rendered rows of these conversations are old. Needs their locks."""
    Conversation.objects.filter(pk__in=set(conversations)).update(version=F("version") + 1)
