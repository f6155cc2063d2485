"""A customer's own page in a real browser: from the panel at the desk to what is stored, and no."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from jawort.consent.models import Objection
from jawort.core.clock import now
from jawort.legal.keep import keep
from jawort.people.attributes.define import Wording, define
from jawort.people.attributes.rules import Holds
from jawort.people.models import Contact
from jawort.staff.models import Agent
from tests.fixtures.browser import Watch
from tests.public.doors import LEGAL
from tests.public.visits import CODE, LINK
from tests.web.conftest import Desk
from tests.web.gallery import THEMES, WIDTHS, combined, picture_kept, violations
from tests.web.reflow import stays_whole

pytestmark = pytest.mark.browser

WORDS = {
    "de": {
        "act": "Eigene Seite senden",
        "send": "Link senden",
        "want": "Code senden",
        "code": "Code aus dem Chat",
        "open": "Seite öffnen",
        "wrong": "Dieser Code öffnet die Seite nicht",
        "read": "Nachrichten der letzten 90 Tage lesen",
        "download": "Herunterladen",
        "what": "Was ist falsch, und was ist richtig?",
        "correct": "Berichtigen lassen",
        "arrived": "Das ist angekommen",
        "no": "Gar keine Nachrichten mehr",
        "heard": "Sie erhalten keine Nachrichten mehr von uns",
    },
    "en": {
        "act": "Send their own page",
        "send": "Send the link",
        "want": "Send me the code",
        "code": "Code from the chat",
        "open": "Open the page",
        "wrong": "That code does not open the page",
        "read": "Read the messages of the last 90 days",
        "download": "Download",
        "what": "What is wrong, and what is right?",
        "correct": "Have it corrected",
        "arrived": "This has arrived",
        "no": "No more messages at all",
        "heard": "You get no more messages from us",
    },
}


@pytest.fixture
def opened(site: str, settings: Any) -> str:
    """The address of the desk and of customers' pages."""
    keep(*LEGAL, actor="system", at=now())
    settings.CONFIG = replace(settings.CONFIG, company="Radhaus Beispiel", public_url=site, side_door_url=site)
    return site


def last_text(desk: Desk) -> str:
    """What the customer's phone shows last."""
    desk.scene.delivers()
    return desk.scene.wire.sent[-1].text


@pytest.mark.parametrize(
    ("width", "theme", "language"), combined({(390, "dark", "de"), (1440, "light", "en")}, WIDTHS, THEMES, ("de", "en"))
)
def test_from_the_panel_to_what_is_stored_and_to_no(
    desk: Desk,
    alice: Agent,
    opened: str,
    at_desk: Callable[..., Page],
    open_page: Callable[..., Page],
    watch: Watch,
    width: int,
    theme: str,
    language: str,
) -> None:
    words, page = WORDS[language], at_desk(alice, language=language)
    wording = Wording("Kundennummer", "Customer number", "Bestellungen finden")
    define("customer_number", Holds.TEXT, wording, actor="system", at=desk.clock.at)
    Contact.objects.filter(pk=desk.chat.contact_id).update(language=language)
    page.goto(f"{opened}/inbox/{desk.chat.pk}/")
    page.get_by_text(words["act"]).click()
    picture_kept(page, f"own-page-desk-{language}")
    assert violations(page) == []
    page.get_by_role("button", name=words["send"]).click()
    expect(page.locator(".msg--out").last).to_contain_text("/own/")

    phone = open_page(color_scheme=theme, viewport={"width": width, "height": 844}, locale=language)

    def looks(name: str) -> None:
        expect(phone.locator("script")).to_have_count(0)
        picture_kept(phone, f"own-page-{name}-{width}-{language}-{theme}")
        assert violations(phone) + stays_whole(phone, f"own-page-{name}", theme, width) == []
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")

    (path,) = LINK.findall(last_text(desk))
    phone.goto(opened + path)
    looks("first")
    phone.get_by_role("button", name=words["want"]).click()
    (code,) = CODE.findall(last_text(desk))
    phone.get_by_label(words["code"]).fill(f"{(int(code) + 1) % 10**6:06}")
    phone.get_by_role("button", name=words["open"]).click()
    expect(phone.get_by_role("alert")).to_contain_text(words["wrong"])
    looks("wrong")
    phone.get_by_label(words["code"]).fill(code)
    phone.get_by_role("button", name=words["open"]).click()
    phone.emulate_media(media="print")
    expect(phone.get_by_role("button")).to_have_count(0)
    expect(phone.locator(".own__words li").first).to_be_visible()
    picture_kept(phone, f"own-page-print-{width}-{language}-{theme}")
    phone.emulate_media(media="screen")
    phone.get_by_text(words["read"]).click()
    looks("open")
    with phone.expect_download() as download:
        phone.get_by_role("button", name=words["download"]).click()
    assert download.value.suggested_filename == "my-data.json"
    phone.get_by_label(words["what"]).fill("Ich heiße Kim Beispiel")
    phone.get_by_role("button", name=words["correct"]).click()
    expect(phone.get_by_role("status")).to_contain_text(words["arrived"])
    phone.get_by_role("button", name=words["no"]).click()
    expect(phone.get_by_role("status")).to_contain_text(words["heard"])
    looks("said")
    assert Objection.objects.filter(purpose="care").exists()
    assert phone.context.cookies() == []
    watch.forgive("422")
