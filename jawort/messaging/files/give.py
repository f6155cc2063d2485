"""Files go out: each is given to the platform before the message that refers to it, by workers of their own.

The gate is asked before the bytes leave, as it is before the message does. What passes by itself is tried again; what
the platform refuses for good ends the message, with the platform's reason.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from jawort.channels.types import Named, Refused, Retry
from jawort.channels.whatsapp.errors_accounts import UNREADABLE
from jawort.consent.rules import Permit, Refusal
from jawort.core import clock
from jawort.lanes.outcome import Again, Done, Job
from jawort.lanes.outcome import Outcome as Fate
from jawort.lines.stop import stop
from jawort.messaging.carrier import Giver, Parcel
from jawort.messaging.claim import PASSING, shut
from jawort.messaging.content import What
from jawort.messaging.contents import whats_of
from jawort.messaging.files.along import type_for
from jawort.messaging.files.content import WHOLE
from jawort.messaging.files.given import given_ids, note_given
from jawort.messaging.files.keep import attach
from jawort.messaging.files.models import File
from jawort.messaging.files.store import describe, read
from jawort.messaging.gate import answers, recipient_of
from jawort.messaging.live import notify
from jawort.messaging.models import Message
from jawort.messaging.outcome import wait_for
from jawort.messaging.rules import State, undo_wait
from jawort.messaging.touch import lock_homes
from jawort.vault.seal import Unreadable

HELD_FOR: Final = timedelta(seconds=5)


class Give:
    """The lane handler of kind `give`: one file, for the message that follows it in its lane."""

    def __init__(self, giver: Giver) -> None:
        self.giver = giver

    def __call__(self, jobs: Sequence[Job]) -> Sequence[Fate]:
        """What becomes of each job. A message that is not waiting any more needs no file."""
        return [self._fate(job, clock.now()) for job in jobs]

    def _fate(self, job: Job, at: datetime) -> Fate:
        message = Message.objects.filter(pk=job.ids["message"], state=State.QUEUED).first()
        what = whats_of([message]).get(message.pk) if message else None
        if message is None or what is None or what.file is None:
            return Done()  # its delivery follows, and says what is the matter
        if until := undo_wait(message.leaves_at, at):
            return Again(until, "undo", counts=False)
        try:
            if message.leaves_at is not None and not _leaves(message, what.file, at):
                return Done()
        except Unreadable:
            return _ended(message, UNREADABLE)
        if given_ids([(what.file, message.line_id)], at):
            return Done()
        held = _held(message, what, at)
        if held is not None:
            return held
        try:
            return self._given(message, what.file, job)
        except Unreadable:
            return _ended(message, UNREADABLE)

    def _given(self, message: Message, file_id: UUID, job: Job) -> Fate:
        file = File.objects.filter(pk=file_id, contact=message.contact_id).first()
        described = describe([file]).get(file.pk) if file else None
        stream = described.stream(WHOLE) if described else None
        if file is None or described is None or stream is None:
            return _ended(message, UNREADABLE)
        parcel = Parcel(message.line_id, type_for(described), stream.size, read(file.pk, stream))
        match self.giver.give(parcel):
            case Named(provider_id):
                note_given(file, message.line_id, provider_id, message.pk, clock.now())
                return Done()
            case Refused() as refused:
                return _refused(message, refused, job)


@transaction.atomic
def _leaves(message: Message, file: UUID, at: datetime) -> bool:
    """From now on nobody can undo it, and the ledger commits to its file. False if somebody just has."""
    lock_homes([message.pk])
    locked = Message.objects.select_for_update(of=("self",), no_key=True)
    held = locked.filter(pk=message.pk, state=State.QUEUED).first()
    if held is None:
        return False
    Message.objects.filter(pk=held.pk).update(leaves_at=None)
    if drafts := list(File.objects.filter(pk=file, message=held, state="draft")):
        attach(drafts, held, at)
    if held.conversation_id is not None:
        notify([], [(held.conversation_id, held.pk)])
    return True


def _held(message: Message, what: What, at: datetime) -> Fate | None:
    """What the gate says against it: wait for what passes, else leave it to the delivery to say so."""
    recipient = recipient_of(message, what)
    match answers([recipient], at)[recipient].verdict:
        case Permit():
            return None
        case Refusal(code) if code in PASSING:
            return Again(at + HELD_FOR, str(code), counts=False)
        case Refusal():
            return Done()


def _refused(message: Message, refused: Refused, job: Job) -> Fate:
    at, wait = clock.now(), wait_for(refused, job)
    if refused.retry is Retry.ALARM:
        stop([(message.line_id, refused.code)], at)
    if wait is not None:
        return Again(at + wait, refused.reason)
    return _ended(message, refused.code)


@transaction.atomic
def _ended(message: Message, code: int) -> Fate:
    """The message failed before it could leave."""
    lock_homes([message.pk])
    locked = Message.objects.select_for_update(of=("self",), no_key=True)
    shut(list(locked.filter(pk=message.pk, state=State.QUEUED)), code, clock.now())
    return Done()
