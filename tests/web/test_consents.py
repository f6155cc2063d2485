"""A person is asked for a consent from the thread, in words that the administrator has put into use."""

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import override
from playwright.sync_api import Page, expect

from jawort.consent.models import ConsentEvent, Objection, Text
from jawort.consent.purpose import CAMPAIGNS
from jawort.consent.texts import Filled, put_into_use
from jawort.core.clock import now
from jawort.legal.keep import keep
from jawort.messaging.models import Message
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene
from tests.public.doors import LEGAL
from tests.web.conftest import Desk, at_chat
from tests.web.gallery import THEMES, WIDTHS, combined, picture_kept, violations
from tests.web.live_urls import Stream
from tests.web.reflow import stays_whole
from tests.web.tongue import Tongue, both_languages

SignedIn = Callable[[Agent], Client]
SETTINGS = "/settings/consents"
FILLED = {
    "controller": "Werkstatt  Lindenhof",
    "contents_de": "Angebote und Neuigkeiten",
    "frequency_de": "höchstens zweimal im Monat",
    "contents_en": "offers and news",
    "frequency_en": "",
}
SENT = FILLED | {"purpose": "campaigns"}


def date(at: datetime, language: str) -> str:
    """As pages write the day."""
    with override(language):
        return date_format(localtime(at), "DATE_FORMAT")


@pytest.fixture
def text(scene: Scene) -> Text:
    """What the company asks in, in German."""
    said = Filled("Werkstatt Lindenhof", "Angebote", "", LEGAL[1])
    (used,) = put_into_use(CAMPAIGNS, {"de": said}, actor="system", at=scene.clock.at)
    return used


def test_a_text_is_shown_as_it_will_be_read_and_then_put_into_use(db: None, ada: Agent, signed_in: SignedIn) -> None:
    desk = signed_in(ada)
    assert "/settings/legal" in desk.get(SETTINGS).content.decode()
    keep(*LEGAL, actor="system", at=now())
    preview = desk.post(SETTINGS, SENT).content.decode()
    assert "Möchten Sie von Werkstatt Lindenhof Angebote und Neuigkeiten per WhatsApp erhalten, höchstens" in preview
    assert not Text.objects.exists()
    seen = re.search(r'name="use" value="([0-9a-f ]+)"', preview)
    assert seen is not None
    changed = desk.post(SETTINGS, SENT | {"use": seen[1], "contents_de": "Angebote von Partnern"})
    assert (changed.status_code, Text.objects.exists()) == (200, False)  # nobody has seen that
    assert desk.post(SETTINGS, SENT | {"use": seen[1]}).status_code == 302
    page = desk.get(SETTINGS).content.decode()
    assert all(text.pk in page for text in Text.objects.all())
    assert LEGAL[1] in Text.objects.get(language="en").body
    assert 'value="Werkstatt Lindenhof"' in page


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"controller": " "}, "Please fill in this field."),
        ({"contents_de": "x" * 201}, "At most 200 characters"),
        ({"contents_en": "<script>"}, "&lt;script&gt;"),
    ],
)
def test_what_is_missing_or_too_long_is_said(
    db: None, ada: Agent, signed_in: SignedIn, change: dict[str, str], says: str
) -> None:
    keep(*LEGAL, actor="system", at=now())
    assert says in signed_in(ada).post(SETTINGS, SENT | change).content.decode()
    assert not Text.objects.exists()


def test_asked_in_the_thread_and_what_came_of_it(
    scene: Scene, kim: Customer, alice: Agent, signed_in: SignedIn, text: Text
) -> None:
    scene.writes(kim, "Guten Tag")
    home, desk = f"/inbox/{scene.chat(kim).pk}/", signed_in(alice)
    page = desk.get(home).content.decode()
    assert "There is no consent to marketing." in page
    assert text.body in page
    page = desk.post(f"{home}ask-consent", HTTP_HX_REQUEST="true").content.decode()
    assert "not answered yet" in page
    assert "Ask for a consent to marketing" not in page
    again = desk.post(f"{home}ask-consent", HTTP_HX_REQUEST="true").content.decode()
    assert "asked within the last 24 hours" in again
    assert Message.objects.filter(direction="out").count() == 1
    scene.delivers()
    scene.writes(kim, "Ja, gerne")
    scene.delivers()
    page = desk.get(home).content.decode()
    assert "The person consented to marketing on" in page
    assert "Danke. Ihre Einwilligung vom" in page
    page = desk.post(f"{home}stop", {"word": "no_marketing"}, HTTP_HX_REQUEST="true").content.decode()
    assert "The consent to marketing is withdrawn" in page
    assert Objection.objects.get().purpose == "campaigns"
    contact = desk.get(f"/contacts/{scene.chat(kim).contact_id}/").content.decode()
    for says in ("Alice asked for a consent to marketing", "The person consented to marketing"):
        assert says in contact


def test_who_objected_is_asked_only_if_they_have_asked(
    scene: Scene, kim: Customer, alice: Agent, signed_in: SignedIn, text: Text
) -> None:
    scene.writes(kim, "STOP")
    scene.delivers()
    home, desk = f"/inbox/{scene.chat(kim).pk}/", signed_in(alice)
    assert 'name="wished"' in desk.get(home).content.decode()
    page = desk.post(f"{home}ask-consent", HTTP_HX_REQUEST="true").content.decode()
    assert "The person has objected. Ask only if they have asked for it themselves" in page
    assert not ConsentEvent.objects.exists()
    desk.post(f"{home}ask-consent", {"wished": "yes"}, HTTP_HX_REQUEST="true")
    scene.delivers()
    assert ConsentEvent.objects.get().event == "requested"


def test_without_a_text_the_agent_hears_who_writes_one(
    scene: Scene, kim: Customer, alice: Agent, ada: Agent, signed_in: SignedIn
) -> None:
    scene.writes(kim, "Hallo")
    home = f"/inbox/{scene.chat(kim).pk}/"
    assert "The administration puts one into use" in signed_in(alice).get(home).content.decode()
    assert SETTINGS in signed_in(ada).get(home).content.decode()
    page = signed_in(alice).post(f"{home}ask-consent", HTTP_HX_REQUEST="true").content.decode()
    assert "There is no text yet in which to ask." in page


@pytest.mark.browser
@both_languages
def test_by_keyboard_from_question_to_consent(
    desk: Desk,
    alice: Agent,
    site: str,
    stream: Stream,
    at_desk: Callable[..., Page],
    text: Text,
    tongue: Tongue,
) -> None:
    page = at_chat(at_desk(alice), desk, site)
    ask = page.locator("#ask-consent")
    ask.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(ask.get_by_text(text.body)).to_be_visible()
    picture_kept(page, f"consent-asking-1440-{tongue.language}")
    assert violations(page) == []
    desk.scene.writes(desk.kim, "Wie geht das?")
    stream.say("resync", "")
    expect(page.get_by_text("Wie geht das?").last).to_be_visible()
    expect(ask.get_by_text(text.body)).to_be_visible()  # what comes in closes nothing that somebody reads
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name=tongue("Send the question"))).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#ask-consent")).to_have_count(0)
    desk.scene.delivers()
    desk.scene.writes(desk.kim, "Ja")
    desk.scene.delivers()
    stream.say("resync", "")
    on = date(desk.scene.clock.at, tongue.language)
    says = tongue("The person consented to %(what)s on %(day)s.", what=tongue("marketing"), day=on)
    expect(page.locator("#panel").get_by_text(says)).to_be_visible()
    picture_kept(page, f"consent-given-1440-{tongue.language}")
    assert violations(page) == []


@pytest.mark.browser
@pytest.mark.parametrize(("width", "theme"), combined({(390, "dark")}, WIDTHS, THEMES))
@both_languages
def test_the_settings_are_accessible_and_fit(
    desk: Desk, ada: Agent, site: str, at_desk: Callable[..., Page], tongue: Tongue, width: int, theme: str
) -> None:
    keep(*LEGAL, actor="system", at=desk.scene.clock.at)
    page = at_desk(ada, width=width, theme=theme)
    page.goto(f"{site}{SETTINGS}")
    for name, value in FILLED.items():
        page.locator(f"#id_{name}").fill(value)
    page.get_by_role("button", name=tongue("Preview"), exact=True).click()
    expect(page.get_by_role("region", name=tongue("Preview in German"))).to_be_visible()
    picture_kept(page, f"consent-texts-preview-{width}-{tongue.language}-{theme}")
    assert violations(page) + stays_whole(page, "consent-texts-preview", theme, width) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name=tongue("Put into use")).click()
    expect(page.get_by_role("region", name=tongue("In use in English"))).to_be_visible()
    picture_kept(page, f"consent-texts-{width}-{tongue.language}-{theme}")
    assert violations(page) + stays_whole(page, "consent-texts", theme, width) == []
