"""Sending is undone on the screen: the text comes back into the composer, and nothing of it leaves."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from jawort.lines.models import Template
from jawort.messaging.drafts.queries import drafts_in
from jawort.messaging.files.models import File
from jawort.messaging.models import Message
from jawort.messaging.undo import undo
from jawort.staff.models import Agent
from jawort.staff.preferences import prefer
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene
from tests.messaging.files.stored import PDF
from tests.messaging.listed import a_template, has
from tests.web.conftest import Desk, at_chat
from tests.web.live_urls import Stream
from tests.web.tongue import Tongue, both_languages

SignedIn = Callable[[Agent], Client]


@pytest.fixture
def careful(alice: Agent) -> Agent:
    """alice, who wants ten seconds to think."""
    prefer(alice, undo_seconds=10)
    return alice


def says(scene: Scene, who: Customer, browser: Client, text: str, **headers: str) -> Any:
    return browser.post(f"/inbox/{scene.chat(who).pk}/send", {"text": text}, headers=headers, follow=not headers)


def test_without_scripts_the_page_has_the_text_in_the_composer(
    scene: Scene, careful: Agent, kim: Customer, signed_in: SignedIn
) -> None:
    scene.writes(kim, "Wann?")
    browser = signed_in(careful)
    page = says(scene, kim, browser, "Morgen & übermorgen").content.decode()
    (address,) = re.findall(r'action="([^"]+/undo)"', page)
    assert re.search(r"Sent in <relative-time[^>]*>10 s<", page)
    scene.passes(seconds=9)
    page = browser.post(address, follow=True).content.decode()
    assert re.search(r"<textarea[^>]*>\s*Morgen &amp; übermorgen</textarea>", page)
    assert "/undo" not in page
    scene.passes(seconds=1)
    scene.delivers()
    assert scene.wire.sent == []


QUESTION = {"what": "answers", "text": "Passt das?", "answers": "Ja\nNein", "button": "Wählen"}


def test_templates_and_questions_can_be_undone_as_well(
    scene: Scene, careful: Agent, kim: Customer, signed_in: SignedIn
) -> None:
    scene.writes(kim, "Wann?")
    has(scene, a_template(components=[{"type": "BODY", "text": "Ihr Rad ist fertig."}]))
    home, browser = f"/inbox/{scene.chat(kim).pk}", signed_in(careful)
    for address, form in (("ask", QUESTION), (f"templates/{Template.objects.get().pk}/send", {})):
        fragment = browser.post(f"{home}/{address}", form, headers={"HX-Request": "true"}).content.decode()
        toast = re.search(r'<form class="toast"[^>]* action="([^"]+/undo)"', fragment)
        assert toast is not None
        scene.passes(seconds=9)
        scene.delivers()
        assert scene.wire.sent == []
        assert browser.post(toast[1]).status_code == 302
    scene.passes(minutes=1)
    scene.delivers()
    assert scene.wire.sent == []
    assert Message.objects.filter(direction="out").count() == 0
    (draft,) = drafts_in(scene.chat(kim))
    assert draft.words.text == "Passt das?"  # a template is chosen anew


def test_a_reaction_leaves_at_once(scene: Scene, careful: Agent, kim: Customer, signed_in: SignedIn) -> None:
    scene.writes(kim, "Wann?")
    told = Message.objects.get(direction="in")
    signed_in(careful).post(f"/inbox/{scene.chat(kim).pk}/messages/{told.pk}/react", {"emoji": "👍"})
    scene.delivers()
    assert len(scene.wire.sent) == 1


def test_too_late_is_said_in_a_sentence(
    scene: Scene, careful: Agent, bob: Agent, kim: Customer, signed_in: SignedIn
) -> None:
    scene.writes(kim, "Wann?")
    says(scene, kim, signed_in(careful), "Morgen")
    message = Message.objects.get(direction="out")
    address = f"/inbox/{scene.chat(kim).pk}/messages/{message.pk}/undo"
    assert signed_in(bob).post(address, headers={"HX-Request": "true"}).status_code == 409
    page = signed_in(bob).get(f"/inbox/{scene.chat(kim).pk}/").content.decode()
    assert "Sent in" in page
    assert address not in page
    scene.passes(seconds=10)
    scene.delivers()
    answer = signed_in(careful).post(address, headers={"HX-Request": "true"})
    assert (answer.status_code, "has left already" in answer.content.decode()) == (409, True)
    assert "has left already" in signed_in(careful).post(address, follow=True).content.decode()
    assert [left.text for left in scene.wire.sent] == ["Morgen"]


def test_each_chooses_for_how_long(scene: Scene, alice: Agent, dana: Agent, kim: Customer, signed_in: SignedIn) -> None:
    browser = signed_in(alice)
    form = {"language": "en", "theme": "system", "density": "compact", "time_zone": "Europe/Berlin"}
    assert browser.post("/settings/me", form | {"undo_seconds": "7"}).status_code == 422
    assert browser.post("/settings/me", form | {"undo_seconds": "20"}).status_code == 302
    page = browser.get("/settings/me").content.decode()
    assert re.search(r'value="20" checked>20 seconds', page)
    assert "undo_seconds" not in signed_in(dana).get("/settings/me").content.decode()
    scene.writes(kim, "Wann?")
    says(scene, kim, browser, "Morgen")
    scene.passes(seconds=19)
    scene.delivers()
    assert scene.wire.sent == []
    scene.passes(seconds=1)
    scene.delivers()
    assert len(scene.wire.sent) == 1


@pytest.fixture
def opened(desk: Desk, careful: Agent, site: str, at_desk: Callable[..., Page]) -> Page:
    """alice's browser with the conversation with kim."""
    return at_chat(at_desk(careful), desk, site)


def sends(page: Page, text: str) -> None:
    page.locator("#text").fill(text)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".msg--pending")).to_have_count(0)


def leaves_nothing(desk: Desk) -> None:
    before = len(desk.scene.wire.sent)
    desk.clock.forward(seconds=30)
    desk.scene.delivers()
    assert len(desk.scene.wire.sent) == before


@pytest.mark.browser
@both_languages
def test_undone_the_text_is_back_below_what_was_begun(desk: Desk, opened: Page, stream: Stream, tongue: Tongue) -> None:
    sends(opened, "Kommt morgen.")
    sent = Message.objects.get(conversation=desk.chat, state="queued").pk
    bubble = opened.locator(".msg--out", has_text="Kommt morgen.")
    expect(bubble.get_by_role("button", name=tongue("Undo"))).to_be_visible()
    toast = opened.locator("#toasts form")
    expect(toast).to_contain_text(tongue("Your message waits for a few seconds before it is sent."))
    expect(toast.locator("[aria-hidden=true]")).to_contain_text(tongue("Sent in {}").partition(" {}")[0])
    opened.locator("#text").fill("Noch etwas")
    toast.get_by_role("button", name=tongue("Undo")).click()
    expect(opened.locator("#text")).to_have_value("Noch etwas\nKommt morgen.")
    expect(opened.locator("#text")).to_be_focused()
    for gone in (bubble, toast):
        expect(gone).to_have_count(0)
    with opened.expect_response(lambda response: "/messages/?ids=" in response.url):
        stream.say("message", f'{{"conversation": "{desk.chat.pk}", "messages": ["{sent}"]}}')
    expect(opened.locator("#text")).to_have_value("Noch etwas\nKommt morgen.")
    leaves_nothing(desk)


@pytest.mark.browser
def test_z_undoes_the_newest_also_from_another_conversation_and_after_a_reload(
    desk: Desk, careful: Agent, opened: Page
) -> None:
    prefer(careful, undo_seconds=20)
    sends(opened, "Erstens.")
    sends(opened, "Zweitens.")
    opened.locator("#text").blur()
    opened.keyboard.press("z")
    expect(opened.locator("#text")).to_have_value("Zweitens.")
    expect(opened.locator(".msg--out", has_text="Erstens.")).to_be_visible()
    with opened.expect_response(lambda response: response.url.endswith("/draft")):
        opened.locator(".row__link", has_text="Yusuf").click()
    expect(opened.locator("#thread h2").first).to_have_text("Yusuf Ilić")
    desk.clock.forward(minutes=10)  # or the frozen server would call its draft older than the browser's
    opened.keyboard.press("z")
    expect(opened.locator("#thread h2").first).to_have_text("Kim Muster")
    expect(opened.locator("#text")).to_have_value("Zweitens.\nErstens.")
    opened.reload()
    expect(opened.locator("#text")).to_have_value("Zweitens.\nErstens.")
    leaves_nothing(desk)


@pytest.mark.browser
def test_what_a_colleague_undoes_disappears_here_and_what_leaves_is_sent(
    desk: Desk, opened: Page, careful: Agent, stream: Stream
) -> None:
    for text in ("Bleibt.", "Weg damit."):
        sends(opened, text)
    stays, goes = Message.objects.filter(conversation=desk.chat, state="queued").order_by("id")
    undo(goes, careful, desk.clock.at)
    desk.clock.forward(seconds=10)
    desk.scene.delivers()
    stream.say("message", f'{{"conversation": "{desk.chat.pk}", "messages": ["{stays.pk}", "{goes.pk}"]}}')
    expect(opened.locator(".msg--out", has_text="Weg damit.")).to_have_count(0)
    bubble = opened.locator(".msg--out", has_text="Bleibt.")
    expect(bubble).to_have_class(re.compile("msg--accepted"))
    expect(bubble.get_by_role("button", name="Undo")).to_have_count(0)


@pytest.mark.browser
def test_a_wrong_file_is_taken_back(desk: Desk, opened: Page, tmp_path: Path) -> None:
    (tmp_path / "Falsch.pdf").write_bytes(PDF)
    opened.locator("file-drop input").set_input_files(tmp_path / "Falsch.pdf")
    expect(opened.locator("file-drop li")).to_have_count(1)
    sends(opened, "Unser Angebot")
    bubble = opened.locator(".msg--out", has_text="Falsch.pdf")
    expect(bubble).to_contain_text("Unser Angebot")
    bubble.get_by_role("button", name="Undo and remove the file").click()
    expect(bubble).to_have_count(0)
    expect(opened.locator("#text")).to_have_value("Unser Angebot")
    leaves_nothing(desk)
    assert desk.scene.wire.given == []
    assert not File.objects.filter(direction="out").exists()
