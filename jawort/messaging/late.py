"""What a failure that comes after the call says of more than its message: of line, window and template."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connection

from jawort.channels.parts import Template
from jawort.channels.types import Receipt, Retry
from jawort.channels.whatsapp.errors import meaning
from jawort.lines.rules import REFUSED_TEMPLATES
from jawort.lines.stop import RefusedTemplate, stop_live, stop_templates
from jawort.messaging.contents import whats_of
from jawort.messaging.models import Message
from jawort.messaging.rules import WINDOW
from jawort.people.persons import persons_of

#: The platform: more than 24 hours have passed since this person last wrote.
WINDOW_CLOSED: Final = 131047
#: The platform's clock and ours may differ by as much: what was written within it counts as written since.
SKEW: Final = timedelta(minutes=1)

# A window that somebody else is just moving is left to them: waiting here for locks out of order would be a deadlock,
# and the next failure says the same again.
_CLOSE: Final = """
UPDATE messaging_conversation c SET window_ends_at = f.at, version = c.version + 1
  FROM unnest(%b::uuid[], %b::uuid[], %b::timestamptz[]) AS f (contact, line, at)
 WHERE c.contact_id = f.contact AND c.line_id = f.line
   AND c.window_ends_at > f.at AND c.window_ends_at < f.at + make_interval(secs => %s)
   AND c.id IN (SELECT id FROM messaging_conversation WHERE contact_id = ANY(%b::uuid[]) AND line_id = ANY(%b::uuid[])
                 ORDER BY id FOR NO KEY UPDATE SKIP LOCKED)
"""


def heed_late(failed: Sequence[tuple[Message, Receipt]], at: datetime) -> None:
    """Do what these failures say beyond their messages, in the batch's transaction. No query where they say nothing.

    A failure without a code says nothing: the platform's code 0, which would stop the line, is that of a call alone.
    """
    told = [(m, receipt.failure.code, receipt.at) for m, receipt in failed if receipt.failure and receipt.failure.code]
    alarms = [(m.line_id, code, when) for m, code, when in told if meaning(code).retry is Retry.ALARM]
    stop_live({line: (code, when) for line, code, when in sorted(alarms, key=lambda alarm: alarm[2])}, at)
    _close_windows([m for m, code, _ in told if code == WINDOW_CLOSED])
    _stop_templates([(m, r) for m, r in failed if r.failure and r.failure.code in REFUSED_TEMPLATES], at)


def _close_windows(outside: Sequence[Message]) -> None:
    """The windows end when the newest of these was sent, unless the person wrote since. Two queries, or none.

    A window is the person's: of merged contacts each one's is closed.
    """
    if not outside:
        return
    persons = persons_of({m.contact_id for m in outside})
    ended: dict[tuple[UUID, UUID], datetime] = {}
    for message in outside:
        called = message.called_at or message.created_at
        for contact in persons[message.contact_id]:
            key = contact, message.line_id
            ended[key] = max(called, ended.get(key, called))
    contacts, lines = [contact for contact, _ in ended], [line for _, line in ended]
    with connection.cursor() as cursor:
        cursor.execute(
            _CLOSE, [contacts, lines, list(ended.values()), (WINDOW - SKEW).total_seconds(), contacts, lines]
        )


def _stop_templates(failed: Sequence[tuple[Message, Receipt]], at: datetime) -> None:
    """Templates of these messages are stopped. Two queries more, or none."""
    if not failed:
        return
    whats = whats_of(Message.objects.filter(pk__in={m.pk for m, _ in failed}))
    refused = []
    for message, receipt in failed:
        part = whats[message.pk].part if message.pk in whats else None
        if receipt.failure is not None and isinstance(part, Template):
            code, original = receipt.failure.code, receipt.original
            refused.append(RefusedTemplate(message.line_id, part.name, part.language, code, receipt.at, original))
    stop_templates(refused, at)
