"""Two contacts are merged, or taken apart again, and their conversations with them.

Of two open conversations on one line the younger is closed and the older goes on. Messages stay with the contact that
they came from, and so under its keys; only in which conversation they are handled changes. So what came in while two
contacts were merged goes home when they are taken apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Max
from django.db.models.functions import Least

from jawort.core.ids import uuid7
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.messaging.about import STANDS_ON_ANOTHER
from jawort.messaging.drafts.keep import end_all
from jawort.messaging.labels.put import carry_back, carry_over
from jawort.messaging.live import notify_about
from jawort.messaging.models import Closing, Conversation, Message
from jawort.messaging.rules import WINDOW
from jawort.messaging.touch import AWAKE, shows_newest
from jawort.messaging.waiting import wait_anew
from jawort.people.merge import merge as merge_contacts
from jawort.people.merge import unmerge as unmerge_contacts
from jawort.people.models import Merge
from jawort.people.persons import contacts_of, members

#: What opens no window, as it is stored; see channels.types.Inbound.opens_window.
_OPENS_NO_WINDOW = ("reaction", "unsupported", "edit", "revoke", "call_permission")

_ONE_AT_A_TIME = "LOCK TABLE people_merge IN SHARE ROW EXCLUSIVE MODE"


@transaction.atomic
def merge(into: UUID, other: UUID, *, actor: str, at: datetime) -> Merge:
    """From now on both are one person: one thread, one open conversation on a line. Raises CannotMerge."""
    _lock([into, other])  # conversations before contacts, as intake does
    merged = merge_contacts(into, other, actor=actor, at=at)
    person = members([into])[into]
    by_line: dict[UUID, list[Conversation]] = {}
    for home in _open(person):
        by_line.setdefault(home.line_id, []).append(home)
    for homes in by_line.values():
        for younger in homes[1:]:
            _close_into(homes[0], younger, merged, actor, at)
    notify_about(person)
    return merged


def _lock(contacts: Sequence[UUID]) -> None:
    """Lock every conversation of these contacts and of those they are one person with, in the order of their ids.

    One merge at a time: who is one person must not change between the look and the locks, or some would be missing,
    and be taken later and in another order.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME)
    known = {*contacts, *(one for person in members(contacts).values() for one in person)}
    homes = Conversation.objects.select_for_update(of=("self",), no_key=True).filter(contact__in=known)
    list(homes.order_by("pk").values_list("pk"))


def _open(contacts: Sequence[UUID]) -> list[Conversation]:
    """Their open conversations, the oldest first."""
    return list(Conversation.objects.filter(contact__in=contacts, status="open").order_by("opened_at", "pk"))


def _close_into(kept: Conversation, closed: Conversation, merged: Merge, actor: str, at: datetime) -> None:
    ends = [end for end in (kept.window_ends_at, closed.window_ends_at) if end is not None]
    closing = Closing.objects.create(
        merge=merged,
        kept=kept,
        closed=closed,
        unread=closed.unread,
        resolved_at=closed.resolved_at,
        window_before=kept.window_ends_at,
        window_after=max(ends, default=None),
    )
    Conversation.objects.filter(pk=closed.pk).update(
        status="resolved", resolved_at=at, unread=0, waiting_since=None, **AWAKE, version=F("version") + 1
    )
    waits = [since for since in (kept.waiting_since, closed.waiting_since) if since is not None]
    kept.waiting_since = min(waits, default=None)
    kept.unread += closed.unread
    kept.window_ends_at = max(ends, default=None)
    Conversation.objects.filter(pk=kept.pk).update(
        unread=kept.unread,
        window_ends_at=kept.window_ends_at,
        waiting_since=kept.waiting_since,
        **AWAKE,
        version=F("version") + 1,
    )
    record([Entry(Kind.CONVERSATION_RESOLVED, actor, closed.pk, {"into": str(kept.pk)}, related=merged.other_id)], at)
    end_all([closed.pk])
    carry_over(closing, actor=actor, at=at)


@transaction.atomic
def unmerge(other: UUID, *, actor: str, at: datetime) -> Merge:
    """`other` is a contact of its own again, with its conversations and with whatever came from it meanwhile.

    Without anything in between all is as it was before, but for a snooze: merging ended it. Raises NotMerged.
    """
    _lock([other])
    person = contacts_of(other)
    undone = unmerge_contacts(other, actor=actor, at=at)
    for closing in Closing.objects.filter(merge=undone).order_by("-pk").select_related("kept", "closed"):
        _open_again(closing, actor, at)
    _send_home(other, [one for one in person if one != other], actor, at)
    notify_about(person)
    return undone


def _open_again(closing: Closing, actor: str, at: datetime) -> None:
    """The closed conversation as it was, unless it was opened meanwhile; what nobody has read goes back."""
    kept, closed = closing.kept, closing.closed
    carry_back(closing, actor=actor, at=at)
    others = Conversation.objects.filter(contact=closed.contact_id, line=closed.line_id, status="open")
    if closed.status == "open" or others.exists():
        return
    unread = min(closing.unread, kept.unread)
    Conversation.objects.filter(pk=closed.pk).update(
        status="open", resolved_at=closing.resolved_at, unread=unread, version=F("version") + 1
    )
    window = closing.window_before if kept.window_ends_at == closing.window_after else kept.window_ends_at
    Conversation.objects.filter(pk=kept.pk).update(
        unread=kept.unread - unread, window_ends_at=window, version=F("version") + 1
    )
    wait_anew([kept.pk, closed.pk])
    record([Entry(Kind.CONVERSATION_REOPENED, actor, closed.pk, {"from": str(kept.pk)})], at)


@dataclass(frozen=True, slots=True)
class _Stay:
    """Messages of a contact in a conversation of another one: whose, where, and on which line."""

    contact: UUID
    home: UUID
    line: UUID


def _send_home(other: UUID, rest: Sequence[UUID], actor: str, at: datetime) -> None:
    """Messages that came while the contacts were one go into a conversation of the contact that they came from."""
    of_other = Message.objects.filter(contact=other, conversation__contact__in=rest)
    of_rest = Message.objects.filter(contact__in=rest, conversation__contact=other)
    stays = {
        _Stay(*row)
        for astray in (of_other, of_rest)
        for row in astray.order_by().values_list("contact", "conversation", "line").distinct()
    }
    for stay in sorted(stays, key=lambda one: (one.home, one.contact)):
        home = _home_of(stay, actor, at)
        going = Message.objects.filter(contact=stay.contact, conversation=stay.home)
        came = going.filter(direction="in").exclude(STANDS_ON_ANOTHER).count()
        going.update(conversation=home)
        left = Conversation.objects.get(pk=stay.home)
        unread = min(came, left.unread)
        _recount(left, left.unread - unread, at)
        _recount(home, home.unread + unread, at)


def _home_of(stay: _Stay, actor: str, at: datetime) -> Conversation:
    """The contact's open conversation on the line, made where there is none: somebody has to see what comes home."""
    found = Conversation.objects.filter(contact=stay.contact, line=stay.line, status="open").first()
    if found is not None:
        return found
    made = Conversation.objects.create(
        id=uuid7(), contact_id=stay.contact, line_id=stay.line, opened_at=at, last_message_at=at
    )
    record([Entry(Kind.CONVERSATION_OPENED, actor, made.pk, {"contact": str(stay.contact)})], at)
    return made


def _recount(home: Conversation, unread: int, at: datetime) -> None:
    """Newest message, window and wait where messages left or came; a conversation that is empty is resolved."""
    came = Message.objects.filter(conversation=home, direction="in").exclude(kind__in=_OPENS_NO_WINDOW)
    last = came.aggregate(at=Max(Least("provider_time", "created_at")))["at"]  # PostgreSQL passes over a time not told
    row = Conversation.objects.filter(pk=home.pk)
    row.update(unread=unread, window_ends_at=last and last + WINDOW, version=F("version") + 1)
    if not shows_newest(home.pk):
        row.update(unread=0, waiting_since=None, **AWAKE)
        row.filter(status="open").update(status="resolved", resolved_at=at)
