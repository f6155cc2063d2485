"""Two hundred people at their desks, without two hundred sign-in forms."""

from django.conf import settings
from django.test import Client

from jawort.staff.models import Agent
from jawort.staff.permissions import Role


def sign_in(many: int) -> list[str]:
    """New agents, each signed in: the Cookie header of each."""
    names = [f"Bench {n}" for n in range(many)]
    agents = [Agent(email=f"bench-{n}@example.org", name=name, role=Role.AGENT) for n, name in enumerate(names)]
    cookies = []
    for agent in Agent.objects.bulk_create(agents):
        browser = Client()
        browser.force_login(agent)
        cookies.append(f"{settings.SESSION_COOKIE_NAME}={browser.cookies[settings.SESSION_COOKIE_NAME].value}")
    return cookies
