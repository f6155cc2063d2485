"""What an agent wrote, attached or chose outlives what fails, rows that are opened meanwhile, and the session."""

import re
from functools import partial

import pytest
from playwright.sync_api import FilePayload, Page, Route, expect

from jawort.lines.models import Documents, Line
from jawort.messaging.drafts.queries import drafts_in
from jawort.messaging.drafts.rules import Words
from jawort.messaging.labels.define import define
from jawort.messaging.labels.models import Labelled
from jawort.messaging.models import Conversation, Message
from jawort.staff.models import Agent, Session
from tests.fixtures.browser import Watch
from tests.web.conftest import Desk
from tests.web.test_flows import signs_in

pytestmark = pytest.mark.browser

PDF: FilePayload = {"name": "Angebot.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 Angebot"}
#: What is said in the bubble, by how the server answers.
WHY = {
    403: "The server did not let this through",
    404: "not to be found",
    413: "too large for the server",
    415: "does not take this kind of file",
    500: "something went wrong",
    503: "something went wrong",
}


def says(page: Page, text: str) -> None:
    page.locator("#text").fill(text)
    page.locator("#text").press("Control+Enter")


def answers(status: int, route: Route) -> None:
    route.fulfill(status=status)


def goes(page: Page, name: str) -> None:
    page.locator(".row__link", has_text=name).click()
    expect(page.locator("#thread h2").first).to_contain_text(name)


def test_what_failed_stands_in_its_thread_until_it_is_sent(desk: Desk, opened: Page, watch: Watch) -> None:
    failed, sent = opened.locator("#msgs .msg--failed"), opened.locator("#msgs .msg--queued")
    opened.route("**/send", lambda route: route.abort())
    says(opened, "Antwort A")
    first = failed.filter(has_text="Antwort A")
    expect(first).to_contain_text("Your text is kept here")
    opened.unroute("**/send")
    says(opened, "Antwort B")
    expect(sent).to_have_count(1)
    with opened.expect_response(lambda response: response.url.endswith("/draft")):
        goes(opened, "Yusuf")
    expect(first).to_have_count(0)
    assert [kept.words for kept in drafts_in(desk.chat)] == [Words("Antwort A")], "whoever stands in finds it"
    goes(opened, "Kim")
    expect(first).to_contain_text("The server could not be reached")
    opened.reload()
    expect(first).to_contain_text("Your text is kept here")
    expect(opened.locator("#text")).to_have_value("")  # it stands in its bubble, and once
    assert "Antwort" not in opened.evaluate("JSON.stringify(localStorage)")
    first.get_by_role("button", name="Send again").click()
    expect(sent).to_have_count(2)
    opened.reload()
    expect(sent).to_have_count(2)
    expect(first).to_have_count(0)
    texts = [message.client_id for message in Message.objects.filter(conversation=desk.chat, state="queued")]
    assert len(texts) == 2
    watch.forgive("ERR_FAILED")


def test_what_failed_is_written_on_after_all(opened: Page, watch: Watch) -> None:
    opened.route("**/send", lambda route: route.abort())
    opened.keyboard.press("n")
    says(opened, "Notiz A")
    bubble = opened.locator("#msgs .msg--failed", has_text="Notiz A")
    expect(bubble).to_be_visible()
    opened.reload()
    expect(opened.locator("#msgs .msg--note.msg--failed", has_text="Notiz A")).to_be_visible()
    bubble.get_by_role("button", name="Edit").click()
    expect(opened.locator("#text")).to_have_value("Notiz A")
    expect(opened.locator("[name=kind][value=note]")).to_be_checked()
    opened.wait_for_timeout(1_000)  # saved
    opened.reload()
    expect(opened.locator("#text")).to_have_value("Notiz A")
    expect(bubble).to_have_count(0)
    watch.forgive("ERR_FAILED")


def test_an_answer_that_comes_late_stands_in_its_own_thread(desk: Desk, opened: Page) -> None:
    """Its author has gone on to somebody else meanwhile."""
    held = []
    opened.route("**/send", lambda route: held.append(route))
    says(opened, "Für Kim")
    goes(opened, "Yusuf")
    for route in held:
        with opened.expect_response(lambda response: response.url.endswith("/send")):
            route.continue_()
    opened.wait_for_timeout(300)
    expect(opened.locator("#msgs")).not_to_contain_text("Für Kim")
    goes(opened, "Kim")
    expect(opened.locator("#msgs .msg--queued")).to_contain_text("Für Kim")
    expect(opened.locator("#text")).to_have_value("")
    assert len(held) == 1


def test_files_and_a_quote_wait_where_they_were_chosen(desk: Desk, opened: Page) -> None:
    told = Message.objects.filter(conversation=desk.chat, direction="in").earliest("id")
    opened.locator(f"[data-message='{told.pk}']").click()
    opened.get_by_role("button", name="Reply with a quote").click()
    opened.locator("file-drop input").set_input_files(PDF)
    files, quote = opened.locator("file-drop li"), opened.locator("reply-quote")
    expect(files).to_contain_text("Angebot.pdf")
    goes(opened, "Yusuf")
    expect(files).to_have_count(0)
    expect(quote).to_be_hidden()
    goes(opened, "Kim")
    expect(files).to_contain_text("Angebot.pdf")
    expect(quote).to_contain_text("48213")
    opened.locator("#text").press("Control+Enter")
    expect(opened.locator("#msgs .msg--queued")).to_contain_text("Angebot.pdf")
    expect(opened.locator("#msgs .msg--queued .quote")).to_contain_text("48213")
    assert Message.objects.latest("id").about_id == told.pk
    goes(opened, "Yusuf")
    goes(opened, "Kim")
    expect(files).to_have_count(0)
    expect(quote).to_be_hidden()


def test_a_question_outlives_the_session(desk: Desk, alice: Agent, opened: Page, watch: Watch) -> None:
    opened.get_by_role("button", name="Ask the customer").click()
    opened.locator("#ask-text").fill("Passt Ihnen der Termin?")
    opened.locator("#ask-answers").fill("Ja\nNein")
    Session.objects.all().delete()
    opened.locator("#ask").get_by_role("button", name="Send").click()
    expect(opened.locator("#expired")).to_be_visible()
    expect(opened.locator("#ask [role=alert]")).to_contain_text("Your session has ended")
    opened.locator("#expired .btn--primary").click()
    signs_in(opened, alice)
    opened.get_by_role("button", name="Ask the customer").click()
    expect(opened.locator("#ask-text")).to_have_value("Passt Ihnen der Termin?")
    expect(opened.locator("#ask-answers")).to_have_value("Ja\nNein")
    opened.locator("#ask").get_by_role("button", name="Send").click()
    expect(opened.locator("#ask")).to_be_hidden()
    expect(opened.locator(".msg--out").last).to_contain_text("Nein")
    opened.get_by_role("button", name="Ask the customer").click()
    expect(opened.locator("#ask-answers")).to_have_value("")
    watch.forgive("401")


def test_why_something_failed_is_said_truly(opened: Page, watch: Watch) -> None:
    for status, why in WHY.items():
        opened.route("**/send", partial(answers, status))
        says(opened, f"Antwort {status}")
        bubble = opened.locator("#msgs .msg--failed", has_text=f"Antwort {status}")
        expect(bubble).to_contain_text(why)
        expect(bubble).to_contain_text("Your text is kept here")
        opened.unroute("**/send")
        opened.keyboard.press("Escape")  # out of the dialog that a 403 opens
    watch.forgive("Failed to load resource")


def test_who_is_signed_out_is_told_so_and_led_to_the_door(opened: Page, watch: Watch) -> None:
    Session.objects.all().delete()
    says(opened, "Bleibt da")
    expect(opened.locator("#expired")).to_be_visible()
    expect(opened.locator("#msgs .msg--failed", has_text="Bleibt da")).to_contain_text("Your session has ended")
    watch.forgive("401")


def test_a_plain_form_of_somebody_signed_out_can_be_sent_after_all(
    opened: Page, site: str, alice: Agent, watch: Watch
) -> None:
    saves = opened.locator("main form.form .btn--primary").first
    opened.goto(f"{site}/settings/me")
    opened.get_by_label("Enter sends").check()
    Session.objects.all().delete()
    saves.click()
    with opened.expect_popup() as tab:
        opened.get_by_role("link", name="Sign in").click()
    signs_in(tab.value, alice)
    tab.value.wait_for_url(f"{site}/inbox/**")
    opened.go_back()
    expect(opened.get_by_label("Enter sends")).to_be_checked()
    with opened.expect_navigation():
        saves.click()
    alice.refresh_from_db()
    assert alice.enter_sends
    watch.forgive("401")


def test_an_error_stays_until_somebody_closes_it(opened: Page) -> None:
    opened.clock.install()
    opened.locator("file-drop input").set_input_files({"name": "leer.txt", "mimeType": "text/plain", "buffer": b""})
    told = opened.locator(".toast", has_text="empty")
    expect(told).to_be_visible()
    opened.clock.fast_forward(60_000)
    expect(told).to_be_visible()
    told.get_by_role("button", name="Close").click()
    expect(told).to_have_count(0)


def test_limits_of_files_are_said_before_anything_is_uploaded(opened: Page) -> None:
    uploads: list[str] = []
    opened.on("request", lambda request: uploads.append(request.url) if request.url.endswith("/files") else None)
    opened.locator("#text").fill("x" * 1_025)  # a text alone may have more
    hint = opened.locator("#file-limits")
    expect(hint).to_be_hidden()
    with opened.expect_file_chooser() as chooser:
        opened.get_by_role("button", name="Attach files").click()
    expect(hint).to_contain_text("Pictures up to 5 MB, films and sounds up to 16 MB")
    photo: FilePayload = {"name": "Foto.jpg", "mimeType": "image/jpeg", "buffer": bytes(5 * 1_048_576 + 1)}
    chooser.value.set_files(photo)
    files = opened.locator("file-drop li")
    expect(files).to_contain_text("goes as a document")
    opened.locator("#text").press("Control+Enter")
    expect(opened.locator(".toast")).to_contain_text("Beside a file a text may have 1,024 characters at most")
    expect(opened.locator("#text")).to_have_value("x" * 1_025)
    expect(opened.locator(".composer__count")).to_have_text("1025 / 1024")
    expect(files).to_have_count(1)
    opened.get_by_role("button", name="Remove the file").click()
    expect(opened.locator(".composer__count")).to_be_empty()
    Line.objects.update(documents=Documents.FORBIDDEN)
    opened.reload()
    opened.locator("file-drop input").set_input_files(photo)
    expect(opened.locator(".toast")).to_contain_text("a picture may have 5 MB")
    expect(files).to_have_count(0)
    assert uploads == []


def test_what_was_done_to_a_conversation_is_undone_at_the_edge(desk: Desk, bob: Agent, opened: Page) -> None:
    label = define("Beschwerde", 3, actor="system", at=desk.clock.at)
    opened.reload()
    opened.wait_for_load_state("load")

    def undoes(said: str) -> None:
        edge = opened.locator(".toast:visible")
        expect(edge).to_have_text(re.compile(rf"^\s*{said}\s+Undo\s*$"))
        edge.get_by_role("button", name="Undo").click()
        expect(edge).to_have_count(0)

    opened.get_by_role("button", name="Assigned: Alice. Change").click()
    opened.locator("#assign-menu").get_by_role("button", name="Bob").click()
    expect(opened.get_by_role("button", name="Assigned: Bob. Change")).to_be_visible()
    undoes("Assigned.")
    expect(opened.get_by_role("button", name="Assigned: Alice. Change")).to_be_visible()
    opened.get_by_role("button", name="Labels", exact=True).click()
    opened.locator("#label-menu").get_by_role("button", name="Beschwerde").click()
    undoes("Label put on.")
    expect(opened.locator("#thread")).to_have_attribute("data-labels", "")
    opened.get_by_role("button", name="Snooze", exact=True).click()
    opened.locator("#snooze-menu").get_by_role("button", name="Tomorrow").click()
    expect(opened.locator("#thread")).to_have_attribute("data-snoozed", "yes")
    undoes("Snoozed.")
    expect(opened.locator("#thread")).to_have_attribute("data-snoozed", "")
    opened.get_by_role("button", name="Resolve").click()
    expect(opened.get_by_role("button", name="Reopen")).to_be_visible()
    goes(opened, "Yusuf")
    undoes("Resolved.")  # from beside another conversation, which stays open
    expect(opened.locator("#thread h2").first).to_have_text("Yusuf Ilić")
    chat = Conversation.objects.get(pk=desk.chat.pk)
    assert (chat.status, chat.assignee_id, chat.snoozed_at) == ("open", Agent.objects.get(name="Alice").pk, None)
    assert not Labelled.objects.filter(label=label).exists()


def test_what_cannot_be_undone_is_told(desk: Desk, opened: Page, watch: Watch) -> None:
    opened.get_by_role("button", name="Resolve").click()
    undo = opened.locator(".toast").get_by_role("button", name="Undo")
    expect(undo).to_be_visible()
    desk.clock.forward(days=8)
    undo.click()
    expect(opened.locator(".toast")).to_contain_text("This conversation cannot be reopened")
    watch.forgive("409")


def test_what_is_open_stays_open_when_others_are_done_at_once(opened: Page) -> None:
    goes(opened, "Yusuf")
    row = opened.locator(".row", has_text="Katja")
    row.hover()
    row.get_by_role("checkbox").check()
    opened.locator("#bulk").get_by_role("button", name="Resolve").click()
    expect(opened.get_by_text("1 conversation resolved.")).to_be_visible()
    expect(opened.locator("#thread h2").first).to_have_text("Yusuf Ilić")
    expect(opened.locator("#thread .banner--bad")).to_have_count(0)
