"""Tell open desks what changed: ids only, one notify per batch or act, in the transaction of the change."""

from collections.abc import Iterable, Sequence
from itertools import islice
from uuid import UUID

import msgspec
from django.db import connection

CHANNEL = "jawort_live"
IDS_MAX = 60  # 60 ids and 60 pairs of ids stay below the 8,000 bytes that PostgreSQL takes


def notify(conversations: Iterable[UUID], messages: Sequence[tuple[UUID, UUID]] = ()) -> None:
    """Name changed conversations, and changed messages as (conversation, message); more than fit go in several."""
    changed = iter(dict.fromkeys(conversations))
    pairs = iter(messages)
    while True:
        payload = {"c": list(islice(changed, IDS_MAX)), "m": list(islice(pairs, IDS_MAX))}
        if not payload["c"] and not payload["m"]:
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, msgspec.json.encode(payload).decode()])
