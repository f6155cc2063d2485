"""Reply or note: what somebody chose stays chosen, because a note that leaves as a reply cannot be called back."""

import pytest
from playwright.sync_api import Page, expect

from jawort.core import clock as core_clock
from jawort.messaging.models import Message
from jawort.messaging.resolve import reopen
from jawort.staff.models import Agent
from jawort.staff.preferences import prefer
from jawort.web.inbox.live import rows_html
from tests.web.conftest import Desk
from tests.web.live_urls import Stream

pytestmark = pytest.mark.browser

SAVED_MS = 1_000
REPLY, NOTE = "Write a reply …", "Write a note for the team …"


def stands_in(page: Page, kind: str) -> None:
    """The tab, the hint and the button say the same."""
    expect(page.locator(f"[name=kind][value={kind}]")).to_be_checked()
    expect(page.locator("#text")).to_have_attribute("placeholder", NOTE if kind == "note" else REPLY)
    expect(page.get_by_role("button", name="Save note", exact=True)).to_be_visible(visible=kind == "note")
    expect(page.get_by_role("button", name="Send", exact=True)).to_be_visible(visible=kind == "reply")


def writes_a_note(page: Page, text: str) -> None:
    page.keyboard.press("n")
    page.locator("#text").fill(text)
    page.wait_for_timeout(SAVED_MS)


def presses_e(page: Page, then: str) -> None:
    page.locator("#text").blur()
    page.keyboard.press("e")
    expect(page.get_by_role("button", name=then)).to_be_visible()


def test_a_notes_draft_comes_back_as_a_note(desk: Desk, opened: Page) -> None:
    writes_a_note(opened, "Zahlt nie pünktlich, bitte Vorkasse.")
    opened.reload()
    expect(opened.locator("#text")).to_have_value("Zahlt nie pünktlich, bitte Vorkasse.")
    stands_in(opened, "note")
    expect(opened.locator("#text")).not_to_be_focused()
    opened.locator(".row__link", has_text="Yusuf").click()
    expect(opened.locator("#thread h2").first).to_have_text("Yusuf Ilić")
    stands_in(opened, "reply")
    opened.locator(".row__link", has_text="Kim").click()
    expect(opened.locator("#text")).to_have_value("Zahlt nie pünktlich, bitte Vorkasse.")
    stands_in(opened, "note")
    opened.locator("#text").press("Control+Enter")
    expect(opened.locator("#msgs .msg--note", has_text="Vorkasse")).not_to_have_class("msg--pending")
    assert not Message.objects.filter(conversation=desk.chat, direction="out", client_id__isnull=False).exists()


def test_the_kind_is_kept_with_a_draft_when_only_the_tab_changes(opened: Page) -> None:
    opened.locator("#text").fill("Erst Antwort, dann doch Notiz")
    opened.wait_for_timeout(SAVED_MS)
    opened.locator(".tab", has_text="Internal note").click()
    opened.wait_for_timeout(SAVED_MS)
    opened.reload()
    expect(opened.locator("#text")).to_have_value("Erst Antwort, dann doch Notiz")
    stands_in(opened, "note")


def test_resolving_and_reopening_leaves_a_kind_chosen(opened: Page) -> None:
    opened.keyboard.press("r")
    presses_e(opened, then="Reopen")
    stands_in(opened, "note")
    presses_e(opened, then="Resolve")
    stands_in(opened, "reply")
    opened.locator(".tab", has_text="Reply").click()
    opened.get_by_role("button", name="Resolve").click()
    expect(opened.get_by_role("button", name="Reopen")).to_be_visible()
    stands_in(opened, "note")
    opened.locator("#text").fill("etwas")
    opened.locator("#text").blur()  # a text field's own change event is no choice
    stands_in(opened, "note")


def test_assigning_leaves_the_note_a_note(opened: Page) -> None:
    opened.keyboard.press("n")
    opened.get_by_role("button", name="Assigned: Alice. Change").click()
    opened.locator("#assign-menu").get_by_role("button", name="Bob").click()
    expect(opened.get_by_role("button", name="Assigned: Bob. Change")).to_be_visible()
    stands_in(opened, "note")


def test_a_notes_text_stays_a_note_when_a_colleague_reopens(
    desk: Desk, opened: Page, bob: Agent, stream: Stream
) -> None:
    presses_e(opened, then="Reopen")
    opened.locator("#text").fill("Nur für uns")
    reopen(desk.chat, actor=f"staff:{bob.pk}", at=core_clock.now())
    stream.say("row", "".join(rows_html([desk.chat.pk], "en", "agent").values()))
    expect(opened.get_by_role("button", name="Resolve")).to_be_visible()
    expect(opened.locator("#text")).to_have_value("Nur für uns")
    stands_in(opened, "note")


def test_who_wants_it_sends_with_enter_alone(desk: Desk, alice: Agent, opened: Page) -> None:
    text, sent = opened.locator("#text"), opened.locator("#msgs .msg--out")
    before = sent.count()
    text.fill("Erste Zeile")
    text.press("Enter")  # as everybody begins: a new line
    expect(text).to_have_value("Erste Zeile\n")
    prefer(alice, enter_sends=True)
    opened.reload()
    text.fill("Erste Zeile")
    text.press("Shift+Enter")
    text.type("zweite")
    expect(text).to_have_value("Erste Zeile\nzweite")
    text.press("Enter")
    expect(text).to_have_value("")
    expect(sent).to_have_count(before + 1)
    expect(sent.last).to_contain_text("zweite")


def test_the_link_to_a_message_leads_to_it(desk: Desk, opened: Page) -> None:
    opened.context.grant_permissions(["clipboard-read", "clipboard-write"])
    first = opened.locator("#msgs .msg--in").first
    first.get_by_role("button", name="Answer or react").click()
    opened.get_by_role("button", name="Copy the link").click()
    expect(opened.locator(".toast")).to_contain_text("Copied.")
    link = opened.evaluate("navigator.clipboard.readText()")
    opened.goto(link)
    expect(opened.locator(".msg--found")).to_have_attribute("data-id", first.get_attribute("data-id") or "")
