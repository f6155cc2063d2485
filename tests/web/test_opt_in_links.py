"""The administrator makes a link for print and web; the person who follows it is asked, and the thread says so."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from jawort.channels.whatsapp.chat_link import chat_link
from jawort.consent.models import OptInLink, Text
from jawort.consent.opt_in import ask_number, make_link
from jawort.consent.purpose import CAMPAIGNS
from jawort.consent.texts import put_into_use
from jawort.legal.keep import keep
from jawort.lines.models import Template
from jawort.staff.models import Agent
from tests.consent.questions import ENGLISH, GERMAN
from tests.fixtures.browser import Watch
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene
from tests.messaging.listed import a_template, components, has
from tests.public.doors import LEGAL
from tests.web.conftest import Desk
from tests.web.gallery import THEMES, WIDTHS, combined, picture_kept, violations
from tests.web.reflow import stays_whole
from tests.web.tongue import Tongue, both_languages

SignedIn = Callable[[Agent], Client]
LINKS = "/settings/consents/links"


@pytest.fixture
def texts(scene: Scene) -> tuple[Text, ...]:
    """What the company asks in, in both languages."""
    return put_into_use(CAMPAIGNS, {"de": GERMAN, "en": ENGLISH}, actor="system", at=scene.clock.at)


def test_made_followed_counted_and_ended(
    scene: Scene,
    kim: Customer,
    ada: Agent,
    alice: Agent,
    dana: Agent,
    signed_in: SignedIn,
    texts: tuple[Text, ...],
    settings: Any,
) -> None:
    desk = signed_in(ada)
    wanted = {"purpose": "campaigns", "place": "Plakat im Laden", "line": str(scene.line.pk), "language": "de"}
    assert desk.post(LINKS, wanted).status_code == 302
    assert "/opt-in/" not in desk.get(LINKS).content.decode()
    settings.CONFIG = replace(settings.CONFIG, side_door_url="https://files.firma.example")
    link = OptInLink.objects.get()
    address = chat_link(scene.line.display_number, link.message)
    assert parse_qs(urlsplit(address).query)["text"] == [link.message]
    page = desk.get(LINKS).content.decode()
    for says in ("Plakat im Laden", address, f"https://files.firma.example/opt-in/{link.code}", "0 people were asked"):
        assert says in page
    picture = desk.get(f"{LINKS}/{link.pk}.svg")
    assert (picture["Content-Type"], picture.content[:4]) == ("image/svg+xml", b"<svg")
    assert f"opt-in-{link.code}.svg" in picture["Content-Disposition"]
    scene.writes(kim, link.message)
    scene.delivers()
    assert "1 person was asked" in desk.get(LINKS).content.decode()
    contact = f"/contacts/{scene.chat(kim).contact_id}/"
    timeline = signed_in(alice).get(contact).content.decode()
    assert "The person followed an opt-in link and was asked for a consent to marketing" in timeline
    assert "by itself, after an opt-in link" in signed_in(dana).get(f"{contact}consents").content.decode()
    assert desk.post(f"{LINKS}/{link.pk}/end", follow=True).status_code == 200
    assert "Ended on" in desk.get(LINKS).content.decode()
    assert desk.get(f"{LINKS}/{link.pk}.svg").status_code == 404
    assert desk.post(f"{LINKS}/{uuid4()}/end").status_code == 404


def test_whether_it_asks_for_the_number_is_switched_there(
    scene: Scene, ada: Agent, signed_in: SignedIn, texts: tuple[Text, ...], settings: Any
) -> None:
    settings.CONFIG = replace(settings.CONFIG, side_door_url="https://files.firma.example")
    keep(*LEGAL, actor="system", at=scene.clock.at)
    link, desk = make_link(scene.line.pk, "de", "Website", actor="system", at=scene.clock.at), signed_in(ada)
    switch = 'name="asks_number" checked'
    assert switch not in desk.get(LINKS).content.decode()
    assert switch in desk.post(f"{LINKS}/{link.pk}/number", {"asks_number": "on"}, follow=True).content.decode()
    assert OptInLink.objects.get().asks_number
    assert "How the page looks that asks for the number" in desk.get("/settings/consents").content.decode()
    assert switch not in desk.post(f"{LINKS}/{link.pk}/number", {}, follow=True).content.decode()
    assert desk.post(f"{LINKS}/{uuid4()}/number").status_code == 404


def test_a_template_is_chosen_from_those_that_may_ask(
    scene: Scene, ada: Agent, signed_in: SignedIn, texts: tuple[Text, ...], settings: Any
) -> None:
    settings.CONFIG = replace(settings.CONFIG, side_door_url="https://files.firma.example")
    link, desk = make_link(scene.line.pk, "de", "Website", actor="system", at=scene.clock.at), signed_in(ada)
    assert 'name="template"' not in desk.get(LINKS).content.decode()
    has(scene, a_template("nachfrage", components()), a_template("angebot", components(), category="MARKETING"))
    offered = {one.name: str(one.pk) for one in Template.objects.all()}
    page = desk.get(LINKS).content.decode()
    assert offered["nachfrage"] in page
    assert offered["angebot"] not in page
    for risk in ("29 U 1682/12", "I-15 U 64/15"):
        assert risk in page
    address = f"{LINKS}/{link.pk}/number"
    refused = desk.post(address, {"asks_number": "on", "template": offered["angebot"]}, follow=True)
    assert "This template cannot ask any more" in refused.content.decode()
    assert not OptInLink.objects.get().asks_number
    chosen = desk.post(address, {"asks_number": "on", "template": offered["nachfrage"]}, follow=True).content.decode()
    assert "0 people of at most 50 were asked by a template" in chosen
    assert OptInLink.objects.get().template == "nachfrage"
    has(scene, a_template("nachfrage", components(), status="REJECTED"))
    assert "The template “nachfrage” cannot ask any more" in desk.get(LINKS).content.decode()
    desk.post(address, {"template": offered["nachfrage"]})  # without the number nobody is written to
    assert (OptInLink.objects.get().asks_number, OptInLink.objects.get().template) == (False, "")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"place": ""}, "Please fill in this field."),
        ({"place": "x" * 61}, "At most 60 characters"),
        ({"line": str(uuid4())}, "Please choose a line."),
        ({"language": "fr"}, "Please choose a language."),
        ({"place": "<script>"}, ""),
    ],
)
def test_what_is_missing_or_foreign_is_said(
    scene: Scene, ada: Agent, signed_in: SignedIn, texts: tuple[Text, ...], change: dict[str, str], says: str
) -> None:
    wanted = {"purpose": "campaigns", "place": "Plakat", "line": str(scene.line.pk), "language": "de"} | change
    answer = signed_in(ada).post(LINKS, wanted, follow=True).content.decode()
    assert says in answer
    assert "<script>" not in answer
    assert OptInLink.objects.exists() == (not says)


def test_without_a_text_there_is_none(scene: Scene, ada: Agent, signed_in: SignedIn) -> None:
    desk, wanted = (
        signed_in(ada),
        {"purpose": "campaigns", "place": "Plakat", "line": str(scene.line.pk), "language": "de"},
    )
    assert "Write one" in desk.get(LINKS).content.decode()
    assert desk.post(LINKS, wanted).status_code == 422
    assert not OptInLink.objects.exists()


@pytest.mark.browser
@pytest.mark.parametrize(("width", "theme"), combined({(390, "dark")}, WIDTHS, THEMES))
@both_languages
def test_the_page_is_accessible_and_fits(
    desk: Desk,
    ada: Agent,
    site: str,
    at_desk: Callable[..., Page],
    texts: tuple[Text, ...],
    tongue: Tongue,
    settings: Any,
    watch: Watch,
    width: int,
    theme: str,
) -> None:
    settings.CONFIG = replace(settings.CONFIG, public_url=site, side_door_url=site)
    made = make_link(desk.scene.line.pk, "de", "Kassenbon", actor="system", at=desk.scene.clock.at)
    has(desk.scene, a_template("nachfrage", components()))
    named = {"template": "nachfrage", "template_language": "de"}
    ask_number(made.pk, True, actor="system", at=desk.scene.clock.at, **named)
    page = at_desk(ada, width=width, theme=theme)
    page.goto(f"{site}{LINKS}")
    page.locator("#id_place").fill("Plakat im Laden")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Plakat im Laden")).to_be_visible()
    expect(page.get_by_text(made.message)).to_be_visible()
    picture_kept(page, f"opt-in-links-{width}-{tongue.language}-{theme}")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    opened = page.locator(f"#o-{made.pk}")
    page.locator(f"details:has(#o-{made.pk}) > summary").click()
    numbers = page.locator(f"details:has(#t-{made.pk})")
    numbers.locator("summary").click()
    expect(page.locator(f"#t-{made.pk} option:checked")).to_have_text("nachfrage (de)")
    picture_kept(page, f"opt-in-links-number-{width}-{tongue.language}-{theme}")
    opened.fill("https://www.firma.example\nfirma")
    opened.locator("xpath=ancestor::form").get_by_role("button").click()
    expect(opened).to_be_focused()
    expect(opened).to_have_value("https://www.firma.example\nfirma")
    expect(page.locator(f"#e-{made.pk}")).to_be_visible()
    picture_kept(page, f"opt-in-links-wrong-{width}-{tongue.language}-{theme}")
    assert violations(page) + stays_whole(page, "opt-in-links", theme, width) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    opened.fill("https://www.firma.example/kontakt")
    opened.locator("xpath=ancestor::form").get_by_role("button").click()
    expect(page.locator(f"#o-{made.pk}")).to_have_value("https://www.firma.example")
    watch.forgive("422")
