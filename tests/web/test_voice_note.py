"""A voice message spoken at the desk: recorded by a real browser, put into OGG there, sent as what phones play."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from jawort.channels.parts import Media
from jawort.channels.whatsapp.limits_files import OGG, Form, form_of
from jawort.messaging.files.content import Claims
from jawort.messaging.files.upload import upload
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene, author
from tests.messaging.files.hostile import picture
from tests.web.conftest import Desk, a_customer

SPOKEN_MS = 1_200
#: Seconds of a player, when they are known.
LENGTH = """async (player) => {
  if (!(player.duration > 0)) await new Promise((go) => { player.ondurationchange = go; });
  return player.duration;
}"""


@pytest.fixture
def opened(desk: Desk, alice: Agent, site: str, at_desk: Callable[..., Page]) -> Page:
    """alice's browser with the conversation with kim; the browser gives its test tone as the microphone."""
    page = at_desk(alice)
    page.context.grant_permissions(["microphone"], origin=site)
    page.goto(f"{site}/inbox/{desk.chat.pk}/?view=all")
    return page


def speaks(page: Page) -> None:
    page.get_by_role("button", name="Record a voice message").click()
    expect(page.get_by_role("button", name="Done")).to_be_focused()
    page.wait_for_timeout(SPOKEN_MS)


def lets_go(page: Page) -> None:
    expect(page.locator("voice-note")).to_be_hidden()
    assert page.evaluate("document.querySelector('voice-note').microphone") is None


@pytest.mark.browser
def test_what_is_spoken_leaves_as_a_voice_message(desk: Desk, opened: Page) -> None:
    loaded: list[str] = []
    opened.on("request", lambda request: loaded.append(request.url))
    expect(opened.locator(".live")).to_have_attribute("data-state", "open")
    assert opened.evaluate("customElements.get('voice-note')") is None, "loaded when it is asked for"
    speaks(opened)
    assert any("voice-note" in address for address in loaded)
    assert not any("mediabunny" in address for address in loaded), "loaded when it is needed"
    opened.keyboard.press("Enter")
    lets_go(opened)
    item = opened.locator("file-drop li")
    expect(item).to_contain_text("Voice message.ogg")
    length = item.locator("audio").evaluate(LENGTH)
    assert length > SPOKEN_MS / 2_000, "it can be listened to before it goes"
    opened.locator("#text").fill("Kurz gesagt:")
    opened.keyboard.press("Control+Enter")
    answer = opened.locator(".msg--out").last
    expect(answer.locator("audio")).to_be_visible()
    expect(answer).not_to_have_class(re.compile("msg--pending"))
    desk.scene.delivers()
    text, voice = desk.scene.wire.sent[-2:]
    assert (text.text, text.part) == ("Kurz gesagt:", None), "a voice message bears no text: it goes before"
    assert isinstance(voice.part, Media)
    assert (voice.part.mime, voice.part.voice) == (OGG, True)
    (given,) = desk.scene.wire.given
    assert form_of(given, OGG) is Form.OPUS_MONO


@pytest.mark.browser
def test_what_is_spoken_may_be_discarded(opened: Page) -> None:
    speaks(opened)
    opened.get_by_role("button", name="Discard").click()
    lets_go(opened)
    expect(opened.locator("#text")).to_be_focused()
    expect(opened.locator("#announce")).to_have_text("The recording was discarded.")
    expect(opened.locator("file-drop li")).to_have_count(0)
    speaks(opened)
    opened.keyboard.press("Escape")
    lets_go(opened)
    expect(opened.locator("file-drop li")).to_have_count(1)


@pytest.mark.browser
def test_a_recording_never_makes_a_note_an_answer(desk: Desk, opened: Page) -> None:
    speaks(opened)
    opened.get_by_text("Internal note", exact=True).first.click()
    opened.locator("#text").fill("Kunde zahlt nie, Vorsicht")
    opened.get_by_role("button", name="Done").click()
    expect(opened.locator("file-drop li")).to_have_count(1)
    expect(opened.locator("[name=kind][value=note]")).to_be_checked()
    sent = len(desk.scene.wire.sent)
    opened.get_by_role("button", name="Save note").click()
    expect(opened.locator(".msg--note").last).to_contain_text("Kunde zahlt nie")
    expect(opened.locator(".msg--pending")).to_have_count(0)
    desk.scene.delivers()
    assert len(desk.scene.wire.sent) == sent
    expect(opened.locator("file-drop li")).to_have_count(1)


@pytest.mark.browser
def test_what_cannot_begin_lets_the_microphone_go_and_says_so(opened: Page) -> None:
    opened.evaluate("() => { MediaRecorder.prototype.start = () => { throw new Error('unplugged'); }; }")
    opened.get_by_role("button", name="Record a voice message").click()
    expect(opened.locator("#toasts")).to_contain_text("record it again")
    lets_go(opened)


@pytest.mark.browser
def test_what_is_begun_outlives_another_assignee(opened: Page) -> None:
    opened.locator("file-drop input").set_input_files({"name": "a.txt", "mimeType": "text/plain", "buffer": b"Inhalt"})
    expect(opened.locator("file-drop li")).to_have_count(1)
    speaks(opened)
    opened.get_by_role("button", name="Assigned: Alice. Change").click()
    opened.locator("#assign-menu").get_by_role("button", name="Bob").click()
    expect(opened.locator(".conv__assign")).to_contain_text("Bob")
    expect(opened.locator("file-drop li")).to_contain_text("a.txt")
    opened.get_by_role("button", name="Done").click()
    expect(opened.locator("file-drop li")).to_have_count(2)


@pytest.mark.browser
def test_leaving_the_conversation_lets_the_microphone_go(desk: Desk, opened: Page) -> None:
    yusuf = a_customer("Yusuf Ilić", 60)
    desk.scene.writes(yusuf, "Guten Tag")
    opened.reload()
    speaks(opened)
    track = opened.evaluate_handle("document.querySelector('voice-note').microphone.getTracks()[0]")
    other = desk.scene.chat(yusuf)
    opened.locator(f"#c-{other.pk} .row__link").click()
    expect(opened.locator("chat-composer")).to_have_attribute("data-conversation", str(other.pk))
    assert track.evaluate("track => track.readyState") == "ended"


@pytest.mark.browser
def test_without_the_microphone_the_reason_is_said(desk: Desk, opened: Page) -> None:
    opened.context.clear_permissions()
    opened.get_by_role("button", name="Record a voice message").click()
    expect(opened.locator("#toasts")).to_contain_text("allow it in the browser")
    expect(opened.get_by_role("button", name="Record a voice message")).to_be_enabled()
    opened.evaluate("delete window.MediaRecorder")
    opened.get_by_role("button", name="Record a voice message").click()
    expect(opened.locator("#toasts")).to_contain_text("cannot record")


@pytest.mark.parametrize(("text", "why"), [("", "OGG with OPUS"), ("Dazu:", "bears no text")])
def test_what_is_no_voice_message_is_refused_as_one(
    scene: Scene, bob: Agent, kim: Customer, signed_in: Callable[[Agent], Client], text: str, why: str
) -> None:
    scene.writes(kim, "Guten Tag")
    chat = scene.chat(kim)
    Agent.objects.filter(pk=bob.pk).update(language="en")
    file = upload(chat.contact_id, Claims("image/png", "a.png"), iter([picture()]), author(bob), scene.clock.at)
    form = {"text": text, "file": file.pk, "voice": "1"}
    answer = signed_in(bob).post(f"/inbox/{chat.pk}/send", form, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert why in answer.content.decode()
