"""What becomes of an account: another role, closed, open again. Somebody who can administer always stays."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.staff.models import Agent, PasswordLink, Session, Token
from jawort.staff.permissions import Role
from jawort.staff.tokens import revoke


class LastAdministrator(ValueError):
    """Without this person nobody could let anybody in."""


@transaction.atomic
def change_role(agent: UUID, role: Role, *, actor: str, at: datetime) -> None:
    """From their next request on they may what `role` may. Raises LastAdministrator, Agent.DoesNotExist."""
    row = _held(agent, stays_administrator=role is Role.ADMINISTRATOR)
    if row.role == role:
        return
    row.role = role
    row.save(update_fields=["role"])
    record([Entry(Kind.ROLE_CHANGED, actor, agent, {"role": str(role)})], at)


@transaction.atomic
def close(agent: UUID, *, actor: str, at: datetime) -> None:
    """Let nobody in with it: sign-ins end, tokens are taken back. Raises LastAdministrator, Agent.DoesNotExist."""
    row = _held(agent, stays_administrator=False)
    if not row.is_active:
        return
    row.is_active = False
    row.save(update_fields=["is_active"])
    Session.objects.filter(agent=agent).delete()
    PasswordLink.objects.filter(agent=agent).delete()
    record([Entry(Kind.AGENT_CLOSED, actor, agent)], at)
    for token in Token.objects.filter(agent=agent, revoked_at=None).order_by("pk"):
        revoke(token.pk, actor=actor, at=at)


@transaction.atomic
def reopen(agent: UUID, *, actor: str, at: datetime) -> None:
    """Let them in again, with the password that they had. Raises Agent.DoesNotExist."""
    row = _held(agent, stays_administrator=True)
    if row.is_active:
        return
    # A sign-in that was under way while the account was closed has left one behind.
    Session.objects.filter(agent=agent).delete()
    row.is_active = True
    row.save(update_fields=["is_active"])
    record([Entry(Kind.AGENT_REOPENED, actor, agent)], at)


def _held(agent: UUID, *, stays_administrator: bool) -> Agent:
    """The account, held until the end of the transaction together with all that can administer.

    Two who take the right from each other wait for each other here: the second finds itself the last one.
    """
    administers = Q(is_active=True, role=Role.ADMINISTRATOR)
    rows = Agent.objects.select_for_update(no_key=True).filter(Q(pk=agent) | administers).order_by("pk")
    held = {row.pk: row for row in rows}
    if agent not in held:
        raise Agent.DoesNotExist
    able = {row.pk for row in held.values() if row.is_active and row.role == Role.ADMINISTRATOR}
    if able == {agent} and not stays_administrator:
        raise LastAdministrator
    return held[agent]
