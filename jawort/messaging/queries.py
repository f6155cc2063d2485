"""The inbox as it is read: rows of the list and counts. Texts are opened here; who asks records the hand-out."""

from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from jawort.core.phone import Phone
from jawort.messaging.content import Content, What, key_name, open_content
from jawort.messaging.models import Conversation, Message
from jawort.people.queries import Address, addresses, names
from jawort.staff.models import Agent
from jawort.staff.queries import names as staff_names
from jawort.vault.keys import keks
from jawort.vault.seal import Unreadable

#: Resolved conversations are counted no further: they only grow, and nobody works through them by their number.
RESOLVED_COUNTED_MAX = 999
#: Shown in place of the kind of a message that does not open: its key is gone, or somebody changed its bytes.
UNREADABLE = "unreadable"


class View(StrEnum):
    """Which part of the inbox."""

    MINE = "mine"
    UNASSIGNED = "unassigned"
    ALL = "all"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Row:
    """One conversation in the list. `phone` is masked; `preview` is the newest message's text."""

    id: UUID
    contact_id: UUID
    name: str
    phone: str | None
    channel: str
    line: str
    line_id: UUID
    status: str
    assignee_id: UUID | None
    assignee: str | None
    unread: int
    last_at: datetime
    preview: str
    preview_direction: str
    preview_kind: str
    preview_state: str
    window_ends_at: datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How many conversations each view holds; `resolved` is RESOLVED_COUNTED_MAX + 1 where there are more."""

    mine: int
    unassigned: int
    all: int
    resolved: int


def visible(person: Agent) -> QuerySet[Conversation]:
    """What this person may see at all. Teams will narrow it; nothing reads conversations around it."""
    return Conversation.objects.all() if person.is_active else Conversation.objects.none()


def in_view(person: Agent, view: View | None) -> QuerySet[Conversation]:
    """The conversations of a view, newest first; without one open and resolved ones together."""
    shown = visible(person).order_by("-last_message_at", "-id")
    match view:
        case View.MINE:
            return shown.filter(status="open", assignee=person)
        case View.UNASSIGNED:
            return shown.filter(status="open", assignee=None)
        case View.ALL:
            return shown.filter(status="open")
        case View.RESOLVED:
            return shown.filter(status="resolved")
        case None:
            return shown


def rows(
    person: Agent, *, view: View | None, limit: int = 50, after: UUID | None = None, at: datetime | None = None
) -> list[Row]:
    """A page of the list. `after` is the last conversation of the page before, `at` its `last_at` as it was shown then.

    With `at` no row comes twice, and none is left out but those that moved up to the first page meanwhile. Without it
    the list goes on from where `after` stands now: if that moved up, rows that were shown come again.
    """
    shown = in_view(person, view)
    if after is not None:
        last = at or visible(person).filter(pk=after).values_list("last_message_at", flat=True).first()
        if last is None:
            return []
        # Said in this way PostgreSQL starts in the middle of the index; with OR alone it would read from its beginning.
        shown = shown.filter(Q(last_message_at__lte=last) & (Q(last_message_at__lt=last) | Q(pk__lt=after)))
    return _rows(shown[:limit])


def rows_by_id(person: Agent, ids: Iterable[UUID]) -> list[Row]:
    """The rows of these conversations, as far as this person may see them."""
    return _rows(visible(person).filter(pk__in=set(ids)).order_by("-last_message_at", "-id"))


def newest_conversations(person: Agent, contacts: Collection[UUID]) -> dict[UUID, UUID]:
    """The newest conversation with each contact that this person may see."""
    seen = visible(person).filter(contact__in=set(contacts)).order_by("contact", "-last_message_at", "-id")
    return dict(seen.distinct("contact").values_list("contact_id", "pk"))


def counts(person: Agent) -> Counts:
    """The number beside each view. Open ones come from an index that holds only them, resolved ones up to a limit."""
    shown = visible(person)
    found = shown.filter(status="open").aggregate(
        mine=Count("pk", filter=Q(assignee=person)), unassigned=Count("pk", filter=Q(assignee=None)), all=Count("pk")
    )
    resolved = shown.filter(status="resolved")[: RESOLVED_COUNTED_MAX + 1].count()
    return Counts(**found, resolved=resolved)


def _rows(shown: QuerySet[Conversation]) -> list[Row]:
    conversations = list(shown.select_related("line"))
    newest = Message.objects.in_bulk([c.last_message_id for c in conversations if c.last_message_id])
    texts = texts_of(newest.values())
    called = names({c.contact_id for c in conversations})
    staff = staff_names({c.assignee_id for c in conversations if c.assignee_id})
    reachable = addresses_of(conversations)
    return [
        Row(
            id=c.pk,
            contact_id=c.contact_id,
            name=called.get(c.contact_id, ""),
            phone=masked(reachable.get(c.pk)),
            channel=c.line.channel,
            line=c.line.name,
            line_id=c.line_id,
            status=c.status,
            assignee_id=c.assignee_id,
            assignee=staff.get(c.assignee_id) if c.assignee_id else None,
            unread=c.unread,
            last_at=c.last_message_at,
            preview=texts.get(last.pk, "") if last else "",
            preview_direction=last.direction if last else "",
            preview_kind=(last.kind if last.pk in texts else UNREADABLE) if last else "",
            preview_state=last.state if last else "",
            window_ends_at=c.window_ends_at,
            version=c.version,
        )
        for c in conversations
        for last in [newest.get(c.last_message_id) if c.last_message_id else None]
    ]


def contents_of(messages: Iterable[Message]) -> dict[UUID, Content]:
    """What lies sealed in each message. One that does not open, because it was changed or its key is gone, is missing

    here, and shown as `UNREADABLE`: it must not look empty, and must not take the whole list with it."""
    held = list(messages)
    keys = keks({key_name(m.contact_id, m.month) for m in held}, create=False)
    contents = {}
    for message in held:
        kek = keys.get(key_name(message.contact_id, message.month))
        if kek is not None:
            with suppress(Unreadable):
                contents[message.pk] = open_content(kek, message)[0]
    return contents


def whats_of(messages: Iterable[Message]) -> dict[UUID, What]:
    """What each message says, as far as it opens."""
    return {message: content.what for message, content in contents_of(messages).items()}


def texts_of(messages: Iterable[Message]) -> dict[UUID, str]:
    """The text of each message that opens."""
    return {message: what.text for message, what in whats_of(messages).items()}


def addresses_of(conversations: Sequence[Conversation]) -> dict[UUID, Address]:
    """The living address of each conversation's contact, in the scope of its line."""
    by_scope: dict[str, set[UUID]] = {}
    for c in conversations:
        by_scope.setdefault(c.line.scope, set()).add(c.contact_id)
    found = {scope: addresses(contacts, scope) for scope, contacts in by_scope.items()}
    return {c.pk: found[c.line.scope][c.contact_id] for c in conversations if c.contact_id in found[c.line.scope]}


def masked(address: Address | None) -> str | None:
    """Enough of the number to recognise it; None where it is withheld."""
    return Phone(address.phone).masked if address and address.phone else None
