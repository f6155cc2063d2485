"""Somebody has forgotten their password: an administrator hands over a link with which they choose another, once.

The second factor is asked for as before; whoever has lost that too has an administrator remove it, which is another act
with another entry (second_factor.remove_all).
"""

import secrets
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.staff.access import holds
from jawort.staff.models import Agent, PasswordLink
from jawort.staff.passwords import change
from jawort.staff.permissions import Permission
from jawort.staff.tokens import TOKEN_BYTES, digest

#: Who asked for it is there and waits: shorter than an invitation.
OPEN_FOR: Final = timedelta(days=1)


class Closed(ValueError):
    """Nobody gets into the account; it is reopened first."""


@transaction.atomic
def hand_out(agent: UUID, by: Agent, *, at: datetime) -> str:
    """The token of the link, in clear; nobody can read it again. An earlier one for this account ends.

    The password that there is stays good until the link is used. Raises Closed, Agent.DoesNotExist.
    """
    if not Agent.objects.select_for_update(no_key=True).get(pk=agent).is_active:
        raise Closed
    token = secrets.token_urlsafe(TOKEN_BYTES)
    new = {"digest": digest(token), "made_by": by, "ends_at": at + OPEN_FOR}
    PasswordLink.objects.update_or_create(agent_id=agent, defaults=new)
    record([Entry(Kind.PASSWORD_LINK_MADE, by.actor, agent)], at)
    return token


def opens_for(token: str, at: datetime) -> Agent | None:
    """Whose password the link with this token lets choose. None else, and once who made it may do so no more."""
    rows = PasswordLink.objects.select_related("agent", "made_by").filter(digest=digest(token), ends_at__gt=at)
    row = rows.first()
    return row.agent if row and row.agent.is_active and holds(row.made_by, Permission.STAFF_MANAGE) else None


@transaction.atomic
def choose(token: str, password: str, *, at: datetime) -> Agent | None:
    """Sign in with `password` from now on; all sign-ins end. None if the link lets nobody do so.

    Of two at once one waits here for the other, and then finds no link.
    """
    row = PasswordLink.objects.select_for_update().filter(digest=digest(token)).first()
    agent = opens_for(token, at)
    if row is None or agent is None:
        return None
    change(agent, password, here=None, at=at)
    return agent


def forget_expired(at: datetime) -> None:
    """Delete what lets nobody choose any more."""
    PasswordLink.objects.filter(ends_at__lte=at).delete()
