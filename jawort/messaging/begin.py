"""We write first: a conversation begins before the customer has said anything."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from jawort.core.ids import uuid7
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.lines.models import Line
from jawort.lines.queries import live
from jawort.messaging.assign import assign
from jawort.messaging.live import notify
from jawort.messaging.models import Conversation
from jawort.messaging.once import broken
from jawort.people.persons import contacts_of
from jawort.people.queries import addresses
from jawort.staff.models import Agent


class CannotBegin(ValueError):
    """The person has no address on this line, or the line sends nothing now. Nothing was changed."""


def free_lines(person: Sequence[UUID]) -> list[Line]:
    """The lines by which this person, given by their contacts, can be written to first: they have an address there, and
    no conversation is open."""
    taken = set(Conversation.objects.filter(contact__in=person, status="open").values_list("line", flat=True))
    return [line for line in live() if line.pk not in taken and addresses([person[0]], line.scope)]


def begin(contact: UUID, line: UUID, agent: Agent | None, *, actor: str, at: datetime) -> Conversation:
    """The conversation of this person on this line, given to whoever begins it, if that is one of us; the one that is
    open, where one is.

    Nothing is sent: what leaves asks the gate, and as nobody has written that is a template. Raises CannotBegin.
    """
    person = contacts_of(contact)
    found = _open(person, line)
    if found is not None:
        return found
    if line not in {each.pk for each in free_lines(person)}:
        found = _open(person, line)  # it is not free because somebody has just begun
        if found is None:
            raise CannotBegin
        return found
    try:
        return _begun(person[0], line, agent, actor, at)
    except IntegrityError as error:  # the customer wrote just now, or somebody else began
        there = _open(person, line)
        if there is None or not broken(error, "messaging_one_open_conversation_each"):
            raise
        return there


def _open(person: Sequence[UUID], line: UUID) -> Conversation | None:
    return Conversation.objects.filter(contact__in=person, line=line, status="open").order_by("pk").first()


@transaction.atomic
def _begun(contact: UUID, line: UUID, agent: Agent | None, actor: str, at: datetime) -> Conversation:
    made = Conversation.objects.create(id=uuid7(), contact_id=contact, line_id=line, opened_at=at, last_message_at=at)
    record([Entry(Kind.CONVERSATION_OPENED, actor, made.pk, {"contact": str(contact)})], at)
    assign(made, agent, actor=actor, at=at)
    notify([made.pk])
    return made
