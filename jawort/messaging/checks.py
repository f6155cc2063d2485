"""What must hold of conversations and messages at rest."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, F, Max, Min, Q

from jawort.consent.rules import Basis, Refused
from jawort.core import clock
from jawort.core.finding import Finding
from jawort.ledger.kinds import Kind
from jawort.messaging.day import DAY, unclosed
from jawort.messaging.drafts.checks import findings as draft_findings
from jawort.messaging.files.checks import findings as file_findings
from jawort.messaging.models import Conversation, Day, Message, Seen
from jawort.messaging.quick_replies.checks import findings as quick_reply_findings
from jawort.messaging.rules import SEEN_FOR, State
from jawort.messaging.yes_first.checks import findings as newcomer_findings

FINDINGS_MAX = 100  # of each kind: more say nothing new
UPKEEP_WITHIN = timedelta(minutes=5)  # a worker keeps house every minute; a restart takes less than one

#: What each close said, and what its numbers hold today. Closes follow each other by number.
_CLOSES = """
    SELECT d.day, e.facts ->> 'day' IS NOT DISTINCT FROM d.day::text AND e.kind = %s, r.line, r.direction,
           r.first, r.last, r.count, (
               SELECT count(*) FROM messaging_message m
               WHERE m.line_id = r.line AND m.direction = r.direction AND m.seq BETWEEN r.first AND r.last)
    FROM messaging_day d LEFT JOIN ledger_entry e ON e.id = d.entry_id
    LEFT JOIN LATERAL jsonb_to_recordset(e.facts -> 'lines')
        AS r (line uuid, direction text, first bigint, last bigint, count bigint) ON true
    ORDER BY d.day
"""


def findings() -> list[Finding]:
    """Numbers without gaps, as many as were counted; nothing out without a basis; newest messages where the list says;

    nothing in a stranger's thread; nobody gone holding a conversation; days closed; forgotten what has had its time;

    what is ready to be sent opens; nobody waits for too long to be let in."""
    at = clock.now()
    return [
        *(*_gaps(), *_unpermitted(), *_previews(), *_two_open(), *_strays(), *_leavers()),
        *(*_idle(), *_asleep(), *_days(at), *_closes(), *_remembered(at), *file_findings()),
        *quick_reply_findings(),
        *draft_findings(at),
        *newcomer_findings(at),
    ]


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


def _two_open() -> list[Finding]:
    """Of merged contacts one conversation on a line is open, or two of us answer one person."""
    open_ = Conversation.objects.filter(status="open", contact__person__isnull=False).values("contact__person", "line")
    twice = open_.annotate(n=Count("pk")).filter(n__gt=1).order_by("contact__person", "line")
    return [
        Finding("messaging.two_open", f"Person {row['contact__person']} has {row['n']} conversations open on a line.")
        for row in twice[:FINDINGS_MAX]
    ]


def _strays() -> list[Finding]:
    """A message stands with the contact it came from or went to, or with one that is the same person."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT m.id, c.id FROM messaging_message m JOIN messaging_conversation c ON c.id = m.conversation_id
            WHERE m.contact_id <> c.contact_id AND NOT EXISTS (
                SELECT 1 FROM people_contact own JOIN people_contact home ON home.person_id = own.person_id
                WHERE own.id = m.contact_id AND home.id = c.contact_id)
            LIMIT %s
            """,
            [FINDINGS_MAX],
        )
        return [
            Finding("messaging.stray", f"Message {row[0]} stands in conversation {row[1]}, which is another person's.")
            for row in cursor
        ]


def _leavers() -> list[Finding]:
    held = Conversation.objects.filter(status="open", assignee__is_active=False)
    return [
        Finding("messaging.leaver_holds", f"Conversation {pk} is assigned to a closed account: assign it anew.")
        for pk in held.values_list("pk", flat=True)[:FINDINGS_MAX]
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


def _asleep() -> list[Finding]:
    """What is put aside until a time has a job that brings it back, or nobody would ever see it."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT c.id FROM messaging_conversation c
            WHERE c.snoozed_until IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM lanes_job j
                WHERE j.lane = 'snooze:' || c.id AND j.kind = 'wake' AND j.due_at <= c.snoozed_until
                  AND j.parked_at IS NULL)
            LIMIT 100
            """
        )
        return [
            Finding("messaging.asleep", f"Conversation {row[0]} is snoozed, and no job brings it back.")
            for row in cursor
        ]


def _unpermitted() -> list[Finding]:
    """What waits or has left rests on a basis; what was refused says why."""
    permitted, refused = [str(basis) for basis in Basis], [str(code) for code in Refused]
    fits = Q(state=State.REFUSED, gate__in=refused) | (~Q(state=State.REFUSED) & Q(gate__in=permitted))
    odd = Message.objects.filter(~fits, direction="out")
    return [
        Finding("messaging.no_permit", f"Message {pk} is {state}, and the gate's answer with it does not allow that.")
        for pk, state in odd.values_list("pk", "state")[:FINDINGS_MAX]
    ]


def _days(at: datetime) -> Iterator[Finding]:
    """Every day that has ended is closed, and none between is missing."""
    if late := unclosed(at - UPKEEP_WITHIN):
        text = f"The day {late[0]} has ended and is not closed: see that a worker runs (jawort work)."
        yield Finding("messaging.day_overdue", text)
    closed = Day.objects.aggregate(first=Min("day"), last=Max("day"), n=Count("pk"))
    if closed["n"] and (closed["last"] - closed["first"]) // DAY + 1 != closed["n"]:
        text = f"From {closed['first']} to {closed['last']} only {closed['n']} days are closed."
        yield Finding("messaging.day_missing", text)


def _closes() -> Iterator[Finding]:
    """Each close follows the one before, and as many messages bear its numbers as it counted."""
    with connection.cursor() as cursor:
        cursor.execute(_CLOSES, [Kind.DAY_CLOSED])
        rows = cursor.fetchall()
    last: dict[tuple[Any, str], int] = {}
    for day, is_close, line, direction, first, until, counted, there in rows:
        if not is_close:
            yield Finding("messaging.day_entry", f"What should close the day {day} in the ledger is another entry.")
        if line is None:
            continue
        if first != last.get((line, direction), 0) + 1 or counted != there:
            text = f"The close of {day} counts {counted} messages {direction}, {first} to {until}; {there} bear them."
            yield Finding("messaging.day_counts", f"Line {line}: {text}")
        last[line, direction] = until


def _remembered(at: datetime) -> list[Finding]:
    """What the platform told is known again for 8 days, and then forgotten."""
    count = Seen.objects.filter(at__lt=at - SEEN_FOR - UPKEEP_WITHIN).count()
    text = f"{count} updates are remembered for more than {SEEN_FOR.days} days: see that a worker runs (jawort work)."
    return [Finding("messaging.seen_late", text)] if count else []
