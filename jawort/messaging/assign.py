"""Who looks after a conversation."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.messaging.live import notify
from jawort.messaging.models import Conversation
from jawort.messaging.touch import AWAKE
from jawort.staff.models import Agent


class CannotAssign(ValueError):
    """The person has no open account, or the conversation is resolved."""


@transaction.atomic
def assign(conversation: Conversation, agent: Agent | None, *, actor: str, at: datetime) -> bool:
    """Give the conversation to `agent`, or back to all with None. False if it was so already. Raises CannotAssign.

    One that is put aside comes back: whoever gets it must see it.
    """
    if agent is not None and not agent.is_active:
        raise CannotAssign("This account is closed.")
    held = Conversation.objects.select_for_update(of=("self",)).get(pk=conversation.pk)
    if held.status != "open":
        raise CannotAssign("This conversation is resolved: reopen it first.")
    if held.assignee_id == (agent.pk if agent else None):
        return False
    Conversation.objects.filter(pk=held.pk).update(assignee=agent, **AWAKE, version=F("version") + 1)
    facts = {"to": str(agent.pk) if agent else None, "from": str(held.assignee_id) if held.assignee_id else None}
    record([Entry(Kind.CONVERSATION_ASSIGNED, actor, held.pk, facts)], at)
    is_own = agent is not None and actor == agent.actor
    notify([held.pk], given=[agent.pk] if agent and not is_own else ())
    return True
