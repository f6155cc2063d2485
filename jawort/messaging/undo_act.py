"""What somebody did to several conversations at once is undone, in all that are still as it left them.

A conversation in which anything has changed since stays as it is: whatever came in, or a colleague did, goes before.
Drafts that ended when conversations were resolved do not come back.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self
from uuid import UUID

from django.db import IntegrityError, transaction

from jawort.lanes.enqueue import NewJob, enqueue
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.messaging.labels.models import Labelled
from jawort.messaging.live import notify
from jawort.messaging.models import Conversation
from jawort.messaging.once import broken
from jawort.messaging.rules import may_reopen
from jawort.messaging.snooze import WAKE
from jawort.messaging.waiting import wait_anew
from jawort.people.persons import persons_of
from jawort.staff.models import Agent

#: What assigning, putting aside and resolving change in a row; since when the person waits is reckoned anew.
_CHANGED: Final = ("status", "resolved_at", "unread", "assignee_id", "snoozed_at", "snoozed_until")


@dataclass(frozen=True, slots=True)
class Before:
    """A conversation as it was before the act, and the version in which the act left it."""

    id: UUID
    left: int
    status: str
    resolved_at: datetime | None
    unread: int
    assignee_id: UUID | None
    snoozed_at: datetime | None
    snoozed_until: datetime | None

    @classmethod
    def of(cls, shown: Conversation) -> Self:
        """Of the row as it was read before an act that changed it once.

        If anybody else changed it in between, its version is another one, and nothing here will be undone.
        """
        return cls(shown.pk, shown.version + 1, **{name: getattr(shown, name) for name in _CHANGED})


def undo_act(befores: Collection[Before], label: UUID | None, *, actor: str, at: datetime) -> int:
    """Of how many conversations it was undone; the others stay. `label` was put on all of them by the act."""
    while True:
        try:
            return _undo(befores, label, actor, at)
        except IntegrityError as error:  # a customer wrote just now; the next time their new one is seen
            if not broken(error, "messaging_one_open_conversation_each"):
                raise


@transaction.atomic
def _undo(befores: Collection[Before], label: UUID | None, actor: str, at: datetime) -> int:
    named = Conversation.objects.filter(pk__in={was.id for was in befores})
    held = {home.pk: home for home in named.select_for_update(of=("self",), no_key=True).order_by("pk")}
    known = {was.id: was for was in befores}
    left = [(home, known[pk]) for pk, home in held.items() if home.version == known[pk].left]
    pairs = _possible(left, at)
    homes = [home for home, _ in pairs]
    entries = [entry for home, was in pairs for entry in _entries(home, was, label, actor)]
    reopened = [home.pk for home, was in pairs if home.status != was.status]
    given = [(home.pk, was.assignee_id) for home, was in pairs if was.assignee_id not in {None, home.assignee_id}]
    for home, was in pairs:
        for name in _CHANGED:
            setattr(home, name, getattr(was, name))
        home.version += 1
    if homes:
        Conversation.objects.bulk_update(homes, [*_CHANGED, "version"])
    wait_anew(reopened)
    if label is not None:
        Labelled.objects.filter(conversation__in=homes, label=label).delete()
    # Its time may have passed meanwhile, and what waited for it found nothing to do.
    times = [(home.pk, home.snoozed_until) for home in homes if home.snoozed_until]
    enqueue([NewJob(f"snooze:{pk}", WAKE, {"conversation": str(pk)}, until) for pk, until in times], at)
    record(entries, at)
    _tell(homes, given, actor)
    return len(homes)


def _possible(left: Sequence[tuple[Conversation, Before]], at: datetime) -> list[tuple[Conversation, Before]]:
    """Without those that cannot be reopened, or whose colleague of before has no open account any more."""
    closed = {home.contact_id for home, was in left if home.status != was.status}
    persons = persons_of(closed)
    everyone = {contact for person in persons.values() for contact in person}
    others = set(Conversation.objects.filter(contact__in=everyone, status="open").values_list("contact_id", "line_id"))
    active = set(
        Agent.objects.filter(pk__in={was.assignee_id for _, was in left}, is_active=True).values_list("pk", flat=True)
    )

    def opens(home: Conversation) -> bool:
        assert home.resolved_at is not None, "a constraint gives every resolved conversation its time"
        is_alone = not any((contact, home.line_id) in others for contact in persons[home.contact_id])
        return is_alone and may_reopen(home.resolved_at, at)

    def moves(home: Conversation, was: Before) -> bool:
        return (home.status, home.assignee_id) != (was.status, was.assignee_id)

    return [
        (home, was)
        for home, was in left
        if (home.status == was.status or opens(home))
        and (was.assignee_id is None or was.assignee_id in active or not moves(home, was))
    ]


def _entries(home: Conversation, was: Before, label: UUID | None, actor: str) -> Iterator[Entry]:
    """What goes on here, as the single acts would say it."""
    if home.status != was.status:
        yield Entry(Kind.CONVERSATION_REOPENED, actor, home.pk)
    if home.assignee_id != was.assignee_id:
        ends = {"to": was.assignee_id, "from": home.assignee_id}
        facts = {name: str(agent) if agent else None for name, agent in ends.items()}
        yield Entry(Kind.CONVERSATION_ASSIGNED, actor, home.pk, facts)
    if (home.snoozed_at, home.snoozed_until) != (was.snoozed_at, was.snoozed_until):
        if was.snoozed_at is None:
            yield Entry(Kind.CONVERSATION_WOKEN, actor, home.pk)
        else:
            until = was.snoozed_until.isoformat() if was.snoozed_until else None
            yield Entry(Kind.CONVERSATION_SNOOZED, actor, home.pk, {"until": until})
    if label is not None:
        yield Entry(Kind.CONVERSATION_LABELLED, actor, home.pk, {"change": "off"}, related=label)


def _tell(homes: Sequence[Conversation], given: Sequence[tuple[UUID, UUID | None]], actor: str) -> None:
    """Open desks hear of all, and those who have a conversation again that it is theirs, but for who did it."""
    whose = {pk: agent for pk, agent in given if agent is not None and actor != f"staff:{agent}"}
    notify([home.pk for home in homes if home.pk not in whose])
    for agent in sorted(set(whose.values())):
        notify([pk for pk, each in whose.items() if each == agent], given=[agent])
