"""Messages about messages: what one answers, and what people reacted with. Read only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from jawort.channels.parts import Reaction
from jawort.messaging.content import What
from jawort.messaging.models import Message
from jawort.messaging.queries import UNREADABLE, whats_of

REACTION = "reaction"
#: A reaction is no line of its own, and nothing to read, where the message is known on which it stands.
STANDS_ON_ANOTHER = Q(kind=REACTION, about__isnull=False)


@dataclass(frozen=True, slots=True)
class Quote:
    """The message that another one answers or changes, in short."""

    id: UUID
    direction: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Around:
    """What messages say, what they are about, and the emojis that stand on them: each by the message's id."""

    whats: dict[UUID, What]
    quotes: dict[UUID, Quote]
    reactions: dict[UUID, tuple[str, ...]]


def around(messages: Iterable[Message]) -> Around:
    """Open these messages with what they are about and what was given to them, all at once."""
    held = list(messages)
    told = Message.objects.in_bulk({m.about_id for m in held if m.about_id})
    given = list(Message.objects.filter(about__in=[m.pk for m in held], kind=REACTION).order_by("id"))
    whats = whats_of([*held, *told.values(), *given])
    quotes = {m.pk: _quote(told[m.about_id], whats) for m in held if m.about_id in told}
    return Around(whats, quotes, _standing(given, whats))


def stands_on_another(message: Message) -> bool:
    """The same as STANDS_ON_ANOTHER, of one message."""
    return message.kind == REACTION and message.about_id is not None


def _quote(message: Message, whats: Mapping[UUID, What]) -> Quote:
    what = whats.get(message.pk)
    return Quote(message.pk, message.direction, message.kind if what else UNREADABLE, what.text if what else "")


def _standing(given: Iterable[Message], whats: Mapping[UUID, What]) -> dict[UUID, tuple[str, ...]]:
    """Of each side the newest, unless it was taken back. `given` are reactions, oldest first."""
    newest: dict[UUID, dict[str, str]] = {}
    for reaction in given:
        what = whats.get(reaction.pk)
        if reaction.about_id is not None and what is not None and isinstance(what.part, Reaction):
            newest.setdefault(reaction.about_id, {})[reaction.direction] = what.part.emoji
    return {about: tuple(filter(None, sides.values())) for about, sides in newest.items()}
