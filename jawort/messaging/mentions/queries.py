"""Mentions as they are read."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from jawort.messaging.mentions.models import Mention
from jawort.staff.models import Agent


def mentions_of(conversations: Collection[UUID]) -> dict[UUID, tuple[UUID, ...]]:
    """Who is to look at which of these conversations."""
    found: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for home, agent in Mention.objects.filter(conversation__in=conversations).values_list("conversation", "agent"):
        found[home].add(agent)
    return {home: tuple(sorted(agents)) for home, agents in found.items()}


def mentioned_in(person: Agent) -> int:
    """How many conversations wait for this person to look."""
    return Mention.objects.filter(agent=person).values("conversation").distinct().count()
