"""The template picker: chosen, filled in, seen and sent, also when the window is closed; nothing typed is lost."""

import json
import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import Page, expect

from jawort.channels.parts import Template, TemplateButton, Value
from jawort.consent.purpose import CARE
from jawort.consent.reasons import REASONS
from jawort.consent.rules import Refused
from jawort.consent.stop import object_to
from jawort.lines.models import Template as Row
from jawort.lines.templates import due
from jawort.messaging.contents import whats_of
from jawort.messaging.draft import Draft
from jawort.messaging.models import Message
from jawort.messaging.send import send
from jawort.staff.models import Agent
from tests.fixtures.browser import Watch
from tests.fixtures.scene import WABA_ID, Fault, author
from tests.messaging.files.hostile import picture
from tests.messaging.listed import FILLED, a_template, has
from tests.web.conftest import Desk
from tests.web.tongue import Tongue, both_languages

SignedIn = Callable[[Agent], Client]
Open = Callable[..., Page]

NAMED = [
    {
        "type": "BODY",
        "text": "Guten Tag {{first_name}}, Ihr *Termin* ist am {{day}} bei uns.",
        "example": {
            "body_text_named_params": [
                {"param_name": "first_name", "example": "Kim"},
                {"param_name": "day", "example": "Montag"},
            ]
        },
    }
]
PHOTO = [
    {"type": "HEADER", "format": "IMAGE"},
    {"type": "BODY", "text": "So sieht Ihr Rad jetzt aus."},
    {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Danke"}]},
]


def listed(desk: Desk) -> None:
    """What the account has."""
    has(
        desk.scene,
        a_template(),
        a_template("termin_bestaetigt", NAMED, named=True),
        a_template("termin_bestaetigt", [{"type": "BODY", "text": "See you soon."}], language="en_US"),
        a_template("foto_vom_rad", PHOTO),
        a_template("winteraktion", [{"type": "BODY", "text": "Zehn Prozent auf Reifen."}], category="MARKETING"),
        a_template("abgelehnt", [{"type": "BODY", "text": "Nein."}], status="REJECTED", reason="INVALID_FORMAT"),
        a_template("in_pruefung", [{"type": "BODY", "text": "Bald."}], status="PENDING"),
        a_template("karten", [{"type": "BODY", "text": "Neu."}, {"type": "CAROUSEL", "cards": []}]),
    )


@pytest.fixture
def shut(desk: Desk) -> Desk:
    """The window with kim has closed, and there are templates."""
    desk.clock.forward(hours=25)
    desk.scene.seals()
    listed(desk)
    return desk


def newest() -> Message:
    return Message.objects.filter(direction="out").order_by("-id")[0]


def part_of(message: Message) -> Template:
    part = whats_of([message])[message.pk].part
    assert isinstance(part, Template)
    return part


def of(desk: Desk, name: str, language: str = "de") -> str:
    return str(Row.objects.get(account=WABA_ID, name=name, language=language).pk)


def opened(page: Page, site: str, desk: Desk) -> Page:
    page.goto(f"{site}/inbox/{desk.chat.pk}/?view=all")
    expect(page.locator(".live")).to_have_attribute("data-state", "open")
    return page


@pytest.mark.browser
@both_languages
def test_a_closed_window_is_no_dead_end(shut: Desk, alice: Agent, site: str, at_desk: Open, tongue: Tongue) -> None:
    """By keyboard alone: search, choose, fill in, see, send."""
    page = opened(at_desk(alice), site, shut)
    expect(page.locator("[name=kind][value=template]")).to_be_checked()
    expect(page.locator("#shut")).to_contain_text(REASONS[Refused.WINDOW_CLOSED].text.in_language(tongue.language))
    expect(page.locator("#text")).not_to_be_visible()
    expect(page.locator(".pick").first).to_be_visible()
    page.keyboard.press("t")
    expect(page.locator("#find")).to_be_focused()
    page.keyboard.type("termin best")
    expect(page.locator(".pick")).to_have_count(2)
    expect(page.locator("#find")).to_be_focused()
    page.locator(".pick a").first.press("Enter")
    first = page.get_by_label("first name", exact=True)
    expect(first).to_be_focused()
    look = page.locator("[data-look]")
    expect(look).to_contain_text("Guten Tag first name, Ihr Termin ist am day bei uns.")
    page.keyboard.type("Kim <b>")
    page.keyboard.press("Tab")
    page.keyboard.type("Montag")
    expect(look).to_contain_text("Guten Tag Kim <b>, Ihr Termin ist am Montag bei uns.")
    page.keyboard.press("Enter")
    bubble = page.locator("#msgs .msg--out", has_text="Guten Tag Kim <b>, Ihr Termin ist am Montag bei uns.")
    expect(bubble).to_have_count(1)
    expect(page.locator(".msg--pending")).to_have_count(0)
    expect(bubble).to_contain_text(tongue("Template “%(name)s”", name="termin_bestaetigt"))
    message = newest()
    assert (message.kind, message.state, message.gate) == ("template", "queued", "no_open_question")
    assert part_of(message).body == (Value("Kim <b>", "first_name"), Value("Montag", "day"))
    expect(page.locator(".pick").first).to_be_visible()
    shut.scene.delivers()
    assert shut.scene.wire.sent[-1].part == part_of(message)


@pytest.mark.browser
def test_it_is_there_when_a_row_is_clicked(shut: Desk, alice: Agent, site: str, at_desk: Open) -> None:
    """And nobody's focus is taken for it."""
    page = at_desk(alice)
    page.goto(f"{site}/inbox/?view=all")
    for name in ("Kim Muster", "Yusuf", "Kim Muster"):
        page.locator(".row__link", has_text=name).click()
        expect(page.locator("#thread h2").first).to_contain_text(name)
        expect(page.locator(".pick").first).to_be_visible()
        expect(page.locator("#find")).not_to_be_focused()


@pytest.mark.browser
def test_what_did_not_get_through_comes_back_as_it_was_filled_in(
    shut: Desk, alice: Agent, site: str, at_desk: Open, watch: Watch
) -> None:
    page = opened(at_desk(alice), site, shut)
    page.locator(".pick a", has_text="fertig").click()
    page.get_by_label("Header: Placeholder 1").fill("2291")
    page.get_by_label("Placeholder 1", exact=True).fill("Kim     Muster")
    page.get_by_label("End of the address behind “Ansehen”").fill("2291")
    page.get_by_role("button", name="Send", exact=True).click()
    failed = page.locator(".msg--failed", has_text="Kim     Muster")
    expect(failed).to_contain_text("Value 1 of the template must hold no line breaks, tabs or more than four spaces")
    assert newest().kind != "template"
    failed.get_by_role("button", name="Edit").click()
    expect(page.get_by_label("Header: Placeholder 1")).to_have_value("2291")
    page.get_by_label("Placeholder 1", exact=True).fill("Kim")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#msgs .msg--out", has_text="Guten Tag Kim, Ihr Rad ist fertig.")).to_have_count(1)
    expect(page.locator("#msgs")).to_contain_text("Ansehen: https://firma.example/2291")
    assert part_of(newest()).buttons == (TemplateButton(0, "url", "2291"),)
    watch.forgive("422")


@pytest.mark.browser
def test_a_file_goes_above_the_text(shut: Desk, alice: Agent, site: str, at_desk: Open) -> None:
    page = opened(at_desk(alice), site, shut)
    page.locator(".pick a", has_text="foto_vom_rad").click()
    photo = {"name": "Rad.jpg", "mimeType": "image/jpeg", "buffer": picture(size=(300, 200))}
    page.get_by_label("File above the text").set_input_files(photo)  # type: ignore[arg-type]
    expect(page.locator("[data-look]")).to_contain_text("Rad.jpg")
    page.get_by_role("button", name="Send", exact=True).click()
    bubble = page.locator("#msgs .msg--out", has_text="So sieht Ihr Rad jetzt aus.")
    expect(bubble.locator("img")).to_have_count(1)
    expect(bubble).to_contain_text("Danke")
    assert newest().state == "queued"


@pytest.mark.browser
def test_the_composer_follows_the_window(desk: Desk, alice: Agent, site: str, at_desk: Open) -> None:
    """A text that is being written stays where it is; an empty one gives way, and comes back when somebody writes."""
    listed(desk)
    page = opened(at_desk(alice), site, desk)
    expect(page.locator("[name=kind][value=reply]")).to_be_checked()
    page.locator("#text").fill("Moment")
    desk.clock.forward(hours=25)
    desk.scene.seals()
    page.evaluate("document.dispatchEvent(new Event('window:closed'))")
    expect(page.locator("#shut")).to_have_attribute("data-shut", "window")
    expect(page.locator("#text")).to_have_value("Moment")
    expect(page.locator("#text")).to_be_visible()
    page.locator("#text").fill("")
    page.locator("#text").blur()
    page.keyboard.press("t")
    expect(page.locator("#find")).to_be_focused()
    desk.scene.writes(desk.kim, "Ich bin wieder da")
    page.evaluate("document.dispatchEvent(new Event('window:closed'))")
    expect(page.locator("[name=kind][value=reply]")).to_be_checked()
    expect(page.locator("#text")).to_be_visible()


@pytest.mark.browser
def test_without_scripts_it_is_pages_and_forms(
    shut: Desk, alice: Agent, site: str, at_desk: Open, watch: Watch
) -> None:
    page = at_desk(alice, scripts=False)
    page.goto(f"{site}/inbox/{shut.chat.pk}/")
    page.get_by_role("link", name="Choose a template").click()
    page.get_by_role("link", name="fertig").click()
    page.get_by_label("Header: Placeholder 1").fill("2291")
    page.get_by_label("Placeholder 1", exact=True).fill("Kim  \t")
    page.get_by_role("button", name="Show how it looks").click()
    expect(page.locator("[data-look]")).to_contain_text("Auftrag 2291")
    page.get_by_label("End of the address behind “Ansehen”").fill("x" * 1_999)
    page.get_by_label("Placeholder 1", exact=True).fill("K" * 1_020)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("filled in, has")
    watch.forgive("422")
    expect(page.get_by_label("Header: Placeholder 1")).to_have_value("2291")
    page.get_by_label("Placeholder 1", exact=True).fill("Kim")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#msgs")).to_contain_text("Guten Tag Kim, Ihr Rad ist fertig.")


def test_what_cannot_be_sent_says_why_and_is_no_link(shut: Desk, alice: Agent, signed_in: SignedIn) -> None:
    paused = {"message_template_name": "termin_bestaetigt", "message_template_language": "en_US", "event": "PAUSED"}
    change = {"field": "message_template_status_update", "value": paused | {"other_info": {"title": "FIRST_PAUSE"}}}
    entry = {"id": WABA_ID, "changes": [change]}
    shut.scene.stores_raw(json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode())
    shut.scene.takes()
    page = signed_in(alice).get(f"/inbox/{shut.chat.pk}/templates/", headers={"HX-Request": "true"}).content.decode()
    for sentence in (
        "WhatsApp has rejected it (INVALID_FORMAT).",
        "WhatsApp is still reviewing it.",
        "WhatsApp has paused it until",
        "It has cards to swipe through. Programs can send it.",
        "There is no consent for this purpose. Ask for consent first.",
    ):
        assert sentence in page
    for name in ("abgelehnt", "karten", "winteraktion"):
        assert of(shut, name) not in page
    assert of(shut, "termin_bestaetigt", "en_US") not in page
    assert of(shut, "fertig") in page


def test_what_cannot_be_sent_is_not_sent_from_an_old_page_either(shut: Desk, alice: Agent, signed_in: SignedIn) -> None:
    client, before = signed_in(alice), Message.objects.count()
    for name in ("abgelehnt", "in_pruefung", "karten"):
        answer = client.post(f"/inbox/{shut.chat.pk}/templates/{of(shut, name)}/send", headers={"HX-Request": "true"})
        assert answer.status_code == 422
    assert Message.objects.count() == before
    client.post(f"/inbox/{shut.chat.pk}/templates/{of(shut, 'winteraktion')}/send", headers={"HX-Request": "true"})
    assert (newest().state, newest().gate) == ("refused", "no_consent")


def test_whoever_objected_gets_none(shut: Desk, alice: Agent, signed_in: SignedIn) -> None:
    object_to(shut.chat.contact_id, CARE, actor=f"staff:{alice.pk}", at=shut.clock.at)
    page = signed_in(alice).get(f"/inbox/{shut.chat.pk}/templates/", headers={"HX-Request": "true"}).content.decode()
    assert "<a href" not in page


def test_search_language_and_category_narrow_the_list(shut: Desk, alice: Agent, signed_in: SignedIn) -> None:
    url, desk = f"/inbox/{shut.chat.pk}/templates/", signed_in(alice)

    def names(**asked: str) -> int:
        return desk.post(url, asked, headers={"HX-Request": "true"}).content.decode().count('<li class="pick')

    assert (names(), names(q="rad"), names(q="termin"), names(language="en_US")) == (8, 2, 2, 1)
    assert (names(category="MARKETING"), names(category="UTILITY"), names(category="x")) == (1, 7, 0)
    assert names(category="UTILITY", language="en_US", q="soon") == 1
    assert names(category="MARKETING", language="en_US") == 0


def test_what_a_category_costs_is_said_in_words_before_one_is_chosen(
    shut: Desk, alice: Agent, signed_in: SignedIn
) -> None:
    new = a_template("neu", [{"type": "BODY", "text": "Neu."}], category="SOMETHING_NEW")
    has(shut.scene, a_template(), a_template("winteraktion", category="MARKETING"), new)

    url, desk = f"/inbox/{shut.chat.pk}/templates/", signed_in(alice)

    def shown(**asked: str) -> tuple[str, list[tuple[str, str]]]:
        page = desk.post(url, asked, headers={"HX-Request": "true"}).content.decode()
        hint = page.partition('id="find-hint">')[2].partition("</p>")[0]
        of_categories = page.partition('id="find-category"')[2].partition("</select>")[0]
        return hint, re.findall(r'<option value="(\w+)"[^>]*>([^<]+)<', of_categories)

    hint, offered = shown()
    assert "bills a template when it arrives, at the price of its category" in hint
    assert offered == [("OTHER", "Another category"), ("MARKETING", "Marketing"), ("UTILITY", "Transactional")]
    assert "since October 2026 also while the reply window is open" in shown(category="UTILITY")[0]
    assert "needs the person’s consent. WhatsApp bills it whenever it arrives" in shown(category="MARKETING")[0]
    assert "WhatsApp bills it when it arrives." in shown(category="OTHER")[0]
    has(shut.scene, a_template())
    assert shown()[1] == []  # of one there is nothing to choose


@pytest.mark.browser
def test_choosing_a_category_asks_for_the_list_at_once(shut: Desk, alice: Agent, site: str, at_desk: Open) -> None:
    page = opened(at_desk(alice), site, shut)
    picks = page.locator("template-picker .pick")
    expect(picks).to_have_count(8)
    page.get_by_label("Category").select_option("Marketing")
    expect(picks).to_have_count(1)
    expect(page.locator("#find-hint")).to_contain_text("it needs the person’s consent")
    page.get_by_label("Language").select_option("English (US)")
    expect(page.get_by_text("No template matches.")).to_be_visible()
    expect(page.get_by_label("Category")).to_be_visible()  # and the way back


def test_what_is_searched_for_stands_in_no_address(shut: Desk, alice: Agent, signed_in: SignedIn) -> None:
    """Names are typed here as well: they come by POST, and what an address says is not searched for."""
    url, desk = f"/inbox/{shut.chat.pk}/templates/", signed_in(alice)
    page = desk.get(f"{url}?q=termin").content.decode()
    assert page.count('<li class="pick') == 8
    (form,) = re.findall(r'<form class="picker__find"[^>]*>', page)
    assert 'method="post"' in form
    assert "hx-get" not in form


def test_a_list_that_never_came_and_one_that_is_empty_say_so(desk: Desk, alice: Agent, signed_in: SignedIn) -> None:
    url = f"/inbox/{desk.chat.pk}/templates/"
    assert "have not been fetched from WhatsApp yet" in signed_in(alice).get(url).content.decode()
    has(desk.scene)
    assert "The account has no templates." in signed_in(alice).get(url).content.decode()


def test_the_list_is_asked_for_now(shut: Desk, alice: Agent, signed_in: SignedIn) -> None:
    assert due(shut.clock.at) == []
    page = signed_in(alice).post(f"/inbox/{shut.chat.pk}/templates/refresh", headers={"HX-Request": "true"})
    assert "WhatsApp is being asked" in page.content.decode()
    assert [one.account for one in due(shut.clock.at)] == [WABA_ID]


@pytest.mark.browser
def test_what_whatsapp_refused_later_can_be_edited_as_it_was(
    shut: Desk, alice: Agent, site: str, at_desk: Open
) -> None:
    """In the same form, also where no script keeps it."""
    send(shut.chat, Draft("", "template", FILLED), author(alice), shut.clock.at)
    shut.scene.wire.faults = [Fault.NEVER]
    shut.scene.delivers()
    page = opened(at_desk(alice), site, shut)
    page.locator(".msg--failed", has_text="fertig").get_by_text("Edit", exact=True).click()
    expect(page.get_by_label("Header: Placeholder 1")).to_have_value("2291")
    expect(page.get_by_label("Placeholder 1", exact=True)).to_have_value("Kim")
    expect(page.get_by_label("End of the address behind “Ansehen”")).to_have_value("2291")
    has(shut.scene)
    plain = at_desk(alice, scripts=False)
    plain.goto(f"{site}/inbox/{shut.chat.pk}/messages/{newest().pk}/template/")
    expect(plain.locator("#picker")).to_contain_text("The account has no templates.")


@pytest.mark.browser
def test_what_was_filled_in_is_a_draft(shut: Desk, alice: Agent, site: str, at_desk: Open) -> None:
    """It comes back after a reload, sealed like that of a text, and goes when the template has left."""
    page = opened(at_desk(alice), site, shut)
    page.locator(".pick a", has_text="termin_bestaetigt").first.click()
    page.get_by_label("first name", exact=True).fill("Kim")
    page.wait_for_timeout(1_000)
    assert "Kim" not in page.evaluate("JSON.stringify(localStorage)")
    page.reload()
    page.locator(".pick a", has_text="termin_bestaetigt").first.click()
    expect(page.get_by_label("first name", exact=True)).to_have_value("Kim")
    expect(page.locator("[data-look]")).to_contain_text("Guten Tag Kim, Ihr Termin ist am day bei uns.")
    page.get_by_label("day", exact=True).fill("Montag")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#msgs .msg--out", has_text="am Montag bei uns.")).to_have_count(1)
    expect(page.locator(".msg--pending")).to_have_count(0)
    page.locator(".pick a", has_text="termin_bestaetigt").first.click()
    expect(page.get_by_label("day", exact=True)).to_be_visible()
    page.wait_for_timeout(300)
    expect(page.get_by_label("first name", exact=True)).to_have_value("")


def test_however_many_templates_there_are_it_takes_as_many_queries(
    shut: Desk, alice: Agent, signed_in: SignedIn
) -> None:
    client, counts = signed_in(alice), []
    for many in (2, 40):
        has(shut.scene, *(a_template(f"vorlage_{n}") for n in range(many)))
        client.get(f"/inbox/{shut.chat.pk}/templates/", headers={"HX-Request": "true"})
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/inbox/{shut.chat.pk}/templates/", headers={"HX-Request": "true"})
        counts.append(len(queries))
    assert counts[0] == counts[1]
