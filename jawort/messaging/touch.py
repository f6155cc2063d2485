"""A conversation changes in the list: one of us wrote in it, or a message of it has moved on."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from jawort.messaging.live import notify
from jawort.messaging.models import Conversation, Message
from jawort.messaging.rules import PAIR_EVERY
from jawort.messaging.waiting import NOBODY, answers, wait_anew
from jawort.people.persons import held_members, members

#: What of a conversation says that it is not put aside.
AWAKE: Final[Mapping[str, None]] = {"snoozed_at": None, "snoozed_until": None}

_WROTE: Final = """
UPDATE messaging_conversation c
   SET last_message_at = %s, last_message_id = w.newest, version = c.version + 1,
       unread = CASE WHEN w.has_looked THEN 0 ELSE c.unread END,
       waiting_since = CASE WHEN w.has_answered THEN NULL ELSE c.waiting_since END
  FROM unnest(%b::uuid[], %b::uuid[], %b::boolean[], %b::boolean[]) AS w (home, newest, has_looked, has_answered)
 WHERE c.id = w.home
"""


def wrote(messages: Sequence[Message], at: datetime) -> None:
    """Note the newest messages of ours, given in their order; an answer leaves nothing unread and nobody waiting.

    Needs the locks of their conversations.
    """
    newest = {message.conversation_id: message.pk for message in messages}
    looked = {m.conversation_id for m in messages if m.direction != "note" and m.actor != NOBODY}
    answered = {m.conversation_id for m in messages if answers(m)}
    flags = [home in looked for home in newest], [home in answered for home in newest]
    with connection.cursor() as cursor:
        cursor.execute(_WROTE, [at, list(newest), list(newest.values()), *flags])


@transaction.atomic
def wait_again(conversation: Conversation) -> None:
    """What was to answer the person by itself did not leave: somebody of ours has to look after all."""
    Conversation.objects.select_for_update(of=("self",)).get(pk=conversation.pk)
    wait_anew([conversation.pk])
    notify([conversation.pk])


def shows_newest(conversation: UUID) -> bool:
    """The newest message that is left stands in the list, and somebody may wait anew; False if none is left.

    Needs the row's lock."""
    newest = Message.objects.filter(conversation=conversation).order_by("-pk").values_list("pk", "created_at").first()
    row = Conversation.objects.filter(pk=conversation)
    if newest is None:
        row.update(last_message_id=None)
    else:
        row.update(last_message_id=newest[0], last_message_at=newest[1])
    wait_anew([conversation])
    return newest is not None


def lock_homes(messages: Collection[UUID]) -> dict[UUID, datetime | None]:
    """Lock the conversations of these messages, in the order of their ids; of each when its burst is whole again.

    Locks are taken conversations first, then messages: intake does, so whoever changes messages must too.
    """
    return lock_all(messages, (), ())


def lock_all(
    messages: Collection[UUID], contacts: Collection[UUID], lines: Collection[UUID]
) -> dict[UUID, datetime | None]:
    """Lock the conversations of these messages and the open ones of these contacts on these lines, in one order.

    Once and for all that a transaction will write to: two that lock by and by meet in the middle and both wait. Not
    against the key, so that whoever only refers to a conversation goes on.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT id, burst_full_at FROM messaging_conversation
            WHERE id IN (
                SELECT conversation_id FROM messaging_message WHERE id = ANY(%b::uuid[])
                UNION ALL
                SELECT id FROM messaging_conversation
                WHERE contact_id = ANY(%b::uuid[]) AND line_id = ANY(%b::uuid[]) AND status = 'open')
            ORDER BY id FOR NO KEY UPDATE
            """,
            [list(messages), list(contacts), list(lines)],
        )
        return dict(cursor.fetchall())


def still_merged(
    persons: Mapping[UUID, tuple[UUID, ...]],
    contacts: Collection[UUID],
    lines: Collection[UUID],
    messages: Collection[UUID] = (),
) -> Mapping[UUID, tuple[UUID, ...]]:
    """Who is merged now that the conversations are locked: somebody may have been taken apart while we waited.

    A message that followed the merge that was would end in a stranger's thread. The other way round asks for nothing:
    who is merged while we wait gets a conversation of their own, in the person's thread, and doctor tells of two.
    """
    wanted = set(contacts)
    while (now := held_members(wanted, {one for person in persons.values() for one in person})) != persons:
        persons = now
        wanted.update(one for person in persons.values() for one in person)
        lock_all(messages, wanted, lines)
    return persons


def held_person(contact: UUID, line: UUID) -> tuple[UUID, ...]:
    """All contacts that are one person with this one, and stay so until the transaction ends; none if it is alone."""
    persons = members([contact])
    if not persons:
        return ()
    lock_all((), persons[contact], [line])
    return still_merged(persons, [contact], [line]).get(contact, ())


def bump(conversations: Collection[UUID]) -> None:
    """Rendered rows of these conversations are old. Needs their locks."""
    Conversation.objects.filter(pk__in=set(conversations)).update(version=F("version") + 1)


def bump_left(conversations: Collection[UUID], at: datetime) -> None:
    """Besides, a message has left through each, which takes its share of the burst. Needs their locks.

    The count is the conversation's, the limit the person's: where a new conversation follows on a full one, the
    platform's refusal tells.
    """
    if not conversations:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE messaging_conversation SET version = version + 1,"
            " burst_full_at = greatest(burst_full_at, %s) + make_interval(secs => %s) WHERE id = ANY(%b::uuid[])",
            [at, PAIR_EVERY.total_seconds(), list(conversations)],
        )
