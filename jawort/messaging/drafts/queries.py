"""What is being written in a conversation. Texts are opened here; who asks records the hand-out."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from jawort.messaging.drafts.content import opened_draft
from jawort.messaging.drafts.models import KeptDraft
from jawort.messaging.drafts.rules import Words
from jawort.messaging.models import Conversation

_WRITERS = """
SELECT d.conversation_id, d.author_id
  FROM unnest(%b::uuid[]) AS home (id)
 CROSS JOIN LATERAL (SELECT * FROM messaging_kept_draft WHERE conversation_id = home.id OFFSET 0) AS d ORDER BY d.id
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """What somebody is writing, and when they changed it last."""

    author_id: UUID
    author: str
    words: Words
    changed_at: datetime


def drafts_in(home: Conversation) -> list[Kept]:
    """Newest first. One that does not open is left out; doctor reports it."""
    rows = KeptDraft.objects.filter(conversation=home).select_related("author").order_by("-changed_at")
    return [Kept(row.author_id, row.author.name, words, row.changed_at) for row in rows if (words := opened_draft(row))]


def writers_of(conversations: Collection[UUID]) -> dict[UUID, tuple[UUID, ...]]:
    """Who has a draft in which of these conversations, whoever began first in front. Nothing is opened.

    Of none nothing is asked.
    """
    if not conversations:
        return {}
    found: defaultdict[UUID, list[UUID]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_WRITERS, [list(conversations)])
        for home, author in cursor.fetchall():
            found[home].append(author)
    return {home: tuple(authors) for home, authors in found.items()}
