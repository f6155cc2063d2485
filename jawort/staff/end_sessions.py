"""Somebody ends sign-ins of theirs, such as one that was left open on a machine elsewhere."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.staff.models import Agent, Session


@transaction.atomic
def end_sessions(agent: Agent, only: UUID | None, *, here: str | None, at: datetime) -> int:
    """How many of theirs ended: the one that is called `only`, or all; never the one with the key `here`."""
    theirs = Session.objects.filter(agent=agent).exclude(session_key=here)
    count, _ = (theirs.filter(pseudonym=only) if only else theirs).delete()
    if count:
        record([Entry(Kind.SESSION_ENDED, agent.actor, agent.pk, {"count": count})], at)
    return count
