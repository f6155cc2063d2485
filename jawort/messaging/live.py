"""Tell open desks what changed: ids only, one notify per batch or act, in the transaction of the change."""

from collections.abc import Collection, Iterable, Sequence
from itertools import islice
from uuid import UUID

import msgspec
from django.db import connection

from jawort.messaging.models import Conversation

CHANNEL = "jawort_live"
IDS_MAX = 60  # 60 ids and 60 pairs of ids stay below the 8,000 bytes that PostgreSQL takes


def notify(
    conversations: Iterable[UUID],
    messages: Sequence[tuple[UUID, UUID]] = (),
    *,
    came: bool = False,
    given: Collection[UUID] = (),
) -> None:
    """Name changed conversations, and changed messages as (conversation, message); more than fit go in several.

    `came`: customers have just written these messages. `given`: whom somebody else gave these conversations, or named
    in them.
    """
    changed, rest = iter(dict.fromkeys(conversations)), iter(messages)
    payloads = []
    while True:
        homes, pairs = list(islice(changed, IDS_MAX)), list(islice(rest, IDS_MAX))
        if not homes and not pairs:
            break
        payload: dict[str, object] = {"c": homes, "m": pairs}
        if came:
            payload["n"] = True
        if given:
            payload["a"] = [(home, agent) for home in homes for agent in given]
        payloads.append(msgspec.json.encode(payload).decode())
    if payloads:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, said) FROM unnest(%b::text[]) AS said", [CHANNEL, payloads])


def notify_attended(conversation: UUID) -> None:
    """Somebody came to this conversation, or began or stopped writing in it; that somebody left is seen by asking."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, msgspec.json.encode({"w": [conversation]}).decode()])


def notify_about(contacts: Iterable[UUID]) -> None:
    """What stands around the threads of these contacts changed. Their newest messages are named: with one of those a

    page asks for all that stands around the thread.
    """
    homes = Conversation.objects.filter(contact__in=set(contacts)).order_by("-last_message_at")
    newest = list(homes.values_list("pk", "last_message_id")[:IDS_MAX])
    notify([home for home, _ in newest], [(home, message) for home, message in newest if message])
