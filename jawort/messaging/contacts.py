"""Contacts as the desk lists and finds them: whoever was active last first, merged ones as one person.

Names and numbers are opened here; who asks records the hand-out.
"""

import heapq
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice
from time import monotonic
from typing import Final, NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q

from jawort.core.phone import parse
from jawort.lines.queries import every
from jawort.messaging.listing import BY_NEWEST
from jawort.messaging.models import Conversation
from jawort.messaging.queries import addresses_of, masked, newest_conversations, visible
from jawort.messaging.yes_first.queries import strangers
from jawort.people.find import Holders, called, holders
from jawort.people.models import Alias
from jawort.people.persons import persons_of
from jawort.people.queries import Address, addresses, first_seen, names
from jawort.people.rules import may_be_address
from jawort.people.spelling import words
from jawort.staff.models import Agent

FOUND_MAX: Final = 50
#: Names that are opened at a time, between two looks at the clock.
BATCH: Final = 250
#: Nobody waits longer for names to be opened, and no desk is kept busy longer, than this.
SCAN_SECONDS_MAX: Final = 0.5
SCANNED_MAX: Final = 5_000


class Active(NamedTuple):
    """A person by their newest conversation, or by having been entered: `at` is when, `place` the id of either.

    Both together are the place where a page of the list ends.
    """

    at: datetime
    place: UUID
    contact: UUID


@dataclass(frozen=True, slots=True)
class Row:
    """One person in the list. `id` is the contact in front, `contacts` how many the person is.

    `phone` is masked; `conversation` is the newest one, None if there is none to be seen. `left` are those who were
    found by an address that they have no longer.
    """

    id: UUID
    name: str
    phone: str | None
    contacts: int
    conversation: UUID | None
    last_at: datetime
    open: int
    left: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What a search brought. `names` is how many persons' names were looked through, None if it was for an address.

    `since` is the last activity of the one looked at last where there are others, `more` that others fit as well.
    """

    rows: list[Row]
    names: int | None = None
    since: datetime | None = None
    more: bool = False


@dataclass(frozen=True, slots=True)
class Handled:
    """A conversation as a line of the contact's page: where, how it stands, and who looks after it."""

    id: UUID
    contact: UUID
    line: str
    channel: str
    is_open: bool
    assignee: str
    opened_at: datetime
    resolved_at: datetime | None
    last_at: datetime


def conversations(
    person: Agent, contacts: Collection[UUID], limit: int, after: tuple[datetime, UUID] | None = None
) -> list[Handled]:
    """The conversations with these contacts that this person may see: last active first, from behind `after` on."""
    shown = visible(person).filter(contact__in=set(contacts)).order_by("-last_message_at", "-pk")
    if after is not None:
        shown = shown.filter(BY_NEWEST.behind(*after))
    return [
        Handled(
            id=each.pk,
            contact=each.contact_id,
            line=each.line.name,
            channel=each.line.channel,
            is_open=each.status == "open",
            assignee=each.assignee.name if each.assignee else "",
            opened_at=each.opened_at,
            resolved_at=each.resolved_at,
            last_at=each.last_message_at,
        )
        for each in shown.select_related("line", "assignee")[:limit]
    ]


def active(person: Agent, limit: int, after: tuple[datetime, UUID] | None = None) -> list[Active]:
    """The persons with whom there are conversations or whom one of us entered, last active first, from behind `after`.

    Two indexes are read from where the page begins, however long the list is.
    """
    found = heapq.merge(_talked_to(person, limit, after), _entered(person, limit, after), reverse=True)
    return list(islice(found, limit))


def _talked_to(person: Agent, limit: int, after: tuple[datetime, UUID] | None) -> list[Active]:
    later = Q(last_message_at__gt=OuterRef("last_message_at"))
    later |= Q(last_message_at=OuterRef("last_message_at"), pk__gt=OuterRef("pk"))
    own = visible(person).filter(later, contact=OuterRef("contact"))
    merged = visible(person).filter(later, contact__person=OuterRef("contact__person"))
    newest = visible(person).filter(~Exists(own), ~Exists(merged)).order_by("-last_message_at", "-pk")
    if after is not None:
        newest = newest.filter(BY_NEWEST.behind(*after))
    columns = newest.values_list("last_message_at", "pk", "contact_id", "contact__person_id")
    return [Active(at, pk, front or contact) for at, pk, contact, front in columns[:limit]]


def _entered(person: Agent, limit: int, after: tuple[datetime, UUID] | None) -> list[Active]:
    """Those with whom there is no conversation yet."""
    met = visible(person).filter(contact=OuterRef("contact"))
    waiting = Alias.objects.filter(~Q(basis=""), ~Exists(met), contact__person=None).order_by("-first_seen", "-contact")
    if after is not None:
        at, last = after
        waiting = waiting.filter(Q(first_seen__lte=at) & (Q(first_seen__lt=at) | Q(contact__lt=last)))
    return [Active(at, contact, contact) for at, contact in waiting.values_list("first_seen", "contact_id")[:limit]]


def rows(person: Agent, contacts: Sequence[UUID], left: Collection[UUID] = ()) -> list[Row]:
    """These persons in this order, each once. The number of queries does not grow with them."""
    parts = {of[0]: of for of in persons_of(contacts).values()}
    everybody = set(chain.from_iterable(parts.values()))
    homes = _homes(person, everybody)
    newest = {front: _newest([homes[one] for one in of if one in homes]) for front, of in parts.items()}
    open_ = dict(
        visible(person).filter(status="open", contact__in=everybody).values_list("contact").annotate(Count("pk"))
    )
    names_, since, reached = names(everybody), first_seen(parts), _reached(newest)
    return [
        Row(
            id=front,
            name=next((names_[one] for one in parts[front] if one in names_), ""),
            phone=masked(reached.get(front)),
            contacts=len(parts[front]),
            conversation=home.pk if home else None,
            last_at=home.last_message_at if home else since[front],
            open=sum(open_.get(one, 0) for one in parts[front]),
            left=front in left,
        )
        for front, home in newest.items()
        if front in since
    ]


def find(
    person: Agent,
    text: str,
    *,
    limit: int = FOUND_MAX,
    scanned_max: int = SCANNED_MAX,
    seconds_max: float = SCAN_SECONDS_MAX,
) -> Found:
    """Who it may be that `text` names, at most `limit` by name.

    A whole number or id is looked for among everybody. Anything else is a name: those of the persons active last are
    opened, as many as the bounds allow, at least one batch.
    """
    hits = held_by(text)
    if hits is not None:
        return _found_by_address(person, hits)
    return _found_by_name(person, text, limit, scanned_max, seconds_max)


def held_by(text: str) -> Holders | None:
    """Whose number or id `text` is, among everybody; None if it is neither."""
    if not may_be_address(text):
        return None
    lines = every()
    ours = [number.digits for line in lines if (number := parse(line.display_number))]
    return holders(text, ours, {line.scope for line in lines})


def _found_by_address(person: Agent, hits: Holders) -> Found:
    hidden = strangers(hits.living | hits.ended)
    persons = persons_of((hits.living | hits.ended) - hidden)
    living = {persons[one][0] for one in hits.living - hidden}
    left = {persons[one][0] for one in hits.ended - hidden} - living
    return Found(rows(person, [*sorted(living), *sorted(left)], left))


def _found_by_name(person: Agent, text: str, limit: int, scanned_max: int, seconds_max: float) -> Found:
    wanted = words(text)
    found: list[UUID] = []
    scanned, last = 0, None
    for batch in _batches(person, scanned_max, seconds_max):
        parts = persons_of([each.contact for each in batch])
        fit = called(wanted, set(chain.from_iterable(parts.values()))) if wanted else set()
        found += [front for front, of in parts.items() if not fit.isdisjoint(of)]
        scanned, last = scanned + len(batch), batch[-1]
        if len(found) > limit:
            break
    beyond = last is not None and bool(active(person, 1, (last.at, last.place)))
    return Found(
        rows(person, found[:limit]),
        names=scanned,
        since=last.at if last and beyond else None,
        more=len(found) > limit,
    )


def _batches(person: Agent, scanned_max: int, seconds_max: float) -> Iterator[list[Active]]:
    give_up = monotonic() + seconds_max
    after, scanned = None, 0
    while scanned < scanned_max:
        batch = active(person, min(BATCH, scanned_max - scanned), after)
        if batch:
            yield batch
        scanned += len(batch)
        if len(batch) < BATCH or monotonic() >= give_up:
            return
        after = (batch[-1].at, batch[-1].place)


def _homes(person: Agent, contacts: Collection[UUID]) -> dict[UUID, Conversation]:
    """The newest conversation with each of these contacts."""
    newest = newest_conversations(person, contacts)
    held = visible(person).filter(pk__in=newest.values()).select_related("line")
    return {conversation.contact_id: conversation for conversation in held}


def _newest(conversations: Sequence[Conversation]) -> Conversation | None:
    return max(conversations, key=lambda one: (one.last_message_at, one.pk), default=None)


def _reached(newest: Mapping[UUID, Conversation | None]) -> dict[UUID, Address]:
    """Where each person is reached: as in their newest conversation; without one by whatever number they have."""
    homes = {front: home for front, home in newest.items() if home}
    at_home = addresses_of(list(homes.values()))
    found = {front: at_home[home.pk] for front, home in homes.items() if home.pk in at_home}
    alone = [front for front, home in newest.items() if home is None]
    return found | (addresses(alone, "") if alone else {})
