"""The side door's pages, as agents and customers see them: clean in both languages and themes, wide and narrow.

With ARTEFACTS set to a folder the pictures are kept there, to be looked at.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import FilePayload, Page, expect

from jawort.legal.keep import keep
from jawort.lines.decide import set_documents
from jawort.lines.models import Documents
from jawort.messaging.own_page.models import OwnPage
from jawort.messaging.side_door.models import SideDoor
from jawort.staff.models import Agent
from tests.fixtures.browser import Watch
from tests.messaging.files.hostile import EXE
from tests.public.doors import LEGAL, PDF
from tests.public.visits import Visit
from tests.web.conftest import Desk
from tests.web.gallery import matrix, picture_kept, violations
from tests.web.reflow import stays_whole
from tests.web.test_side_door import link_of

pytestmark = pytest.mark.browser

WHAT = "Ihr unterschriebener Leasingvertrag über das Lastenrad „Beispiel 3“"
NAME = "Leasingvertrag mit allen Anlagen und Zusatzvereinbarungen, Stand November 2026.pdf"
#: Symbols that have no extent were not loaded: the policy, or a name that the sprite has not.
UNDRAWN = """[...document.querySelectorAll('svg.icon use')].filter(use => use.checkVisibility())
  .filter(use => !use.getBBox().height && !use.getBBox().width).length"""


def looks(page: Page, found: list[str], variant: str) -> Callable[[str], None]:
    def look(name: str) -> None:
        page.wait_for_load_state("load")
        picture_kept(page, f"side-door-{name}-{variant}")
        found.extend(["sticks out"] if page.evaluate("document.documentElement.scrollWidth > innerWidth") else [])
        found.extend([f"{name}: symbols not drawn"] if page.evaluate(UNDRAWN) else [])
        found.extend(f"{name}: {violation}" for violation in violations(page))

    return look


def opens_the_door(desk: Desk, settings: Any, site: str) -> None:
    settings.CONFIG = replace(settings.CONFIG, company="Radhaus Beispiel", public_url=site, side_door_url=site)
    keep(*LEGAL, actor="system", at=desk.clock.at)


@pytest.mark.parametrize(("language", "theme", "width"), matrix([1440, 390]))
def test_the_side_door_is_clean_from_both_sides(
    desk: Desk,
    alice: Agent,
    site: str,
    settings: Any,
    at_desk: Callable[..., Page],
    open_page: Callable[..., Page],
    watch: Watch,
    language: str,
    theme: str,
    width: int,
) -> None:
    opens_the_door(desk, settings, site)
    set_documents(desk.scene.line.pk, Documents.FORBIDDEN, actor="system", at=desk.clock.at)
    desk.scene.gives(desk.kim, PDF, "application/pdf", filename="Vertrag.pdf")
    desk.scene.delivers()
    found: list[str] = []
    page = at_desk(alice, theme=theme, language=language, width=width)
    guest = open_page(color_scheme=theme, viewport={"width": width, "height": 844}, locale=language)
    look, see = (looks(each, found, f"{width}-{language}-{theme}") for each in (page, guest))
    good: FilePayload = {"name": NAME, "mimeType": "application/pdf", "buffer": PDF}
    bad: FilePayload = {"name": "Rechnung.pdf", "mimeType": "application/pdf", "buffer": EXE}

    page.goto(f"{site}/inbox/{desk.chat.pk}/side-door/?view=all")
    look("desk")
    page.locator("#ask-what").fill(WHAT)
    page.locator("form[action*='/ask'] .btn--primary").click()
    page.wait_for_url(f"{site}/inbox/{desk.chat.pk}/?*")
    asked = site + link_of(desk)
    guest.goto(asked)
    see("asked")
    guest.locator("#files").set_input_files([good, bad])
    guest.locator(".btn--primary").click()
    expect(guest.get_by_role("alert")).to_be_visible()
    see("refused")
    guest.locator("#files").set_input_files([good])
    guest.locator(".btn--primary").click()
    guest.wait_for_url(asked)
    see("thanks")

    page.locator("file-drop input[type=file]").set_input_files([good])
    expect(page.locator("file-drop .chips li")).to_be_visible()
    page.locator("chat-composer form [type=submit], chat-composer form .btn--primary").first.click()
    expect(page.locator("a[href$='#give']")).to_be_visible()
    page.goto(f"{site}/inbox/{desk.chat.pk}/side-door/?view=all")
    page.locator("#give-what").fill(WHAT)
    page.locator("#give-file").set_input_files([good])
    page.locator("#give .btn--primary").click()
    page.wait_for_url(f"{site}/inbox/{desk.chat.pk}/?*")
    look("thread")
    guest.goto(site + link_of(desk))
    see("given")
    SideDoor.objects.update(withdrawn_at=desk.clock.at, used_at=None)
    guest.reload()
    see("shut")
    guest.goto(f"{site}/side-door/none/")
    see("unknown")
    assert found == []
    for status in ("422", "410", "404"):
        watch.forgive(status)


@pytest.mark.parametrize(("language", "theme", "width"), matrix([1440, 390]))
def test_what_is_shut_to_customers_is_clean(
    desk: Desk,
    alice: Agent,
    site: str,
    settings: Any,
    signed_in: Callable[[Agent], Client],
    open_page: Callable[..., Page],
    watch: Watch,
    language: str,
    theme: str,
    width: int,
) -> None:
    opens_the_door(desk, settings, site)
    visit = Visit(desk.scene, desk.kim, signed_in(alice))
    link, found = visit.gets_the_link(), list[str]()
    guest = open_page(color_scheme=theme, viewport={"width": width, "height": 844}, locale=language)
    see = looks(guest, found, f"{width}-{language}-{theme}")
    OwnPage.objects.update(withdrawn_at=desk.clock.at)
    for name, address, status in (
        ("own-shut", link, 410),
        ("own-unknown", "/own/none/", 404),
        ("no-opt-in", "/opt-in/none", 404),
    ):
        answer = guest.goto(site + address)
        assert answer is not None
        assert answer.status == status
        see(name)
        found += stays_whole(guest, name, theme, width)
        watch.forgive(str(status))
    assert found == []
