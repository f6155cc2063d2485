"""Messages about messages: what one answers, and what people reacted with. Read only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from jawort.channels.parts import Reaction
from jawort.messaging.models import Message
from jawort.messaging.queries import UNREADABLE, whats_of

REACTION = "reaction"


@dataclass(frozen=True, slots=True)
class Quote:
    """The message that another one answers or changes, in short."""

    id: UUID
    direction: str
    kind: str
    text: str


def quotes(messages: Iterable[Message]) -> dict[UUID, Quote]:
    """What each of these messages is about, by the id of the one that says so."""
    wanted = {m.pk: m.about_id for m in messages if m.about_id}
    told = Message.objects.in_bulk(set(wanted.values()))
    whats = whats_of(told.values())
    return {
        message: Quote(about, m.direction, m.kind if about in whats else UNREADABLE, what.text if what else "")
        for message, about in wanted.items()
        if (m := told.get(about))
        for what in [whats.get(about)]
    }


def reactions(messages: Sequence[Message]) -> dict[UUID, tuple[str, ...]]:
    """The emojis that stand on each message now: of each side the newest, unless it was taken back."""
    given = Message.objects.filter(about__in=[m.pk for m in messages], kind=REACTION).order_by("id")
    told = list(given)
    whats = whats_of(told)
    standing: dict[tuple[UUID, str], str] = {}
    for reaction in told:
        what = whats.get(reaction.pk)
        if what is not None and isinstance(what.part, Reaction) and reaction.about_id:
            standing[reaction.about_id, reaction.direction] = what.part.emoji
    found: dict[UUID, tuple[str, ...]] = {}
    for (about, _), emoji in standing.items():
        if emoji:
            found[about] = (*found.get(about, ()), emoji)
    return found
