"""Reads of staff that more than one caller needs."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import F

from jawort.staff.models import Agent, Invitation, Session
from jawort.staff.permissions import GRANTS, Permission, Role

_WHO_MAY = "SELECT * FROM staff_agent WHERE is_active AND role = ANY(%b::text[]) ORDER BY name, id"
_NAMES = "SELECT id, name FROM staff_agent WHERE id = ANY(%b::uuid[])"


def names(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Name by id."""
    wanted = list(ids)
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_NAMES, [wanted])
        return dict(cursor.fetchall())


def who_may(permission: Permission) -> list[Agent]:
    """Everybody with an open account who may, by name."""
    return list(Agent.objects.raw(_WHO_MAY, [[str(role) for role in _roles(permission)]]))


def everybody() -> list[Agent]:
    """All who have an account, the open ones first, by name."""
    return list(Agent.objects.order_by("-is_active", "name", "pk"))


def without_factor() -> set[UUID]:
    """Who has an open account and neither app nor passkey."""
    return set(Agent.objects.filter(is_active=True, authenticator=None).values_list("pk", flat=True))


def account(pk: UUID) -> Agent | None:
    """One account, open or closed; None if there is none."""
    return Agent.objects.filter(pk=pk).first()


def invitations(at: datetime) -> list[Invitation]:
    """Those that let somebody in, by name, with who invited. See invite.invited."""
    rows = Invitation.objects.select_related("invited_by").filter(ends_at__gt=at, invited_by__is_active=True)
    return list(rows.filter(invited_by__role__in=_roles(Permission.STAFF_MANAGE)).order_by("name", "pk"))


def sessions_of(agent: Agent, at: datetime) -> list[Session]:
    """Where somebody is signed in, the last one used first."""
    return list(Session.objects.filter(agent=agent, expire_date__gt=at).order_by(F("seen_at").desc(nulls_last=True)))


def _roles(permission: Permission) -> list[Role]:
    return [role for role, granted in GRANTS.items() if permission in granted]
