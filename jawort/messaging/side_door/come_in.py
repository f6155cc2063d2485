"""A customer brings files to a side door. They are in the conversation all together, or none of them is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from jawort.channels.types import Inbound, Kind, SenderRef
from jawort.messaging.files.content import Claims
from jawort.messaging.files.keep import attach
from jawort.messaging.files.models import File
from jawort.messaging.files.rules import Shown
from jawort.messaging.files.store import HEAD_BYTES, describe
from jawort.messaging.files.upload import drop, upload
from jawort.messaging.models import Message
from jawort.messaging.receive import Arrival, receive
from jawort.messaging.send import Author
from jawort.messaging.side_door.hand_over import used
from jawort.messaging.side_door.models import SideDoor
from jawort.messaging.side_door.rules import Condition, Way, checked, condition
from jawort.messaging.touch import held_person

#: What one file is called in the list and the thread; several are documents.
_KINDS: dict[str, Kind] = {Shown.PICTURE: "image", Shown.AUDIO: "audio", Shown.VIDEO: "video"}


class Shut(Exception):
    """The door is not open any more, and says how it stands. Nothing came in."""

    def __init__(self, now: Condition) -> None:
        super().__init__(str(now))
        self.condition = now


@dataclass(frozen=True, slots=True)
class Brought:
    """One file as it comes: what is said of it, and its bytes, which are taken as they are needed."""

    claims: Claims
    blocks: Iterable[bytes]


@transaction.atomic
def knock(door: SideDoor, at: datetime) -> None:
    """Count that somebody brings files. Raises Shut."""
    held = SideDoor.objects.select_for_update(of=("self",), no_key=True).get(pk=door.pk)
    if (now := condition(held.facts, at)) is not Condition.OPEN or held.way != Way.IN:
        raise Shut(now)
    SideDoor.objects.filter(pk=held.pk).update(tries=F("tries") + 1)


def bring(door: SideDoor, one: Brought, at: datetime, *, limit: int) -> File:
    """Seal one file as it comes; nothing of it is to be seen before `come_in`.

    Raises TooLarge, WrongType, and whatever its bytes raise; then nothing of it is left.
    """
    blocks = checked(one.blocks, one.claims.type, one.claims.name, head_bytes=HEAD_BYTES)
    return upload(door.contact_id, one.claims, blocks, Author(f"customer:{door.contact_id}", None), at, limit=limit)


@transaction.atomic
def come_in(door: SideDoor, files: list[File], at: datetime, *, knocked_at: datetime) -> Message:
    """They stand in the conversation as a message of the customer, unread. Of two who try at once one gets in.

    Whoever knocked in time may end what takes a while. It opens no window: WhatsApp knows nothing of it. Raises Shut.
    """
    held = SideDoor.objects.select_for_update(of=("self",), no_key=True).select_related("conversation").get(pk=door.pk)
    now = condition(held.facts, knocked_at)
    if now not in {Condition.OPEN, Condition.WORN} or held.way != Way.IN:
        raise Shut(now)
    inbound = Inbound(
        line_ref="",
        provider_id="",
        sender=SenderRef(None, None, None, None),
        sent_at=at,
        kind=_kind(files),
        text="",
        provider_kind="side_door",
        opens_window=False,
        original=b"",
        side_door=True,
    )
    person = held_person(held.contact_id, held.conversation.line_id)
    (message,) = receive([Arrival(inbound, held.conversation.line_id, held.contact_id, person)], at)
    attach(files, message, at)
    used(held, at)
    return message


def leave(files: Iterable[UUID]) -> None:
    """What was brought and does not come in is removed."""
    for file in files:
        drop(file)


def _kind(files: list[File]) -> Kind:
    if len(files) != 1:
        return "document"
    said = describe(files).get(files[0].pk)
    return _KINDS.get(said.found.shown, "document") if said else "document"
