"""What an agent can send beside text: answers with a quote, reactions, questions; as form posts and in the browser."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from jawort.channels.parts import Ask, Buttons, Options, Reaction
from jawort.messaging.models import Message
from jawort.staff.models import Agent
from tests.fixtures.browser import Watch
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene
from tests.messaging.files.stored import PDF
from tests.web.conftest import Desk
from tests.web.tongue import Tongue, both_languages

SignedIn = Callable[[Agent], Client]


def asks(scene: Scene, agent: Agent, who: Customer, signed_in: SignedIn, **form: str) -> Any:
    scene.writes(who, "Guten Tag")
    Agent.objects.filter(pk=agent.pk).update(language="en")
    answer = signed_in(agent).post(f"/inbox/{scene.chat(who).pk}/ask", form, headers={"HX-Request": "true"})
    scene.delivers()
    return answer


def test_few_short_answers_become_buttons(scene: Scene, bob: Agent, kim: Customer, signed_in: SignedIn) -> None:
    answer = asks(
        scene, bob, kim, signed_in, what="answers", text="Passt das?", answers="Ja\n\n Nein ", button="Wählen"
    )
    (left,) = scene.wire.sent
    assert isinstance(left.part, Buttons)
    assert [(b.payload, b.title) for b in left.part.buttons] == [("1", "Ja"), ("2", "Nein")]
    html = answer.content.decode()
    assert "Question with buttons" in html
    assert html.count('class="tag"') == 2


@pytest.mark.parametrize("answers", ["a\nb\nc\nd", "Ja | gern\nNein", "x" * 21])
def test_more_or_longer_ones_become_a_list(
    scene: Scene, bob: Agent, kim: Customer, signed_in: SignedIn, answers: str
) -> None:
    asks(scene, bob, kim, signed_in, what="answers", text="Welche?", answers=answers, button="Wählen")
    (left,) = scene.wire.sent
    assert isinstance(left.part, Options)
    assert len(left.part.sections[0].rows) == len(answers.splitlines())
    assert left.part.button == "Wählen"


@pytest.mark.parametrize("what", ["location", "contact"])
def test_a_place_and_a_number_can_be_asked_for(
    scene: Scene, bob: Agent, kim: Customer, signed_in: SignedIn, what: str
) -> None:
    asks(scene, bob, kim, signed_in, what=what, text="Bitte.", answers="", button="")
    assert [left.part for left in scene.wire.sent] == [Ask("location" if what == "location" else "contact")]


def test_what_breaks_a_limit_is_said_in_the_dialog(
    scene: Scene, bob: Agent, kim: Customer, signed_in: SignedIn
) -> None:
    answer = asks(scene, bob, kim, signed_in, what="answers", text="Welche?", answers="x" * 25, button="Wählen")
    assert answer.status_code == 422
    assert "24 at most" in answer.content.decode()
    assert scene.wire.sent == []


def test_a_reply_with_a_quote_and_a_reaction(scene: Scene, bob: Agent, kim: Customer, signed_in: SignedIn) -> None:
    named, browser = scene.writes(kim, "Wann?"), signed_in(bob)
    told, home = Message.objects.get(), f"/inbox/{scene.chat(kim).pk}"
    answer = browser.post(f"{home}/send", {"text": "Morgen", "reply_to": told.pk}, headers={"HX-Request": "true"})
    assert "<blockquote" in answer.content.decode()
    answer = browser.post(f"{home}/messages/{told.pk}/react", {"emoji": "👍"}, headers={"HX-Request": "true"})
    assert f'id="m-{told.pk}"' in answer.content.decode(), "the reaction shows on its message"
    scene.delivers()
    assert [(left.reply_to, left.part) for left in scene.wire.sent] == [(named, None), (named, Reaction("👍"))]
    assert "👍" in browser.get("/inbox/rows/").content.decode(), "the list says what was given"


def test_words_are_no_reaction(scene: Scene, bob: Agent, kim: Customer, signed_in: SignedIn) -> None:
    scene.writes(kim, "Wann?")
    told = Message.objects.get()
    url = f"/inbox/{scene.chat(kim).pk}/messages/{told.pk}/react"
    assert signed_in(bob).post(url, {"emoji": "bald"}, headers={"HX-Request": "true"}).status_code == 422


@pytest.fixture
def opened(desk: Desk, alice: Agent, site: str, at_desk: Callable[..., Page]) -> Page:
    """alice's browser with the conversation with kim."""
    page = at_desk(alice)
    page.goto(f"{site}/inbox/{desk.chat.pk}/?view=all")
    return page


@pytest.mark.browser
def test_from_the_menu_of_a_message(desk: Desk, opened: Page) -> None:
    told = Message.objects.filter(conversation=desk.chat, direction="in").earliest("id")
    opener = opened.locator(f"[data-message='{told.pk}']")
    opener.focus()
    opened.keyboard.press("Enter")
    opened.get_by_role("button", name="🙏").click()
    expect(opened.locator(f"#m-{told.pk} .bubble__foot")).to_contain_text("🙏")
    opener.click()
    expect(opened.get_by_role("button", name="🙏")).to_have_attribute("aria-pressed", "true")
    opened.get_by_role("button", name="Take the reaction back").click()
    expect(opened.locator(f"#m-{told.pk} .bubble__foot")).not_to_contain_text("🙏")
    opener.click()
    opened.get_by_role("button", name="Reply with a quote").click()
    expect(opened.locator("#text")).to_be_focused()
    opened.locator("#text").fill("Dazu gleich mehr.")
    opened.keyboard.press("Control+Enter")
    answer = opened.locator(".msg--out").last
    expect(answer.locator("blockquote")).to_contain_text("48213")
    expect(opened.locator("reply-quote")).to_be_hidden()
    assert Message.objects.latest("id").about_id == told.pk


@pytest.mark.browser
def test_a_question_takes_up_what_is_being_written(desk: Desk, opened: Page, watch: Watch) -> None:
    opened.locator("#text").fill("Passt Ihnen der Termin?")
    opened.get_by_role("button", name="Ask the customer").click()
    expect(opened.locator("#ask-text")).to_have_value("Passt Ihnen der Termin?")
    opened.locator("#ask-answers").fill("Ja\nNein\n" + "x" * 25)
    opened.locator("#ask").get_by_role("button", name="Send").click()
    expect(opened.locator("#ask [role=alert]")).to_contain_text("24 at most")
    opened.locator("#ask-answers").fill("Ja\nNein")
    opened.locator("#ask").get_by_role("button", name="Send").click()
    expect(opened.locator("#ask")).to_be_hidden()
    expect(opened.locator(".msg--out").last).to_contain_text("Nein")
    expect(opened.locator("#text")).to_have_value("")
    watch.forgive("422")


@pytest.mark.browser
@both_languages
def test_files_go_with_the_answer(desk: Desk, opened: Page, tmp_path: Path, tongue: Tongue) -> None:
    (tmp_path / "Größe.pdf").write_bytes(PDF)
    (tmp_path / "leer.txt").write_bytes(b"")
    with opened.expect_file_chooser() as chooser:
        opened.get_by_role("button", name=tongue("Attach files")).click()
    chooser.value.set_files([tmp_path / "Größe.pdf", tmp_path / "leer.txt"])
    expect(opened.locator("#toasts")).to_contain_text(tongue("This file is empty. Please choose another one."))
    expect(opened.locator("file-drop li")).to_have_count(1)
    opened.locator("#text").fill("Unser Angebot")
    opened.keyboard.press("Control+Enter")
    answer = opened.locator(".msg--out").last
    expect(answer).to_contain_text("Größe.pdf")
    expect(answer).to_contain_text("Unser Angebot")
    expect(answer).not_to_have_class(re.compile("msg--pending"))
    expect(opened.locator("file-drop li")).to_have_count(0)
    desk.scene.delivers()
    assert desk.scene.wire.given == [PDF]
    assert desk.scene.wire.sent[-1].text == "Unser Angebot"


@pytest.mark.browser
def test_a_file_may_be_taken_off_again_and_goes_alone(desk: Desk, opened: Page, tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("Inhalt " + name, encoding="utf-8")
    opened.locator("file-drop input").set_input_files([tmp_path / "a.txt", tmp_path / "b.txt"])
    opened.get_by_role("button", name="Remove the file").first.click()
    opened.get_by_role("button", name="Send", exact=True).click()
    expect(opened.locator(".msg--out").last).to_contain_text("b.txt")
    expect(opened.locator(".msg--pending")).to_have_count(0)
    desk.scene.delivers()
    assert desk.scene.wire.given == [b"Inhalt b.txt"]
