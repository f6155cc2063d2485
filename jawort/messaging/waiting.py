"""Since when a customer waits for an answer: since the first message that no answer of ours has followed.

A reaction is nothing to answer, and no answer; nor is what was refused or did not get through, or what nobody wrote: an
answer that goes out by itself has read nothing. In a resolved conversation nobody waits.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection

from jawort.messaging.about import REACTION
from jawort.messaging.models import Message
from jawort.messaging.rules import State

#: Who has written what goes out by itself, as the ledger writes it.
NOBODY: Final = "system"
#: Read from the newest message back to our last answer, by the index of the thread.
_COUNT: Final = """
UPDATE messaging_conversation c SET waiting_since = CASE WHEN c.status = 'open' THEN (
    SELECT min(came.created_at) FROM messaging_message came
    WHERE came.conversation_id = c.id AND came.direction = 'in'
      AND NOT (came.kind = 'reaction' AND came.about_id IS NOT NULL)
      AND came.id > coalesce((
          SELECT said.id FROM messaging_message said
          WHERE said.conversation_id = c.id AND said.direction = 'out' AND said.kind <> 'reaction'
            AND said.actor <> 'system'
            AND said.state NOT IN ('failed', 'refused')
          ORDER BY said.id DESC LIMIT 1), '00000000-0000-0000-0000-000000000000')) END
WHERE c.id = ANY(%b::uuid[])
"""
#: Only a wait that began with these messages ends: who had asked something before still waits.
_LEAVE: Final = """
UPDATE messaging_conversation c SET waiting_since = NULL
 WHERE c.id IN (SELECT conversation_id FROM messaging_message WHERE id = ANY(%(messages)b::uuid[]))
   AND c.waiting_since = %(at)s
   AND NOT EXISTS (SELECT FROM messaging_message came
                    WHERE came.conversation_id = c.id AND came.direction = 'in' AND came.created_at = %(at)s
                      AND NOT (came.kind = 'reaction' AND came.about_id IS NOT NULL)
                      AND came.id <> ALL(%(messages)b::uuid[]))
"""


def leave_nothing(messages: Collection[UUID], at: datetime) -> None:
    """These messages, which came in at `at`, were heard whole and are answered by itself. Needs the locks.

    Should what answers them not get through, their writers wait again, reckoned from all their messages.
    """
    if messages:
        with connection.cursor() as cursor:
            cursor.execute(_LEAVE, {"messages": list(messages), "at": at})


def answers(message: Message) -> bool:
    """Whether nobody waits any more after this message."""
    is_said = message.direction == "out" and message.actor != NOBODY
    return is_said and message.kind != REACTION and message.state != State.REFUSED


def wait_anew(conversations: Collection[UUID]) -> None:
    """Reckon it from the messages: some were moved, or an answer did not get through. Needs the locks."""
    if conversations:
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, [list(conversations)])
