"""What must hold of conversations and messages at rest."""

from django.db import connection
from django.db.models import Count, F, Max, Min

from jawort.core.finding import Finding
from jawort.messaging.models import Conversation, Message


def findings() -> list[Finding]:
    """Numbers without gaps, newest messages where the list says, nobody gone holding a conversation."""
    return [*_gaps(), *_previews(), *_leavers(), *_idle()]


def _gaps() -> list[Finding]:
    numbered = Message.objects.filter(seq__isnull=False).values("line", "direction")
    sums = numbered.annotate(first=Min("seq"), last=Max("seq"), n=Count("pk"))
    return [
        Finding(
            "messaging.gap",
            f"Line {row['line']}, {row['direction']}: numbers {row['first']} to {row['last']}, "
            f"but {row['n']} messages.",
        )
        for row in sums.exclude(first=1, last=F("n"))
    ]


def _previews() -> list[Finding]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT c.id FROM messaging_conversation c
            WHERE c.last_message_id IS DISTINCT FROM (
                SELECT m.id FROM messaging_message m WHERE m.conversation_id = c.id
                ORDER BY m.id DESC LIMIT 1)
            LIMIT 100
            """
        )
        return [
            Finding("messaging.preview", f"Conversation {row[0]} shows another message than its newest.")
            for row in cursor
        ]


def _leavers() -> list[Finding]:
    held = Conversation.objects.filter(status="open", assignee__is_active=False)
    return [
        Finding("messaging.leaver_holds", f"Conversation {pk} is assigned to a closed account: assign it anew.")
        for pk in held.values_list("pk", flat=True)[:100]
    ]


def _idle() -> list[Finding]:
    """A queued message has a job in its lane, or nobody would ever send it."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT m.id FROM messaging_message m
            WHERE m.direction = 'out' AND m.state IN ('queued', 'claimed', 'calling') AND NOT EXISTS (
                SELECT 1 FROM lanes_job j
                WHERE j.kind = 'deliver' AND j.ids ->> 'message' = m.id::text AND j.parked_at IS NULL)
            LIMIT 100
            """
        )
        return [Finding("messaging.stranded", f"Message {row[0]} waits, and no job sends it.") for row in cursor]
