"""A conversation is put aside until a time, or until the person writes; then it comes back into sight, unread.

So it does when a message of ours did not get through: the person has nothing to answer, and would never write.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from jawort.core import clock
from jawort.lanes.enqueue import NewJob, enqueue
from jawort.lanes.outcome import Done, Job, Outcome
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.messaging.live import notify
from jawort.messaging.models import Conversation
from jawort.messaging.read import is_behind
from jawort.messaging.rules import SNOOZE_MAX, may_snooze
from jawort.messaging.touch import AWAKE
from jawort.messaging.waiting import wait_anew

WAKE: Final = "wake"


class CannotSnooze(ValueError):
    """The conversation is resolved, something came in that nobody has seen, or the time is past or too far away.

    Nothing was changed.
    """


@transaction.atomic
def snooze(
    conversation: Conversation,
    until: datetime | None,
    *,
    actor: str,
    at: datetime,
    seen: UUID | None = None,
    version: int | None = None,
) -> bool:
    """Put the conversation aside until then; with None until the person writes, which always ends it. True: it changed.

    `seen` is the newest message that the caller has shown, `version` that of the row in a list. Raises CannotSnooze.
    """
    if not may_snooze(until, at):
        raise CannotSnooze(f"The time must lie in the future, at most {SNOOZE_MAX.days} days away.")
    held = Conversation.objects.select_for_update(of=("self",)).get(pk=conversation.pk)
    if held.status != "open":
        raise CannotSnooze("This conversation is resolved: reopen it first.")
    if is_behind(held, seen, version):
        raise CannotSnooze("Something came in meanwhile.")
    Conversation.objects.filter(pk=held.pk).update(snoozed_at=at, snoozed_until=until, version=F("version") + 1)
    if until is not None:
        # What waits for an earlier time may stay: it finds nothing that is due.
        enqueue([NewJob(f"snooze:{held.pk}", WAKE, {"conversation": str(held.pk)}, until)], at)
    record([Entry(Kind.CONVERSATION_SNOOZED, actor, held.pk, {"until": until.isoformat() if until else None})], at)
    notify([held.pk])
    return True


@transaction.atomic
def wake(conversation: Conversation, *, actor: str, at: datetime) -> None:
    """Take it back into sight before its time. Nothing happens to one that is in sight."""
    asleep = Conversation.objects.filter(pk=conversation.pk, snoozed_at__isnull=False)
    if asleep.update(**AWAKE, version=F("version") + 1):
        record([Entry(Kind.CONVERSATION_WOKEN, actor, conversation.pk)], at)
        notify([conversation.pk])


@transaction.atomic
def come_back(jobs: Sequence[Job]) -> Sequence[Outcome]:
    """The lane handler of kind `wake`: whatever of these is due stands out again, for it needs somebody's eyes."""
    at = clock.now()
    # A job that was taken is due, also if the clock was set back since: none would come after it.
    passed = max([at, *(job.due_at for job in jobs)])
    named = Conversation.objects.filter(
        pk__in={UUID(job.ids["conversation"]) for job in jobs}, snoozed_until__lte=passed
    )
    due = list(named.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    _stand_out(due, at)
    return [Done() for _ in jobs]


def stir(conversations: Collection[UUID], at: datetime) -> None:
    """In each of these a message of ours did not get through: the person waits on, and if it is put aside, it comes

    back. Needs their locks."""
    if conversations:
        wait_anew(conversations)
        asleep = Conversation.objects.filter(pk__in=conversations, snoozed_at__isnull=False).order_by("pk")
        _stand_out(list(asleep.values_list("pk", flat=True)), at)


def _stand_out(homes: Sequence[UUID], at: datetime) -> None:
    if homes:
        Conversation.objects.filter(pk__in=homes).update(
            **AWAKE, unread=Greatest("unread", 1), version=F("version") + 1
        )
        record([Entry(Kind.CONVERSATION_WOKEN, "system", home) for home in homes], at)
        notify(homes)
