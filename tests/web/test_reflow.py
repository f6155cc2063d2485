"""Pages stay whole on 320 px, and with the text spacing that people may set for themselves: WCAG 1.4.10 and 1.4.12.

Pages that one comes to on a longer way are looked at on that way, by `stays_whole`: see where it is called.
With ARTEFACTS set to a folder pictures are kept there.
"""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from jawort.consent.house_words import add_word
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.web.conftest import Desk
from tests.web.reflow import troubles
from tests.web.test_gallery import screens
from tests.web.test_gallery_side_door import WHAT, opens_the_door
from tests.web.test_side_door import link_of

pytestmark = pytest.mark.browser


def test_the_main_pages_stay_whole(
    desk: Desk,
    alice: Agent,
    site: str,
    settings: Any,
    at_desk: Callable[..., Page],
    open_page: Callable[..., Page],
) -> None:
    opens_the_door(desk, settings, site)
    page, found = at_desk(alice, language="de"), []
    addresses = {
        "door of the desk": f"/inbox/{desk.chat.pk}/side-door/?view=all",
        "list": "/inbox/?view=all",
        "thread": f"/inbox/{desk.chat.pk}/?view=all",
        "contact": f"/contacts/{desk.chat.contact_id}/",
        "settings": "/settings/me",
        "help": "/help/inbox/",
    }
    for name, address in addresses.items():
        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto(site + address)
        if name == "door of the desk":
            page.locator("#ask-what").fill(WHAT)
            page.locator("form[action*='/ask'] .btn--primary").click()
            page.wait_for_url(f"{site}/inbox/{desk.chat.pk}/?*")
            continue
        found += troubles(page, name)
    guest = open_page(locale="de")
    for name, address in {"sign in": "/accounts/login/", "side door": link_of(desk)}.items():
        guest.goto(site + address)
        found += troubles(guest, name)
    assert not found, "\n".join(found)


@pytest.mark.long
@pytest.mark.parametrize("language", ["de", "en"])
def test_every_screen_stays_whole(
    desk: Desk, nour: Customer, bob: Agent, site: str, at_desk: Callable[..., Page], language: str
) -> None:
    page, found = at_desk(bob, language=language), []
    for name, address in screens(desk, nour, bob).items():
        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto(site + address)
        found += troubles(page, f"{name}-{language}")
    assert not found, "\n".join(found)


@pytest.mark.long
@pytest.mark.parametrize("language", ["de", "en"])
def test_the_administrators_screens_stay_whole(
    desk: Desk, ada: Agent, alice: Agent, site: str, at_desk: Callable[..., Page], language: str
) -> None:
    page, found = at_desk(ada, language=language), []
    add_word("Feierabend", actor="system", at=desk.clock.at)
    pages = ("attributes", "labels", "lines", "first-steps", "legal", "people", f"people/{alice.pk}", "consents/words")
    for address in (*(f"/settings/{each}" for each in pages), "/alarms/"):
        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto(site + address)
        found += troubles(page, f"{address.replace('/', '-')}-{language}")
    assert not found, "\n".join(found)
