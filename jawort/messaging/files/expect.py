"""Files that messages name, to be fetched: when the messages come in, and when a person asks once more."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from jawort.core.ids import uuid7
from jawort.lanes.enqueue import NewJob, enqueue
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.messaging.files.models import File
from jawort.messaging.files.rules import State
from jawort.messaging.live import notify
from jawort.messaging.models import Message

FETCH: Final = "fetch"
#: The pace of all fetching: workers of their own take its lanes, and no others do.
PACE: Final = "files"


def expect(messages: Sequence[Message], at: datetime) -> None:
    """Each of `messages`, just stored, has a file to be fetched. In their transaction; nothing is asked for none."""
    if not messages:
        return
    files = File.objects.bulk_create(
        File(
            id=uuid7(),
            message=message,
            contact_id=message.contact_id,
            direction="in",
            month=message.month,
            asked_at=at,
            created_at=at,
            actor=f"customer:{message.contact_id}",
        )
        for message in messages
    )
    enqueue([_job(file.pk) for file in files], at)


@transaction.atomic
def ask_again(file: File, *, actor: str, at: datetime) -> bool:
    """Fetch what was refused or lost once more, for as long as at first; False if it waits or is here already."""
    held = File.objects.select_for_update(of=("self",), no_key=True).select_related("message").get(pk=file.pk)
    if held.state not in (State.REFUSED, State.LOST) or held.message is None:
        return False
    File.objects.filter(pk=held.pk).update(state=State.WAITING, reason="", asked_at=at, tries=0)
    record([Entry(Kind.FILE_ASKED_AGAIN, actor, held.pk, related=held.message_id)], at)
    enqueue([_job(held.pk)], at)
    if held.message.conversation_id is not None:
        notify([], [(held.message.conversation_id, held.message.pk)])
    return True


def _job(file: UUID) -> NewJob:
    return NewJob(f"file:{file}", FETCH, {"file": str(file)}, pace=PACE)
