"""Somebody is asked to join, by a link that is handed over: for a week, once. Who has the link chooses a password.

What is not open any more is not kept: name and address of somebody who did not come are nobody's business.
"""

import secrets
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from jawort.core.ids import uuid7
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.staff.access import holds
from jawort.staff.hire import hire
from jawort.staff.models import Agent, Invitation
from jawort.staff.permissions import Permission, Role
from jawort.staff.tokens import TOKEN_BYTES, digest

OPEN_FOR: Final = timedelta(days=7)


class HasAccount(ValueError):
    """Who has this address has an account."""


@transaction.atomic
def invite(email: str, name: str, role: Role, by: Agent, *, at: datetime) -> str:
    """The token of the link, in clear; nobody can read it again. An earlier one for this address ends.

    Raises HasAccount.
    """
    address = email.lower()
    if Agent.objects.filter(email=address).exists():
        raise HasAccount
    for earlier in Invitation.objects.filter(email=address).order_by("pk"):
        take_back(earlier.pk, actor=by.actor, at=at)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row = Invitation.objects.create(
        id=uuid7(),
        digest=digest(token),
        email=address,
        name=name,
        role=role,
        invited_by=by,
        ends_at=at + OPEN_FOR,
    )
    record([Entry(Kind.AGENT_INVITED, by.actor, row.pk, {"role": str(role)})], at)
    return token


@transaction.atomic
def take_back(invitation: UUID, *, actor: str, at: datetime) -> bool:
    """From now on the link lets nobody in. False if it did not anyway."""
    if not Invitation.objects.filter(pk=invitation).delete()[0]:
        return False
    record([Entry(Kind.INVITATION_TAKEN_BACK, actor, invitation)], at)
    return True


def invited(token: str, at: datetime) -> Invitation | None:
    """The open invitation of this token. None else, and once who invited may do so no more."""
    rows = Invitation.objects.select_related("invited_by").filter(digest=digest(token), ends_at__gt=at)
    return next((row for row in rows if holds(row.invited_by, Permission.STAFF_MANAGE)), None)


@transaction.atomic
def join(token: str, password: str, language: str, *, at: datetime) -> Agent | None:
    """The account of whoever has the link; None if it lets nobody in, or if the address has got an account meanwhile.

    Of two at once one waits here for the other, and then finds no invitation.
    """
    row = Invitation.objects.select_for_update().filter(digest=digest(token)).first()
    if row is None or invited(token, at) is None:
        return None
    row_id, by = row.pk, f"staff:{row.invited_by_id}"
    row.delete()
    try:
        with transaction.atomic():
            agent = hire(row.email, row.name, Role(row.role), password=password, actor=by, at=at, language=language)
    except IntegrityError:
        return None
    record([Entry(Kind.AGENT_JOINED, agent.actor, agent.pk, related=row_id)], at)
    return agent


def forget_expired(at: datetime) -> None:
    """Delete what lets nobody in any more."""
    Invitation.objects.filter(ends_at__lte=at).delete()
