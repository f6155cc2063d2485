"""Somebody has a conversation open, or writes in it.

Not in the ledger: it is fleeting, it is about staff, and that content was handed out is entered already.
"""

from datetime import datetime
from typing import Final

from django.db import connection, transaction
from django.db.models import Q

from jawort.messaging.attendance.models import Attendance
from jawort.messaging.attendance.rules import ATTENDS_FOR, doing
from jawort.messaging.live import notify_attended
from jawort.messaging.models import Conversation
from jawort.staff.models import Agent

#: All of a statement sees the table as it was before: so `was` is what others saw until now.
_ATTEND: Final = """
WITH was AS (
    SELECT seen_at, wrote_at FROM messaging_attendance WHERE conversation_id = %(home)s AND agent_id = %(agent)s
), now AS (
    INSERT INTO messaging_attendance (conversation_id, agent_id, seen_at, wrote_at)
    VALUES (%(home)s, %(agent)s, %(at)s, %(wrote)s)
    ON CONFLICT (conversation_id, agent_id) DO UPDATE SET seen_at = excluded.seen_at, wrote_at = excluded.wrote_at
)
SELECT seen_at, wrote_at FROM was
"""


@transaction.atomic
def attend(conversation: Conversation, agent: Agent, *, writes: bool, at: datetime) -> None:
    """Note that it is open before `agent`, who writes in it or does not. Others hear only of what is new to them."""
    wrote = at if writes else None
    with connection.cursor() as cursor:
        cursor.execute(_ATTEND, {"home": conversation.pk, "agent": agent.pk, "at": at, "wrote": wrote})
        was = cursor.fetchone()
    if was is None or doing(was[0], was[1], at) != doing(at, wrote, at):
        notify_attended(conversation.pk)


def forget_attendance(at: datetime) -> None:
    """Drop what is over."""
    Attendance.objects.exclude(Q(seen_at__gte=at - ATTENDS_FOR) & Q(seen_at__lte=at + ATTENDS_FOR)).delete()
