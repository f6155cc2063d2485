"""The inbox as it is read: rows of the list and counts. Texts are opened here; who asks records the hand-out."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from jawort.core import clock
from jawort.core.phone import Phone
from jawort.messaging.among import among
from jawort.messaging.listing import (
    ALL_OF_THEM,
    BY_NEWEST,
    Filters,
    Order,
    Place,
    closing,
    narrowed,
    parts,
    written_out,
)
from jawort.messaging.mentions.models import Mention
from jawort.messaging.mentions.queries import mentioned_in
from jawort.messaging.models import Conversation, Message
from jawort.messaging.rows import Row, rows_of
from jawort.people.queries import Address, addresses
from jawort.staff.models import Agent
from jawort.staff.rules import Occasion, occasion_of

#: Conversations of a view are counted no further: nobody works through more by their number.
COUNTED_MAX = 999
#: Before the title of a tab; nobody reads a larger number there.
UNREAD_COUNTED_MAX = 99

_OPEN = Q(status=written_out("open"))
#: Open, and not put aside until later.
_IN_SIGHT = _OPEN & Q(snoozed_at__isnull=True)


class View(StrEnum):
    """Which part of the inbox."""

    MINE = "mine"
    UNASSIGNED = "unassigned"
    ALL = "all"
    MENTIONS = "mentions"
    CLOSING = "closing"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Listing:
    """What is listed: a view, or without one open and resolved ones together; narrowed, and in which order."""

    view: View | None
    filters: Filters = ALL_OF_THEM
    order: Order = Order.NEWEST


@dataclass(frozen=True, slots=True)
class Counts:
    """How many conversations each view holds; COUNTED_MAX + 1 where there are more.

    `unread` are those that concern the person.
    """

    mine: int
    unassigned: int
    all: int
    closing: int
    snoozed: int
    resolved: int
    mentions: int = 0
    unread: int = 0


def visible(person: Agent) -> QuerySet[Conversation]:
    """What this person may see at all. Teams will narrow it; nothing reads conversations around it."""
    return Conversation.objects.all() if person.is_active else Conversation.objects.none()


def in_view(person: Agent, view: View | None, now: datetime) -> QuerySet[Conversation]:
    """The conversations of a view at this moment; without one open and resolved ones together."""
    holds: dict[View | None, Q] = {
        View.MINE: _IN_SIGHT & Q(assignee=person),
        View.UNASSIGNED: _IN_SIGHT & Q(assignee=None),
        View.ALL: _IN_SIGHT,
        View.MENTIONS: Q(_names(person)),
        View.CLOSING: _IN_SIGHT & closing(now),
        View.SNOOZED: _OPEN & Q(snoozed_at__isnull=False),
        View.RESOLVED: Q(status=written_out("resolved")),
        None: Q(),
    }
    return visible(person).filter(holds[view])


def page(
    person: Agent, asked: Listing, now: datetime, *, limit: int = 50, after: Place | None = None
) -> tuple[list[Row], Place | None]:
    """A page of the list, and where the next one begins; None after the last. At most two queries find its rows.

    No row comes twice, and none is left out but those that moved meanwhile to where pages were shown already. Where
    `after` says no time, the list goes on from where that conversation stands now: rows that were shown may come again.
    """
    if asked.view is View.RESOLVED and asked.filters.waits:
        return [], None  # in a resolved one nobody waits; to find that out all of them would be read
    now = (after and after.now) or now
    shown = narrowed(in_view(person, asked.view, now), asked.filters, now)
    found: list[tuple[int, UUID, datetime]] = []
    for number, part in enumerate(parts(asked.order, now)):
        if len(found) == limit or (after and number < after.part):
            continue
        rest = part.sorted(shown)
        if after and number == after.part:
            last = after.at or visible(person).filter(pk=after.id).values_list(part.key, flat=True).first()
            if last is None:
                return [], None
            rest = rest.filter(part.behind(last, after.id))
        found += [(number, *each) for each in rest.values_list("pk", part.key)[: limit - len(found)]]
    rows = rows_of([home for _, home, _ in found])
    if len(found) < limit:
        return rows, None
    number, home, at = found[-1]
    return rows, Place(home, at, number, now)


def rows(
    person: Agent, *, view: View | None, limit: int = 50, after: UUID | None = None, at: datetime | None = None
) -> list[Row]:
    """A page of a view, newest first. `after` is the last conversation of the page before, `at` its `last_at` as it was

    shown then; see `page`.
    """
    return page(person, Listing(view), clock.now(), limit=limit, after=Place(after, at) if after else None)[0]


def rows_by_id(person: Agent, ids: Iterable[UUID]) -> list[Row]:
    """The rows of these conversations, as far as this person may see them."""
    found = visible(person).filter(among("pk", set(ids))).order_by("-last_message_at", "-id")
    return rows_of(list(found.values_list("pk", flat=True)))


def newest_conversations(person: Agent, contacts: Collection[UUID]) -> dict[UUID, UUID]:
    """The newest conversation with each contact that this person may see."""
    seen = visible(person).filter(contact__in=set(contacts)).order_by("contact", "-last_message_at", "-id")
    return dict(seen.distinct("contact").values_list("contact_id", "pk"))


def counts(person: Agent) -> Counts:
    """The number beside each view, each from the beginning of an index: a million conversations cost what 999 do."""
    now = clock.now()
    found = {str(view): _counted(person, view, now) for view in View if view is not View.MENTIONS}
    return Counts(**found, mentions=mentioned_in(person), unread=unread(person))


def _counted(person: Agent, view: View, now: datetime) -> int:
    """In order: without one PostgreSQL would read the table, and find none in its older half."""
    part = parts(Order.WINDOW if view is View.CLOSING else Order.NEWEST, now)[0]
    return part.sorted(in_view(person, view, now))[: COUNTED_MAX + 1].count()


def handled_by(agent: UUID) -> int:
    """How many open conversations are assigned to somebody, those put aside among them."""
    return Conversation.objects.filter(_OPEN, assignee=agent).count()


def unread(person: Agent) -> int:
    """How many conversations of this person's or nobody's have something unread; UNREAD_COUNTED_MAX + 1 if more."""
    found = visible(person).filter(_IN_SIGHT, _theirs(person), unread__gt=0)
    return BY_NEWEST.sorted(found)[: UNREAD_COUNTED_MAX + 1].count()


def news(person: Agent, came: Mapping[UUID, int], given: Collection[UUID]) -> list[tuple[Conversation, Occasion]]:
    """What of this the person should hear of, newest first.

    `came` is how many messages have just come into which conversations, `given` those that somebody gave to them or
    named them in. One that waits for anybody is news once: when its first unread message comes.
    """
    seen = visible(person).filter(pk__in={*came, *given}).annotate(names=_names(person))
    shown = seen.filter(Q(_IN_SIGHT, _theirs(person)) | Q(names=True))
    found: list[tuple[Conversation, Occasion]] = []
    for each in shown.select_related("line").order_by("-last_message_at", "-id"):
        occasion = occasion_of(
            is_theirs=each.assignee_id == person.pk,
            is_named=each.names and each.pk in given,
            was_given=each.pk in given,
            came=came.get(each.pk, 0),
            unread=each.unread,
        )
        if occasion:
            found.append((each, occasion))
    return found


def _theirs(person: Agent) -> Q:
    return Q(assignee=person) | Q(assignee=None)


def _names(person: Agent) -> Exists:
    """A note in it names this person, who has not looked yet. Wherever it is: also put aside or resolved."""
    return Exists(Mention.objects.filter(conversation=OuterRef("pk"), agent=person))


def has_heard() -> bool:
    """Whether any customer has ever written."""
    return Message.objects.filter(direction="in").exists()


def has_answered() -> bool:
    """Whether any message of ours has ever reached the channel."""
    reached = ["accepted", "sent", "delivered", "read", "played"]
    return Message.objects.filter(direction="out", state__in=reached).exists()


def addresses_of(conversations: Sequence[Conversation]) -> dict[UUID, Address]:
    """The living address of each conversation's contact, in the scope of its line."""
    by_scope: dict[str, set[UUID]] = {}
    for c in conversations:
        by_scope.setdefault(c.line.scope, set()).add(c.contact_id)
    found = {scope: addresses(contacts, scope) for scope, contacts in by_scope.items()}
    return {c.pk: found[c.line.scope][c.contact_id] for c in conversations if c.contact_id in found[c.line.scope]}


def number_of(conversation: Conversation) -> str | None:
    """The contact's living number as far as it is shown to everybody; None where it is withheld."""
    return masked(addresses_of([conversation]).get(conversation.pk))


def masked(address: Address | None) -> str | None:
    """Enough of the number to recognise it; None where it is withheld."""
    return Phone(address.phone).masked if address and address.phone else None
