"""A conversation is done, or goes on."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F

from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.messaging.drafts.keep import end_all
from jawort.messaging.live import notify
from jawort.messaging.models import Conversation
from jawort.messaging.once import broken
from jawort.messaging.read import is_behind
from jawort.messaging.rules import may_reopen
from jawort.messaging.touch import AWAKE
from jawort.messaging.waiting import wait_anew
from jawort.people.persons import contacts_of


class CannotResolve(ValueError):
    """Something came in that the person who resolves has not seen. Nothing was changed."""


class CannotReopen(ValueError):
    """It was resolved more than a week ago, or another conversation with this person is open."""


@transaction.atomic
def resolve(
    conversation: Conversation, *, actor: str, at: datetime, seen: UUID | None = None, version: int | None = None
) -> bool:
    """Close the conversation; what comes next on this line opens a new one. False if it was resolved already.

    `seen` is the newest message that the caller has shown, `version` that of the row in a list. Raises CannotResolve if
    more came in since: closed over it, nobody would ever read it. Without either whatever is there is resolved.
    """
    held = Conversation.objects.select_for_update(of=("self",)).get(pk=conversation.pk)
    if held.status == "resolved":
        return False
    if is_behind(held, seen, version):
        raise CannotResolve("Something came in meanwhile.")
    Conversation.objects.filter(pk=held.pk).update(
        status="resolved", resolved_at=at, unread=0, waiting_since=None, **AWAKE, version=F("version") + 1
    )
    end_all([held.pk])
    record([Entry(Kind.CONVERSATION_RESOLVED, actor, held.pk)], at)
    notify([held.pk])
    return True


def reopen(conversation: Conversation, *, actor: str, at: datetime) -> None:
    """Go on in a resolved conversation. Raises CannotReopen."""
    try:
        _reopen(conversation, actor, at)
    except IntegrityError as error:  # the customer wrote just now, and that opened a new one
        if not broken(error, "messaging_one_open_conversation_each"):
            raise
        raise CannotReopen("Another conversation with this person is open.") from None


@transaction.atomic
def _reopen(conversation: Conversation, actor: str, at: datetime) -> None:
    held = Conversation.objects.select_for_update(of=("self",)).get(pk=conversation.pk)
    if held.status == "open":
        return
    assert held.resolved_at is not None, "a constraint gives every resolved conversation its time"
    if not may_reopen(held.resolved_at, at):
        raise CannotReopen("It was resolved more than 7 days ago: the next message opens a new conversation.")
    person = contacts_of(held.contact_id)
    if Conversation.objects.filter(contact__in=person, line=held.line_id, status="open").exists():
        raise CannotReopen("Another conversation with this person is open.")
    Conversation.objects.filter(pk=held.pk).update(status="open", version=F("version") + 1)
    wait_anew([held.pk])
    record([Entry(Kind.CONVERSATION_REOPENED, actor, held.pk)], at)
    notify([held.pk])
