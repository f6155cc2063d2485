"""A customer learns that they were read, or that somebody is writing: only where the line says so, and only by a POST.

It is a courtesy: it waits for nothing, holds up nothing, and what becomes of it is nobody's trouble.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from jawort.consent.rules import Permit, Refusal, Refused
from jawort.core import clock
from jawort.lanes.enqueue import NewJob, enqueue
from jawort.lanes.models import Job as JobRow
from jawort.lanes.outcome import Done, Job
from jawort.lanes.outcome import Outcome as Fate
from jawort.lines.models import Receipts
from jawort.messaging.about import CALL, STANDS_ON_ANOTHER
from jawort.messaging.carrier import Mark, Teller
from jawort.messaging.gate import Recipient, answers
from jawort.messaging.models import Conversation, Message
from jawort.messaging.opened import opened

TELL: Final = "tell"
#: WhatsApp Business Platform, mark message as read.
TOLD_WITHIN: Final = timedelta(days=30)


def tell(conversation: Conversation, at: datetime, *, typing: bool = False) -> None:
    """Let the customer know, if the line says so. In the transaction of whoever read or writes.

    What waits to be told already is not told twice: however often somebody reads or types, one call is made at a time.
    """
    wanted = conversation.line.receipts
    if wanted == Receipts.NEVER or (typing and wanted != Receipts.TYPING):
        return
    lane = f"telling:{conversation.pk}"
    if JobRow.objects.filter(lane=lane, parked_at=None).exists():
        return
    ids = {"conversation": str(conversation.pk), "typing": "yes" if typing else ""}
    enqueue([NewJob(lane, TELL, ids, pace=f"telling:{conversation.line_id}")], at)


class Tell:
    """The lane handler of kind `tell`."""

    def __init__(self, teller: Teller) -> None:
        self.teller = teller

    def __call__(self, jobs: Sequence[Job]) -> Sequence[Fate]:
        """Tell those to whom we may write at all, window or not. Done, whatever the platform says.

        Of a conversation its newest message is named, and with it the platform marks all before: also what came while
        the job waited, for then nobody told of it.
        """
        typing = {UUID(job.ids["conversation"]): bool(job.ids["typing"]) for job in jobs}
        at = clock.now()
        held = opened(_newest(typing, at))
        recipients = {o.message.pk: Recipient(o.message.contact_id, o.message.line_id) for o in held}
        verdicts = answers(recipients.values(), at)
        marks = [
            Mark(o.message.line_id, o.provider_id, typing[home])
            for o in held
            if (home := o.message.conversation_id)
            and o.provider_id
            and _may(verdicts[recipients[o.message.pk]].verdict)
        ]
        self.teller.tell(marks)
        return [Done() for _ in jobs]


def _newest(conversations: Collection[UUID], at: datetime) -> list[Message]:
    """The newest message of the customer in each conversation that can still be told of. One query."""
    came = Message.objects.filter(conversation__in=conversations, direction="in", created_at__gt=at - TOLD_WITHIN)
    told = came.exclude(STANDS_ON_ANOTHER).exclude(kind=CALL).order_by("conversation", "-id").distinct("conversation")
    return list(Message.objects.filter(pk__in=told.values("pk")))


def _may(verdict: Permit | Refusal) -> bool:
    """Whether somebody may learn that we have read: the window is for messages."""
    return isinstance(verdict, Permit) or verdict.code is Refused.WINDOW_CLOSED
