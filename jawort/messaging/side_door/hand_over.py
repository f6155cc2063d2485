"""One of us hands a link over: a customer brings files there, or takes some of ours from there."""

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from jawort.core.ids import uuid7
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.messaging.access import threads_of
from jawort.messaging.content import period
from jawort.messaging.draft import Draft, Unfit
from jawort.messaging.files.bombs import bomb_in
from jawort.messaging.files.keep import attach
from jawort.messaging.files.models import File
from jawort.messaging.live import notify
from jawort.messaging.models import Conversation, Message
from jawort.messaging.send import Author, send
from jawort.messaging.side_door.models import SideDoor
from jawort.messaging.side_door.queries import index_of, seal_purpose
from jawort.messaging.side_door.rules import OPEN_FOR, TOKEN_BYTES, Condition, Way, condition

#: Makes the text of the message, from the token and from when on the link opens nothing any more.
Saying = Callable[[str, datetime], str]


@transaction.atomic
def hand_over(
    conversation: Conversation, what_for: str, say: Saying, author: Author, at: datetime, files: Sequence[File] = ()
) -> Message:
    """Send the link of a new side door: out with `files`, else in. Raises what `send` does, and Unfit for a bomb.

    The token is in the message and nowhere else. What the gate refuses is kept with its text, as ever; sent again
    later, its link opens the same door. It leaves at once: withdrawing the link is its undo, also after the customer
    has it.
    """
    if broken := [breach for file in files for breach in bomb_in(file)]:
        raise Unfit(broken)
    token, ends_at = secrets.token_urlsafe(TOKEN_BYTES), at + OPEN_FOR
    message = send(conversation, Draft(say(token, ends_at), side_door=True), author, at)
    if files:
        attach(files, message, at)
    door = SideDoor(
        id=uuid7(),
        token_index=index_of(token),
        way=Way.OUT if files else Way.IN,
        conversation_id=conversation.pk,
        contact_id=message.contact_id,
        message=message,
        month=period(at),
        author=author.agent,
        created_at=at,
        ends_at=ends_at,
    )
    seal_purpose(door, what_for)
    door.save(force_insert=True)
    _enter(door, "opened", author.actor, at)
    return message


@transaction.atomic
def withdraw(conversation: Conversation, door_id: UUID, *, actor: str, at: datetime) -> bool:
    """Shut it: from now on the link opens nothing. False if it did not anyway. Raises SideDoor.DoesNotExist."""
    here = SideDoor.objects.filter(conversation__in=threads_of(conversation))
    door = here.select_for_update(of=("self",), no_key=True).get(pk=door_id)
    if door.used_at is not None or condition(door.facts, at) is not Condition.OPEN:
        return False
    SideDoor.objects.filter(pk=door.pk).update(withdrawn_at=at)
    _enter(door, "withdrawn", actor, at)
    return True


def used(door: SideDoor, at: datetime) -> None:
    """Files passed. In the transaction of whoever holds the row's lock."""
    door.used_at = at
    SideDoor.objects.filter(pk=door.pk).update(used_at=at)
    _enter(door, "used", f"customer:{door.contact_id}", at)


def _enter(door: SideDoor, change: str, actor: str, at: datetime) -> None:
    facts = {"way": str(door.way), "change": change}
    record([Entry(Kind.SIDE_DOOR_CHANGED, actor, door.pk, facts, related=door.conversation_id)], at)
    notify([], [(door.conversation_id, door.message_id)])
