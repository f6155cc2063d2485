"""From an answer to what it answers: a link, with scripts and without, wherever the message lies."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from jawort.messaging.models import Message
from jawort.staff.models import Agent
from tests.web.conftest import Desk

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


@pytest.fixture
def asked(desk: Desk) -> Message:
    """What kim asked first, answered with a quote much later by themselves."""
    first = desk.scene.writes(desk.kim, "Gilt das Angebot noch?")
    told = Message.objects.latest("id")
    for n in range(60):
        desk.scene.stores(desk.scene.message(desk.kim, f"wamid.{n}", {"type": "text", "text": {"body": f"Zeile {n}"}}))
    desk.scene.takes()
    desk.scene.writes(desk.kim, "Dieses meine ich.", context={"id": first})
    return told


def test_a_quote_leads_to_what_was_quoted(desk: Desk, asked: Message, alice: Agent, site: str, at_desk: Open) -> None:
    page = at_desk(alice)
    with page.expect_response(lambda response: response.url.endswith("/messages/")):  # the resync is over
        page.goto(f"{site}/inbox/{desk.chat.pk}/?view=unassigned")
    quote, quoted = page.locator("#msgs .quote a").last, page.locator(f"#m-{asked.pk}")
    expect(quoted).to_have_count(0)  # it lies further back than what is loaded
    quote.press("Enter")
    expect(quoted).to_be_focused()
    expect(quoted).to_be_in_viewport()
    expect(page).to_have_url(re.compile(f"at={asked.pk}&view=unassigned"))
    page.locator("#text").focus()
    quote.click()
    expect(quoted).to_be_focused()
    expect(quoted).to_be_in_viewport()
    expect(quoted).to_have_class(re.compile("msg--found"))


def test_without_scripts_as_well(desk: Desk, asked: Message, alice: Agent, site: str, at_desk: Open) -> None:
    page = at_desk(alice, scripts=False)
    page.goto(f"{site}/inbox/{desk.chat.pk}/?view=all")
    page.locator("#msgs .quote a").last.click()
    expect(page.locator(".msg--found")).to_have_attribute("data-id", str(asked.pk))
    expect(page.locator(".msg--found")).to_be_in_viewport()
