"""The desk in a browser: what moves by itself, what must not move, and what happens when something fails."""

import json
import re
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Page, Route, expect

from jawort.consent.purpose import CARE
from jawort.consent.stop import object_to
from jawort.core import clock as core_clock
from jawort.messaging.assign import assign
from jawort.messaging.models import Conversation, Message
from jawort.messaging.queries import counts
from jawort.messaging.settle import settle
from jawort.people.models import Review
from jawort.people.rules import Verdict
from jawort.staff.models import Agent, Session
from jawort.web.inbox.live import counts_html, rows_html
from tests.fixtures.browser import Watch
from tests.fixtures.cast import Customer
from tests.web.conftest import Desk, a_customer
from tests.web.live_urls import Stream
from tests.web.tongue import Tongue, both_languages

pytestmark = pytest.mark.browser

Open = Callable[..., Page]


def hears(stream: Stream, conversation: Conversation, *messages: Message, language: str = "en") -> None:
    """What the hub tells after a change."""
    stream.say("row", "".join(rows_html([conversation.pk], language, "agent").values()))
    if messages:
        ids = [str(message.pk) for message in messages]
        stream.say("message", json.dumps({"conversation": str(conversation.pk), "messages": ids}))


def slowly(route: Route) -> None:
    time.sleep(0.3)
    route.continue_()


def newest(conversation: Conversation) -> Message:
    return Message.objects.filter(conversation=conversation).order_by("-id")[0]


def test_a_message_appears_by_itself(desk: Desk, opened: Page, stream: Stream, kim: Customer) -> None:
    desk.scene.writes(kim, "Noch etwas: Wann genau?")
    hears(stream, desk.chat, newest(desk.chat))
    expect(opened.locator("#msgs .msg--in").last).to_contain_text("Wann genau?")
    expect(opened.locator("#rows .row").first).to_contain_text("Wann genau?")
    expect(opened.locator("#announce")).to_contain_text("Kim Muster")


def test_the_composer_opens_when_a_doubt_is_settled(
    desk: Desk, opened: Page, stream: Stream, kim: Customer, nour: Customer, bob: Agent
) -> None:
    desk.scene.writes(replace(nour, phone=kim.phone), "Wer ist da?")
    opened.reload()
    expect(opened.locator("#window-state")).to_contain_text("Sending is stopped.")
    expect(opened.locator("#shut")).to_have_attribute("data-shut", "")
    settle(Review.objects.get().pk, Verdict.APART, actor=f"staff:{bob.pk}", at=core_clock.now())
    hears(stream, desk.chat, newest(desk.chat))
    expect(opened.locator("#window-state")).to_contain_text("Reply window open for")
    expect(opened.locator("#shut")).not_to_have_attribute("data-shut", "")


def test_a_new_conversation_enters_the_list_at_the_top(desk: Desk, opened: Page, stream: Stream, alice: Agent) -> None:
    zoe = a_customer("Zoe Neu", 99)
    desk.scene.writes(zoe, "Hallo!")
    hears(stream, desk.scene.chat(zoe))
    stream.say("counts", counts_html(counts(alice)))
    expect(opened.locator("#rows .row").first).to_contain_text("Zoe Neu")
    expect(opened.locator(".list__head [data-count=all]")).to_have_text("10")


def test_nothing_moves_under_the_pointer(desk: Desk, opened: Page, stream: Stream) -> None:
    second = opened.locator("#rows .row").nth(1)
    second.hover()
    before = [row.get_attribute("id") for row in opened.locator("#rows .row").all()]
    zoe = a_customer("Zoe Neu", 99)
    desk.scene.writes(zoe, "Hallo!")
    hears(stream, desk.scene.chat(zoe))
    expect(opened.locator(".rows__held button")).to_be_visible()
    assert [row.get_attribute("id") for row in opened.locator("#rows .row").all()] == before
    opened.mouse.move(900, 300)
    expect(opened.locator("#rows .row").first).to_contain_text("Zoe Neu")


def test_a_list_that_was_asked_for_before_the_pointer_came_does_not_move_under_it(
    desk: Desk, opened: Page, stream: Stream
) -> None:
    expect(opened.locator(".live")).to_have_attribute("data-state", "open")
    late: list[Route] = []
    opened.route("**/inbox/rows/**", lambda route: late.append(route), times=1)
    stream.say("resync", "")
    expect(opened.locator("#rows .row").first).to_be_visible()
    while not late:
        opened.wait_for_timeout(20)
    desk.scene.writes(a_customer("Zoe Neu", 99), "Hallo!")
    opened.locator("#rows .row").nth(1).hover()
    before = [row.get_attribute("id") for row in opened.locator("#rows .row").all()]
    with opened.expect_response("**/inbox/rows/**") as answer:
        late.pop().continue_()
    answer.value.finished()
    opened.wait_for_timeout(200)  # it would have been swapped in
    assert [row.get_attribute("id") for row in opened.locator("#rows .row").all()] == before
    opened.mouse.move(900, 300)
    expect(opened.locator("#rows .row").first).to_contain_text("Zoe Neu")


def test_the_focus_stays_on_a_row_that_changes_and_moves(desk: Desk, opened: Page, stream: Stream) -> None:
    opened.locator(".row__link", has_text="Yusuf").focus()
    yusuf = a_customer("Yusuf Ilić", 60)
    desk.scene.writes(yusuf, "Sind Sie noch da?")
    hears(stream, desk.scene.chat(yusuf))
    expect(opened.locator("#rows .row").first).to_contain_text("Sind Sie noch da?")
    assert "Yusuf" in opened.evaluate("document.activeElement.textContent")


@both_languages
def test_an_answer_stands_at_once_and_gets_its_ticks(desk: Desk, opened: Page, stream: Stream, tongue: Tongue) -> None:
    opened.route("**/send", slowly)
    opened.keyboard.press("r")
    opened.keyboard.type("Morgen um zehn.")
    opened.keyboard.press("Control+Enter")
    bubble = opened.locator("#msgs .msg").last
    expect(bubble).to_have_class(re.compile("msg--pending"))
    expect(bubble).to_contain_text("Morgen um zehn.")
    expect(bubble).to_have_class(re.compile("msg--queued"))
    ident = bubble.get_attribute("id")
    assert opened.locator("#text").input_value() == ""
    desk.scene.delivers()
    message = newest(desk.chat)
    for state in ["delivered", "read"]:
        desk.scene.tells(desk.scene.receipt(message, state))
        hears(stream, desk.chat, message, language=tongue.language)
        expect(opened.locator(f"#{ident} .ticks--{state}")).to_be_visible()
    assert opened.locator("#msgs .msg", has_text="Morgen um zehn.").count() == 1


def test_what_could_not_be_sent_keeps_its_text_and_goes_later(desk: Desk, opened: Page, watch: Watch) -> None:
    opened.route("**/send", lambda route: route.abort())
    opened.locator("#text").fill("Ich bin gleich für Sie da.")
    opened.get_by_role("button", name="Send", exact=True).click()
    bubble = opened.locator("#msgs .msg").last
    expect(bubble).to_have_class(re.compile("msg--failed"))
    expect(bubble).to_contain_text("Your text is kept here")
    opened.unroute("**/send")
    bubble.get_by_role("button", name="Send again").click()
    expect(opened.locator("#msgs .msg").last).to_have_class(re.compile("msg--queued"))
    assert Message.objects.filter(conversation=desk.chat, client_id__isnull=False).count() == 1
    watch.forgive("ERR_FAILED")


def test_what_whatsapp_will_never_take_is_edited_and_not_sent_again(opened: Page) -> None:
    bubble = opened.locator("#msgs .msg--failed")
    expect(bubble).to_contain_text("blocked your business")
    expect(bubble.get_by_role("button", name="Send again")).to_have_count(0)
    bubble.get_by_role("button", name="Edit").click()
    expect(opened.locator("#text")).to_have_value("Das Foto kann ich leider nicht öffnen.")
    expect(opened.locator("#text")).to_be_focused()
    bubble.get_by_role("button", name="Edit").click()  # nothing that stands there is lost
    expect(opened.locator("#text")).to_have_value(re.compile("öffnen.\nDas Foto"))


def test_a_note_is_yellow_and_stays_here(desk: Desk, opened: Page) -> None:
    opened.keyboard.press("n")
    opened.keyboard.type("Bitte zurückrufen")
    opened.get_by_role("button", name="Save note", exact=True).click()
    last = opened.locator("#msgs .msg").last
    expect(last).to_have_class(re.compile("msg--note"))
    expect(last).not_to_have_class(re.compile("msg--pending"))  # or the database is asked before it was told
    expect(last).to_contain_text("Internal note · Alice")
    assert newest(desk.chat).direction == "note"


def test_when_the_window_is_closed_the_desk_says_what_is_possible(
    desk: Desk, alice: Agent, site: str, at_desk: Open
) -> None:
    desk.clock.forward(hours=25)
    desk.scene.seals()
    page = at_desk(alice, language="de")
    page.goto(f"{site}/inbox/{desk.chat.pk}/")
    expect(page.locator("#window-state")).to_contain_text("Antwortfenster geschlossen")
    expect(page.locator("#panel-facts")).to_contain_text("Nein.")
    expect(page.locator("#panel-facts")).to_contain_text("24 Stunden")
    expect(page.locator(".composer__shut")).not_to_contain_text("bleibt hier erhalten")  # nothing was written yet
    expect(page.locator(".composer__shut")).to_contain_text("Eine Notiz ist immer möglich.")
    page.locator(".tab", has_text="Antworten").click()
    page.locator("#text").fill("Trotzdem")
    page.get_by_role("button", name="Senden", exact=True).click()
    expect(page.locator("#text")).to_have_value("Trotzdem")
    assert not Message.objects.filter(direction="out", state="refused").exists()


def test_a_refusal_gives_the_reason_the_article_and_a_way_on(
    desk: Desk, opened: Page, stream: Stream, kim: Customer
) -> None:
    desk.scene.seals()
    desk.clock.forward(hours=25)
    opened.locator("#text").fill("Noch eine Frage?")
    opened.get_by_role("button", name="Send", exact=True).click()
    bubble = opened.locator("#msgs .msg").last
    expect(bubble).to_have_class(re.compile("msg--refused"))
    expect(bubble).to_contain_text("24 hours old")
    expect(bubble).to_contain_text("Your text stays here")
    desk.scene.writes(kim, "Ja?")
    hears(stream, desk.chat, newest(desk.chat))
    expect(opened.locator("#window-state")).to_contain_text("Reply window open")
    bubble = opened.locator(".msg--refused").last
    bubble.get_by_role("button", name="Send again").click()
    expect(opened.locator("#msgs .msg").last).to_have_class(re.compile("msg--queued"))
    expect(opened.locator(".msg--refused").get_by_role("button", name="Send again")).to_have_count(0)


def test_unread_goes_when_somebody_has_seen_it_and_not_before(
    desk: Desk, alice: Agent, site: str, at_desk: Open
) -> None:
    chat = desk.scene.chat(a_customer("Elif Schäfer", 65))
    page = at_desk(alice)
    page.goto(f"{site}/inbox/")
    row = page.locator(f"#c-{chat.pk}")
    expect(row).to_have_class(re.compile("row--unread"))
    row.locator("a").hover()
    page.mouse.down()
    page.wait_for_timeout(200)
    assert Conversation.objects.filter(pk=chat.pk).values_list("unread", flat=True)[0] == 1
    with page.expect_response(lambda response: response.url.endswith("/read")):
        page.mouse.up()
    expect(page.locator("#unread-from-here")).to_be_visible()
    assert Conversation.objects.filter(pk=chat.pk).values_list("unread", flat=True)[0] == 0


def test_assign_resolve_and_reopen(desk: Desk, opened: Page, bob: Agent) -> None:
    opened.get_by_role("button", name="Assigned: Alice. Change").click()
    opened.locator("#assign-menu").get_by_role("button", name="Bob").click()
    expect(opened.get_by_role("button", name="Assigned: Bob. Change")).to_be_focused()
    expect(opened.locator("#assign-menu")).to_be_hidden()
    expect(opened.locator(".ev").last).to_contain_text("Alice assigned the conversation to Bob")
    opened.get_by_role("button", name="Resolve").click()
    expect(opened.locator("#window-state")).to_contain_text("This conversation is resolved.")
    opened.get_by_role("button", name="Reopen").click()
    expect(opened.locator(".ev").last).to_contain_text("Alice reopened the conversation")


def test_what_somebody_else_does_shows_and_what_is_on_its_way_stays(
    desk: Desk, opened: Page, bob: Agent, stream: Stream, watch: Watch
) -> None:
    opened.route("**/send", lambda route: route.abort())
    opened.locator("#text").fill("Geht gleich raus.")
    opened.get_by_role("button", name="Send", exact=True).click()
    expect(opened.locator("#msgs .msg").last).to_have_class(re.compile("msg--failed"))
    opened.locator("#text").fill("Noch in Arbeit")
    assign(desk.chat, bob, actor=f"staff:{bob.pk}", at=core_clock.now())
    hears(stream, desk.chat)
    expect(opened.get_by_role("button", name="Assigned: Bob. Change")).to_be_visible()
    expect(opened.locator("#msgs .ev").last).to_contain_text("Bob took the conversation")
    expect(opened.locator("#msgs .msg--failed").last).to_contain_text("Geht gleich raus.")
    expect(opened.locator("#text")).to_have_value("Noch in Arbeit")
    watch.forgive("ERR_FAILED")


def test_a_stop_that_somebody_else_records_reaches_the_open_conversation(
    desk: Desk, opened: Page, bob: Agent, stream: Stream
) -> None:
    object_to(desk.chat.contact_id, CARE, actor=f"staff:{bob.pk}", at=core_clock.now())
    hears(stream, desk.chat)
    expect(opened.locator(".row", has_text="Kim").locator(".tag--bad")).to_have_text("Sending stopped")
    expect(opened.locator("#window-state")).to_contain_text("Sending is stopped.")
    expect(opened.locator("#msgs .ev").last).to_contain_text("Bob recorded an objection")


def test_earlier_messages_come_on_demand_and_stay(
    desk: Desk, alice: Agent, kim: Customer, site: str, at_desk: Open, stream: Stream
) -> None:
    about = [desk.scene.message(kim, f"wamid.{n}", {"type": "text", "text": {"body": f"Zeile {n}"}}) for n in range(60)]
    desk.scene.tells(*about)
    page = at_desk(alice)
    page.goto(f"{site}/inbox/{desk.chat.pk}/")
    page.get_by_role("link", name="Load earlier messages").click()
    expect(page.locator("#msgs")).to_contain_text("Bestellung 48213")
    with page.expect_response(lambda response: response.url.endswith("/messages/")):
        stream.say("resync", "")
    expect(page.locator("#msgs .msg").last).to_contain_text("Zeile 59")
    assert page.locator("#msgs .msg").count() == desk.chat.message_set.count()
    assert page.locator("#msgs .day").count() == 2
    assert page.locator("#msgs-earlier").count() == 0


def test_tabs_share_one_stream(desk: Desk, opened: Page, site: str, stream: Stream) -> None:
    pages = [opened.context.new_page() for _ in range(3)]
    for page in pages:
        page.goto(f"{site}/inbox/")
        expect(page.locator(".live")).to_have_attribute("data-state", "open")
    assert stream.opened == 1
    opened.close()
    for _ in range(50):
        pages[0].wait_for_timeout(100)
        if stream.opened == 2:
            break
    zoe = a_customer("Zoe Neu", 99)
    desk.scene.writes(zoe, "Hallo!")
    hears(stream, desk.scene.chat(zoe))
    for page in pages:
        expect(page.locator("#rows .row").first).to_contain_text("Zoe Neu")
    assert stream.opened == 2


def test_a_draft_stays_and_lies_sealed(opened: Page) -> None:
    opened.locator("#text").fill("Geheimer Entwurf")
    opened.wait_for_timeout(1_000)
    stored = opened.evaluate("JSON.stringify(localStorage)")
    assert "jawort-draft:" in stored
    assert "Geheimer" not in stored
    opened.reload()
    expect(opened.locator("#text")).to_have_value("Geheimer Entwurf")


def test_the_session_ends_and_the_text_stays(opened: Page, watch: Watch) -> None:
    opened.locator("#text").fill("Bleibt da")
    Session.objects.all().delete()
    opened.get_by_role("button", name="Send", exact=True).click()
    expect(opened.locator("#expired")).to_be_visible()
    expect(opened.locator("#msgs .msg").last).to_contain_text("Bleibt da")
    watch.forgive("401")


def test_the_panel_opens_and_closes(desk: Desk, opened: Page, alice: Agent, site: str, at_desk: Open) -> None:
    toggle = opened.get_by_role("link", name="Contact panel")
    toggle.click()
    expect(opened.locator("#panel")).to_be_hidden()
    opened.reload()
    expect(opened.locator("#panel")).to_be_hidden()
    narrow = at_desk(alice, width=390)
    narrow.goto(f"{site}/inbox/{desk.chat.pk}/")
    expect(narrow.locator("#panel")).to_be_hidden()
    narrow.get_by_role("link", name="Contact panel").click()
    expect(narrow.locator("#panel")).to_be_visible()
    narrow.get_by_role("link", name="Close the panel").click()
    expect(narrow.locator("#panel")).to_be_hidden()
    narrow.get_by_role("link", name="Back to the list").click()
    expect(narrow.locator("#rows")).to_be_visible()


def test_the_drawer_takes_the_focus_and_gives_it_back(desk: Desk, alice: Agent, site: str, at_desk: Open) -> None:
    page = at_desk(alice, width=1024)
    page.goto(f"{site}/inbox/{desk.chat.pk}/")
    toggle = page.get_by_role("link", name="Contact panel")
    expect(toggle).to_have_attribute("aria-expanded", "false")
    toggle.press("Enter")
    expect(toggle).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("link", name="Close the panel")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    expect(toggle).to_be_focused()
    toggle.click()
    page.mouse.click(500, 300)
    expect(page.locator("#panel")).to_be_hidden()
    expect(toggle).to_be_focused()
    expect(toggle).to_have_attribute("aria-expanded", "false")


def test_the_focus_stays_where_one_resolves_and_reopens(opened: Page) -> None:
    opened.get_by_role("button", name="Resolve").press("Enter")
    expect(opened.get_by_role("button", name="Reopen")).to_be_focused()
    opened.get_by_role("button", name="Reopen").press("Enter")
    expect(opened.get_by_role("button", name="Resolve")).to_be_focused()
    expect(opened.get_by_role("link", name="Contact panel")).to_have_attribute("aria-expanded", "true")


def test_without_scripts_one_reads_and_answers(desk: Desk, alice: Agent, site: str, at_desk: Open) -> None:
    page = at_desk(alice, scripts=False)
    page.goto(f"{site}/inbox/")
    page.get_by_role("link", name="Kim Muster").click()
    page.locator("#text").fill("Ganz ohne Skript.")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#msgs .msg").last).to_contain_text("Ganz ohne Skript.")
    page.get_by_role("button", name="Resolve").click()
    expect(page.locator("#window-state")).to_contain_text("This conversation is resolved.")
    assert core_clock.now() == desk.clock.at
