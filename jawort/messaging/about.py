"""Messages about messages: what one answers, and what people reacted with. Read only."""

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from jawort.channels.parts import Reaction
from jawort.messaging.content import What, Who, key_name, open_content
from jawort.messaging.contents import UNREADABLE, whats_of
from jawort.messaging.draft import Draft
from jawort.messaging.models import Conversation, Message
from jawort.messaging.provider import provider_id_of
from jawort.messaging.rules import State, may_react
from jawort.people.persons import contacts_of, members
from jawort.people.queries import Address, addresses
from jawort.vault.keys import keks
from jawort.vault.seal import Unreadable

REACTION = "reaction"
#: In the thread, and no message at the platform: it cannot be quoted, reacted to, or marked as read there.
CALL = "call"
#: These reactions of ours stand on nothing: each is a line of its own that says why.
ASTRAY = (State.FAILED, State.REFUSED)
ON_ANOTHER = Q(kind=REACTION, about__isnull=False)
#: A reaction is no line of its own, and nothing to read, where the message is known on which it stands.
STANDS_ON_ANOTHER = ON_ANOTHER & ~Q(state__in=ASTRAY)


class CannotRefer(ValueError):
    """The message cannot be answered or reacted to. Nothing was stored. `code` says why, to programs and screens."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True, slots=True)
class Quote:
    """The message that another one answers or changes, in short."""

    id: UUID
    direction: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Around:
    """What messages say, what they are about, and the emojis that stand on them: each by the message's id.

    `ours` is the one among the emojis that we gave.
    """

    whats: dict[UUID, What]
    quotes: dict[UUID, Quote]
    reactions: dict[UUID, tuple[str, ...]]
    ours: dict[UUID, str]


def around(messages: Iterable[Message], reacted: Collection[UUID]) -> Around:
    """Open these messages with what they are about and what was given to them, all at once.

    `reacted` are those on which a reaction stands, or stood.
    """
    held = list(messages)
    told = Message.objects.in_bulk({m.about_id for m in held if m.about_id})
    given = list(Message.objects.filter(STANDS_ON_ANOTHER, about__in=reacted).order_by("id")) if reacted else []
    whats = whats_of([*held, *told.values(), *given])
    quotes = {m.pk: _quote(told[m.about_id], whats) for m in held if m.about_id in told}
    sides = _standing(given, whats)
    reactions = {about: tuple(filter(None, emojis.values())) for about, emojis in sides.items()}
    return Around(whats, quotes, reactions, {about: emojis.get("out", "") for about, emojis in sides.items()})


def stands_on_another(message: Message) -> bool:
    """The same as STANDS_ON_ANOTHER, of one message."""
    return message.kind == REACTION and message.about_id is not None and message.state not in ASTRAY


def checked_about(draft: Draft, home: Conversation, at: datetime) -> None:
    """Whether the draft may say what it is about: a message with the same person on the same line. Raises CannotRefer.

    Only what the platform has named can be quoted there. Of merged contacts each has a chat of its own on the phone:
    what was said there can be answered while answers go there.
    """
    if draft.about is None:
        if draft.is_reaction:
            raise CannotRefer("about_missing", "A reaction needs the message that it stands on.")
        return
    person = contacts_of(home.contact_id)
    told = Message.objects.filter(pk=draft.about, contact__in=person, line=home.line_id).first()
    if told is None or (len(person) > 1 and not _in_chat_with(told, _address_of(home))):
        raise CannotRefer("about_elsewhere", "There is no such message with this person on this line.")
    if told.kind == CALL:
        raise CannotRefer("about_call", "WhatsApp quotes no calls, and takes no reactions on them.")
    if told.provider_index is None:
        raise CannotRefer("about_unnamed", "WhatsApp does not know this message, or not yet.")
    if draft.is_reaction and not may_react(told.kind, told.provider_time or told.created_at, at):
        raise CannotRefer("about_too_old", "WhatsApp takes reactions for 30 days, and none on a reaction.")


def provider_ids(
    messages: Iterable[Message], whats: Mapping[UUID, What], to: Mapping[UUID, Address | None]
) -> dict[UUID, str]:
    """Of each message that is about another one the provider's id of that one, as far as it opens.

    By what was sealed, and within the same person and line: a row that was changed quotes nothing. Of merged contacts
    only what was said at the address that the message goes `to`. No query where nothing is about anything.
    """
    abouts = {m: about for m in messages if (about := whats[m.pk].about) is not None}
    if not abouts:
        return {}
    told = Message.objects.in_bulk(set(abouts.values()))
    persons = members({m.contact_id for m in abouts})
    keys = keks({key_name(t.contact_id, t.month) for t in told.values()}, create=False)
    found = {}
    for message, about in abouts.items():
        other, person = told.get(about), persons.get(message.contact_id)
        if other is None or other.line_id != message.line_id:
            continue
        if other.contact_id not in (person or (message.contact_id,)):
            continue
        kek = keys.get(key_name(other.contact_id, other.month))
        if kek is None or (person and not _same(_who(other, kek), to.get(message.pk))):
            continue
        if (name := _provider_id(other, kek)) is not None:
            found[message.pk] = name
    return found


def _provider_id(message: Message, kek: bytes) -> str | None:
    with suppress(Unreadable):
        return provider_id_of(message, kek) or open_content(kek, message)[0].who.provider_id
    return None


def _address_of(home: Conversation) -> Address | None:
    """Where answers in this conversation go now."""
    return addresses([home.contact_id], home.line.scope).get(home.contact_id)


def _in_chat_with(told: Message, to: Address | None) -> bool:
    name = key_name(told.contact_id, told.month)
    kek = keks({name}, create=False).get(name)
    return kek is not None and _same(_who(told, kek), to)


def _who(message: Message, kek: bytes) -> Who | None:
    with suppress(Unreadable):
        return open_content(kek, message)[0].who
    return None


def _same(who: Who | None, to: Address | None) -> bool:
    """Whether what was said with `who` stands in the chat with this address: by its id, or where one has none, number.

    A number may have passed to somebody else; an id never does.
    """
    if who is None or to is None:
        return False
    if who.bsuid and to.bsuid:
        return who.bsuid == to.bsuid
    return who.phone is not None and who.phone == to.phone


def _quote(message: Message, whats: Mapping[UUID, What]) -> Quote:
    what = whats.get(message.pk)
    return Quote(message.pk, message.direction, message.kind if what else UNREADABLE, what.text if what else "")


def _standing(given: Iterable[Message], whats: Mapping[UUID, What]) -> dict[UUID, dict[str, str]]:
    """Of each side the newest, empty if it was taken back. `given` are reactions, oldest first."""
    newest: dict[UUID, dict[str, str]] = {}
    for reaction in given:
        what = whats.get(reaction.pk)
        if reaction.about_id is not None and what is not None and isinstance(what.part, Reaction):
            newest.setdefault(reaction.about_id, {})[reaction.direction] = what.part.emoji
    return newest
