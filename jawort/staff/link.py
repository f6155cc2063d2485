"""Accounts that the company's sign-in service opens. It opens those that are here, and makes none.

An account is linked by an administrator, or when somebody comes whose address is verified there and is that of an
account. From then on the service's own pseudonym counts and no address does: addresses are given to others in time.
"""

from collections import Counter
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import IntegrityError, transaction

from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.staff.models import Agent, Linked, Session
from jawort.staff.tokens import digest


class NotLet(StrEnum):
    """Why somebody whom the service knows does not come in."""

    UNKNOWN = "unknown"  # nobody here is linked with them, nor has their verified address
    CLOSED = "closed"
    OTHER = "other"  # who has this address here is somebody else there


class Taken(ValueError):
    """Somebody else is linked with this pseudonym."""


@transaction.atomic
def whose(issuer: str, subject: str, email: str | None, *, at: datetime) -> Agent | NotLet:
    """The account of somebody whom the service has named, linked if it was not. `email`: the verified address.

    Of two at once one waits here for the other, and then finds its link.
    """
    linked = _found(issuer, subject)
    if linked is not None:
        return linked if linked.is_active else NotLet.CLOSED
    agent = Agent.objects.select_for_update(no_key=True).filter(email=email).first() if email else None
    if agent is None:
        return NotLet.UNKNOWN
    if not agent.is_active:
        return NotLet.CLOSED
    if link_of(agent.pk, issuer) is not None:
        return agent if _found(issuer, subject) == agent else NotLet.OTHER
    try:
        _link(agent, issuer, subject, "address", actor=agent.actor, at=at)
    except Taken:
        return NotLet.OTHER
    return agent


@transaction.atomic
def link(agent: UUID, issuer: str, subject: str, *, actor: str, at: datetime) -> None:
    """By an administrator, in place of another link. Raises Taken, Agent.DoesNotExist."""
    row = Agent.objects.select_for_update(no_key=True).get(pk=agent)
    before, owner = link_of(agent, issuer), _found(issuer, subject)
    if owner is not None and owner != row:
        raise Taken
    if owner == row:
        return
    if before is not None:
        unlink(agent, issuer, actor=actor, at=at)
    _link(row, issuer, subject, "hand", actor=actor, at=at)


@transaction.atomic
def unlink(agent: UUID, issuer: str, *, actor: str, at: datetime) -> bool:
    """The service opens it no more, and their sign-ins end. False if it did not anyway."""
    if not Linked.objects.filter(agent=agent, issuer=issuer).delete()[0]:
        return False
    Session.objects.filter(agent=agent).delete()
    record([Entry(Kind.AGENT_UNLINKED, actor, agent)], at)
    return True


def let_in(session: str | None, name: str) -> None:
    """Keep what the service calls the sign-in with this key, so that it can end it."""
    if name:
        Session.objects.filter(session_key=session).update(service_session=digest(name))


@transaction.atomic
def let_out(issuer: str, subject: str, name: str, *, at: datetime) -> None:
    """The service has ended a sign-in that it calls `name`, or, without, all of somebody: so do those here."""
    theirs = Session.objects.filter(agent__isnull=False)
    if name:
        theirs = theirs.filter(service_session=digest(name))
    if subject:
        agent = _found(issuer, subject)
        theirs = theirs.filter(agent=agent) if agent else theirs.none()
    ended = Counter(theirs.values_list("agent", flat=True))
    theirs.delete()
    record([Entry(Kind.SESSION_ENDED, "system", agent, {"count": n, "by": "oidc"}) for agent, n in ended.items()], at)


def link_of(agent: UUID, issuer: str) -> Linked | None:
    """Who somebody is to the service; None if they are not linked."""
    return Linked.objects.filter(agent=agent, issuer=issuer).first()


def _found(issuer: str, subject: str) -> Agent | None:
    row = Linked.objects.select_related("agent").filter(issuer=issuer, subject=subject).first()
    return row.agent if row else None


def _link(agent: Agent, issuer: str, subject: str, by: str, *, actor: str, at: datetime) -> None:
    """Raises Taken, also if somebody else is linked at this very moment."""
    try:
        with transaction.atomic():
            Linked.objects.create(agent=agent, issuer=issuer, subject=subject, since=at)
    except IntegrityError:
        raise Taken from None
    record([Entry(Kind.AGENT_LINKED, actor, agent.pk, {"by": by})], at)
