"""Who attends a conversation, as it is read."""

from datetime import datetime

from jawort.messaging.attendance.models import Attendance
from jawort.messaging.attendance.rules import Doing, doing
from jawort.messaging.models import Conversation
from jawort.staff.models import Agent


def attending(conversation: Conversation, *, besides: Agent, at: datetime) -> list[tuple[Agent, Doing]]:
    """The others who have it open, whoever writes first, then by name."""
    rows = Attendance.objects.filter(conversation=conversation, agent__is_active=True).exclude(agent=besides)
    there = [
        (row.agent, does)
        for row in rows.select_related("agent")
        if (does := doing(row.seen_at, row.wrote_at, at)) is not None
    ]
    return sorted(there, key=lambda each: (each[1] is Doing.READS, each[0].name, each[0].pk))
