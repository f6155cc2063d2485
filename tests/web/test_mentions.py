"""Mentions at the desk: named by keyboard, found in a view of one's own, gone when one has looked."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from jawort.messaging.mentions.models import Mention
from jawort.messaging.note import note
from jawort.staff.models import Agent
from jawort.web.inbox.live import rows_html
from tests.fixtures.scene import author
from tests.web.conftest import Desk
from tests.web.live_urls import Stream
from tests.web.tongue import both_languages

pytestmark = pytest.mark.browser

Open = Callable[..., Page]


@both_languages
def test_named_by_keyboard(desk: Desk, alice: Agent, bob: Agent, at_desk: Open, site: str) -> None:
    page = at_desk(alice)
    page.goto(f"{site}/inbox/{desk.chat.pk}/?view=all")
    page.wait_for_load_state("load")
    text, found = page.locator("#text"), page.locator("#colleagues")
    text.press("@")
    expect(found).to_be_hidden()  # a reply names nobody
    text.fill("")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    expect(text).to_be_focused()
    page.keyboard.type("Bitte ")
    page.keyboard.press("@")
    expect(found.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("bo")
    expect(found.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(text).to_have_value(f"Bitte @{bob.name} ")
    page.keyboard.type("ansehen, an kim@")
    expect(found).to_be_hidden()  # within a word it is an address
    page.keyboard.press("Control+Enter")
    expect(page.locator("#msgs .msg--note:not(.msg--pending)").last).to_contain_text(f"Bitte @{bob.name} ansehen")
    assert Mention.objects.get().agent == bob


def test_whoever_looks_is_waited_for_no_longer(
    desk: Desk, alice: Agent, bob: Agent, at_desk: Open, site: str, stream: Stream
) -> None:
    page = at_desk(bob)
    with page.expect_response("**/inbox/rows/**"):
        page.goto(f"{site}/inbox/?view=mentions")
    expect(page.get_by_text("Nobody is asking for you")).to_be_visible()
    note(desk.chat, f"@{bob.name} weißt du das?", author(alice), desk.clock.at)
    stream.say("row", "".join(rows_html([desk.chat.pk], "en", "agent").values()))
    row = page.locator(f"#c-{desk.chat.pk}")
    expect(row).to_contain_text("weißt du das?")
    with page.expect_response("**/read"):
        row.click()
    stream.say("row", "".join(rows_html([desk.chat.pk], "en", "agent").values()))
    expect(row).to_have_attribute("data-mentions", "")
    expect(row).to_be_visible()  # not from under the reader
    assert not Mention.objects.exists()
    page.goto(f"{site}/inbox/?view=mentions")
    expect(row).to_have_count(0)
