"""One of us uploads a file: sealed as it comes in, a draft until a message takes it along."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.http import parse_header_parameters

from jawort.messaging.content import period
from jawort.messaging.files.content import Claims
from jawort.messaging.files.judge import judged
from jawort.messaging.files.keep import keep
from jawort.messaging.files.models import File
from jawort.messaging.files.store import FILE_BYTES_MAX, begin, clear, write
from jawort.messaging.models import Message
from jawort.messaging.send import Author

BLOCK_BYTES = 64 * 1024  # as much as is asked for at a time
NAME_TAKEN_MAX = 1_000
DRAFTS_FOR = timedelta(days=1)
DROPPED_AT_ONCE = 100


def upload(
    contact: UUID, claims: Claims, blocks: Iterable[bytes], author: Author, at: datetime, *, limit: int = FILE_BYTES_MAX
) -> File:
    """The draft for `contact`. Raises TooLarge; whatever `blocks` raises comes through. Then nothing is left of it."""
    new = File.objects.create(
        contact_id=contact,
        direction="out",
        month=period(at),
        asked_at=at,
        created_at=at,
        author=author.agent,
        actor=author.actor,
    )
    try:
        file = begin(new.pk)
        assert file is not None, "nobody else knows of it yet"
        keep(file, judged(file, claims, write(file, blocks, limit=limit)), at)
    except BaseException:
        drop(new.pk)
        raise
    return File.objects.get(pk=new.pk)


def claims_of(content_type: str, disposition: str) -> Claims:
    """What the headers of an upload say of its file. The name is in a header because addresses are written down."""
    _, given = parse_header_parameters(disposition)
    return Claims(given.get("filename", "")[:NAME_TAKEN_MAX], content_type[:NAME_TAKEN_MAX])


def forget_drafts(at: datetime) -> None:
    """Remove what was uploaded a day ago and left in no message."""
    old = File.objects.filter(direction="out", message=None, created_at__lt=at - DRAFTS_FOR)
    for file in old.order_by("pk").values_list("pk", flat=True)[:DROPPED_AT_ONCE]:
        drop(file)


def let_go(message: Message) -> None:
    """What a message that is undone took along is removed. In the transaction that deletes the message."""
    held = File.objects.filter(message=message, state="draft")
    files = list(held.values_list("pk", flat=True))
    held.update(message=None)
    for file in files:
        drop(file)


@transaction.atomic
def drop(file_id: UUID) -> None:
    """Remove a file of ours that belongs to no message."""
    loose = File.objects.select_for_update(of=("self",)).filter(pk=file_id, direction="out", message=None)
    if loose.exists():
        clear(file_id)
        File.objects.filter(pk=file_id).delete()
