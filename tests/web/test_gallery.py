"""Every screen in both languages, both themes, wide and narrow: no violation that axe knows, nothing sticks out.

With ARTEFACTS set to a folder the pictures are kept there, to be looked at.
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from jawort.messaging.models import Message
from jawort.staff.models import Agent
from tests.web.conftest import Desk

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def screens(desk: Desk) -> dict[str, str]:
    chat = desk.chat
    first = Message.objects.filter(conversation=chat, direction="in").order_by("id").values_list("pk", flat=True)[0]
    return {
        "list": "/inbox/",
        "empty": "/inbox/?view=mine&after=00000000-0000-0000-0000-000000000000",
        "thread": f"/inbox/{chat.pk}/?view=all",
        "data": f"/inbox/{chat.pk}/messages/{first}/data/",
        "ledger": "/ledger/",
        "parked": "/parked/",
        "settings": "/settings/me",
    }


@pytest.mark.parametrize("width", [1440, 1024, 390])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["de", "en"])
def test_every_screen_is_clean(
    desk: Desk, bob: Agent, site: str, at_desk: Callable[..., Page], language: str, theme: str, width: int
) -> None:
    page = at_desk(bob, theme=theme, language=language, width=width)
    found = []
    for name, address in screens(desk).items():
        page.goto(site + address)
        page.wait_for_load_state("load")
        page.wait_for_timeout(150)
        _picture(page, f"{name}-{width}-{language}-{theme}")
        overflow = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        found += [f"{name}: sticks out sideways"] if overflow else []
        found += [f"{name}: {violation}" for violation in violations(page)]
    assert not found, "\n".join(found)


def violations(page: Page) -> list[str]:
    """What axe finds, one line each."""
    # Without preload: axe would copy our style sheets into the page, which the content security policy refuses.
    result = Axe().run(page, options={"runOnly": RULES, "preload": False})
    return [f"{each['id']}: {node['html'][:160]}" for each in result.response["violations"] for node in each["nodes"]]


def _picture(page: Page, name: str) -> None:
    folder = os.environ.get("ARTEFACTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(folder) / f"{name}.png"))
