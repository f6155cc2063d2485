"""A file comes into a thread that is open, and a picture is really seen."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from jawort.messaging.models import Message
from jawort.staff.models import Agent
from tests.fixtures.browser import Watch
from tests.messaging.files.hostile import picture
from tests.web.conftest import Desk
from tests.web.live_urls import Stream
from tests.web.test_desk import hears

pytestmark = pytest.mark.browser


def test_a_picture_appears_as_soon_as_it_is_here(
    desk: Desk, alice: Agent, site: str, at_desk: Callable[..., Page], stream: Stream
) -> None:
    desk.scene.gives(desk.kim, picture(size=(900, 600)), "image/jpeg", "image")
    page = at_desk(alice)
    page.goto(f"{site}/inbox/{desk.chat.pk}/")
    expect(page.get_by_text("Being fetched …")).to_be_visible()
    expect(page.locator(".live")).to_have_attribute("data-state", "open")
    desk.scene.delivers()
    hears(stream, desk.chat, Message.objects.latest("id"))
    seen = page.locator(".file__picture img").last
    expect(seen).to_be_visible()
    expect(page.get_by_text("Being fetched …")).to_have_count(0)
    assert seen.evaluate("async (img) => (await img.decode(), img.naturalWidth)") == 320


def test_the_full_picture_opens_from_the_thread(
    desk: Desk, alice: Agent, site: str, at_desk: Callable[..., Page], watch: Watch
) -> None:
    page = at_desk(alice)
    page.goto(f"{site}/inbox/{desk.chat.pk}/")
    with page.context.expect_page() as opening:
        page.locator(".file__picture").last.click()
    full = opening.value
    full.wait_for_load_state("load")
    assert full.evaluate("document.images[0].naturalWidth") == 1_200
    assert full.evaluate("self.origin") == "null"  # it has no part in the desk
    full.close()
    watch.forgive("/page")  # Chromium's own frame around a picture has styles and scripts, which the policy takes away
