"""What must hold of staff at rest."""

from jawort.core.finding import Finding
from jawort.staff.models import Agent
from jawort.staff.permissions import Role


def findings() -> list[Finding]:
    """Every account has its sign-in address, and somebody can administer once there is anybody."""
    found = []
    active = Agent.objects.filter(is_active=True)
    if active.exists() and not active.filter(role=Role.ADMINISTRATOR).exists():
        found.append(Finding("staff.no_administrator", "Nobody has the role administrator: hire one."))
    return found
