"""Reads of staff that more than one caller needs."""

from collections.abc import Iterable
from uuid import UUID

from jawort.staff.models import Agent
from jawort.staff.permissions import GRANTS, Permission


def names(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Name by id."""
    return dict(Agent.objects.filter(pk__in=set(ids)).values_list("pk", "name"))


def who_may(permission: Permission) -> list[Agent]:
    """Everybody with an open account who may, by name."""
    roles = [role for role, granted in GRANTS.items() if permission in granted]
    return list(Agent.objects.filter(is_active=True, role__in=roles).order_by("name", "pk"))


def everybody() -> list[Agent]:
    """All who have an account, the open ones first, by name."""
    return list(Agent.objects.order_by("-is_active", "name", "pk"))


def account(pk: UUID) -> Agent | None:
    """One account, open or closed; None if there is none."""
    return Agent.objects.filter(pk=pk).first()
