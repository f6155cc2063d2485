"""Mentions as they are read."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from django.db import connection

from jawort.messaging.mentions.models import Mention
from jawort.staff.models import Agent

_MENTIONED = """
SELECT m.conversation_id, m.agent_id
  FROM unnest(%b::uuid[]) AS home (id)
 CROSS JOIN LATERAL (SELECT * FROM messaging_mention WHERE conversation_id = home.id OFFSET 0) AS m
"""


def mentions_of(conversations: Collection[UUID]) -> dict[UUID, tuple[UUID, ...]]:
    """Who is to look at which of these conversations. Of none nothing is asked."""
    if not conversations:
        return {}
    found: defaultdict[UUID, set[UUID]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(_MENTIONED, [list(conversations)])
        for home, agent in cursor.fetchall():
            found[home].add(agent)
    return {home: tuple(sorted(agents)) for home, agents in found.items()}


def mentioned_in(person: Agent) -> int:
    """How many conversations wait for this person to look."""
    return Mention.objects.filter(agent=person).values("conversation").distinct().count()
