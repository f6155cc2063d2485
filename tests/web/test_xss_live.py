"""Payloads where no page is loaded: what an open desk hears, its menus, hits that come later, and doors of strangers.

Lists of colleagues and of labels hold no words of strangers.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from jawort.consent.opt_in import ask_number, make_link, show_on
from jawort.consent.purpose import CAMPAIGNS
from jawort.consent.texts import put_into_use
from jawort.core.clock import now
from jawort.legal.keep import keep
from jawort.messaging.ask_consent import ask_for_consent
from jawort.messaging.models import Conversation
from jawort.messaging.own_page.rules import SAID_MAX
from jawort.messaging.quick_replies import keep as quick_replies
from jawort.messaging.quick_replies.rules import Wording
from jawort.people.models import Merge, Review
from jawort.people.queries import names
from jawort.staff.models import Agent
from tests.consent.questions import ENGLISH, GERMAN, taps
from tests.fixtures.browser import Watch
from tests.fixtures.scene import Scene, author
from tests.fixtures.search import Searching
from tests.public.doors import LEGAL
from tests.public.visits import CODE, LINK
from tests.web.live_urls import Stream
from tests.web.test_desk import hears, newest
from tests.web.test_widget import Elsewhere, elsewhere
from tests.web.test_xss import harmless
from tests.web.test_xss_beside import a_stranger, some_or_all
from tests.web.xss import NASTIEST

__all__ = ["elsewhere"]
pytestmark = pytest.mark.browser
Open = Callable[..., Page]


@pytest.fixture
def legal(scene: Scene, site: str, settings: Any) -> str:
    """The address of the desk and of customers' pages; consent can be asked for."""
    settings.CONFIG = replace(settings.CONFIG, company="Radhaus Beispiel", public_url=site, side_door_url=site)
    keep(*LEGAL, actor="system", at=now())
    put_into_use(CAMPAIGNS, {"de": GERMAN, "en": ENGLISH}, actor="system", at=scene.clock.at)
    return site


def opened(page: Page, site: str, chat: Conversation) -> Page:
    """The conversation; the page hears the stream and has asked for all of it once more."""
    with page.expect_response(lambda response: response.url.endswith("/messages/")):
        page.goto(f"{site}/inbox/{chat.pk}/?view=all")
    expect(page.locator(".live")).to_have_attribute("data-state", "open")
    return page


def told(text: str) -> bool:
    """Whether a payload can be read there."""
    return "tellTest" in text or "data-xss" in text


@some_or_all
def test_what_an_open_desk_hears(
    scene: Scene, alice: Agent, at_desk: Open, site: str, stream: Stream, payloads: list[str]
) -> None:
    who, announced = a_stranger(0, "Kim"), 0
    scene.writes(who, "Guten Tag")
    chat = Conversation.objects.get()
    page, before = opened(at_desk(alice), site, chat), newest(chat)
    for number, payload in enumerate(payloads, 1):
        called = replace(who, name=payload)
        reaction = {"message_id": scene.writes(called, payload), "emoji": payload}
        message = newest(chat)
        hears(stream, chat, before, message)  # the one before is there, and changes in place: by whom it is
        name = names([chat.contact_id])[chat.contact_id] or ""
        expect(page.locator(f"#m-{before.pk} article")).to_have_attribute("aria-label", re.compile(re.escape(name)))
        expect(page.locator(f"#m-{message.pk}")).to_be_attached()
        announced += told(page.locator("#announce").inner_text())
        scene.tells(scene.message(called, f"wamid.R-{number}", {"type": "reaction", "reaction": reaction}))
        hears(stream, chat, message)
        scene.writes(a_stranger(number, payload), payload)
        other = Conversation.objects.latest("pk")
        hears(stream, other)
        expect(page.locator(f"#rows #c-{other.pk}")).to_be_attached()
        harmless(page)
        before = message
    assert announced > len(payloads) / 2, "as text"
    assert sum(map(told, page.locator("#rows .row").all_inner_texts())) > len(payloads) / 2, "as text"


@some_or_all
def test_menus_and_a_quote_at_an_open_desk(
    scene: Scene, alice: Agent, at_desk: Open, site: str, stream: Stream, payloads: list[str]
) -> None:
    quick_replies.keep(Wording("Anrede", {"de": "Hallo {{customer}}"}), None, actor="system", at=scene.clock.at)
    who = a_stranger(0, "Kim")
    scene.writes(who, "Guten Tag")
    chat = Conversation.objects.get()
    page = opened(at_desk(alice), site, chat)
    quote, text, found = (
        page.locator("reply-quote"),
        page.locator("#text"),
        page.locator("#commands ul:not([data-from])"),
    )
    for payload in payloads:
        scene.writes(replace(who, name=payload), payload)
        message, name = newest(chat), names([chat.contact_id])[chat.contact_id]
        assert name
        hears(stream, chat, message)
        page.locator(f"[data-message='{message.pk}']").click()
        page.get_by_role("button", name="Reply with a quote").click()
        expect(quote).to_contain_text(name)
        text.press("/")
        reply = page.locator("#quick-replies [role=option]")
        expect(reply).to_contain_text(name)
        harmless(page)
        reply.click()
        expect(text).to_have_value(f"Hallo {name}")
        text.fill("")
        page.keyboard.press("Control+k")
        page.keyboard.type(f"+{who.phone.digits}")
        expect(found).to_contain_text(name)
        harmless(page)
        page.keyboard.press("Escape")


def test_hits_among_older_messages(
    scene: Scene, alice: Agent, at_desk: Open, site: str, request: pytest.FixtureRequest
) -> None:
    for number, payload in enumerate(NASTIEST):
        scene.writes(a_stranger(number, payload), f"eins {payload}")
    scene.passes(days=3)
    searching: Searching = request.getfixturevalue("searching")  # what was there before it begins is older
    page = at_desk(alice)
    page.goto(f"{site}/inbox/")
    page.wait_for_load_state("load")
    page.get_by_role("searchbox", name="Search conversations").fill("eins")
    page.get_by_role("button", name="Search older messages too").click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    searching.scan()
    expect(page.get_by_role("button", name="Stop")).to_have_count(0)
    hits = page.locator("#older .row").all_inner_texts()
    assert sum(map(told, hits)) > len(NASTIEST) / 2, "as text"
    harmless(page)


@some_or_all
def test_reviews_merges_and_what_is_kept_of_a_person(
    scene: Scene, ada: Agent, at_desk: Open, signed_in: Callable[..., Client], legal: str, payloads: list[str]
) -> None:
    page, desk, people = at_desk(ada), signed_in(ada), []
    for number, payload in enumerate(payloads):
        who = a_stranger(number, payload)
        scene.writes(who, payload)
        chat = Conversation.objects.latest("pk")
        question = ask_for_consent(chat, author(ada), scene.clock.at)
        scene.delivers()
        taps(scene, who, question, 0, payload)
        scene.writes(replace(who, bsuid=f"DE.9{who.bsuid[3:]}"), payload)  # the number has come to somebody else
        people.append((chat, Review.objects.latest("pk")))

    def shows(where: str) -> None:
        page.goto(legal + where)
        assert told(page.locator("body").inner_text()), "as text"
        harmless(page)

    shows("/reviews/")
    some = people[:: 4 if payloads is NASTIEST else 1]
    for chat, review in some:
        person = f"/contacts/{chat.contact_id}"
        for where in ("edit", "consents", "attributes", f"consents/{chat.contact_id}/record"):
            page.goto(f"{legal}{person}/{where}")
            harmless(page)
        page.goto(f"{legal}/reviews/{review.pk}/merge")
        harmless(page)
        assert desk.post(f"/reviews/{review.pk}/merge/do").status_code == 302
        for where in (f"{person}/", f"/inbox/{chat.pk}/"):
            page.goto(legal + where)
            harmless(page)
    shows("/reviews/")
    assert Merge.objects.count() == len(some)


@some_or_all
def test_the_page_of_a_person_and_what_they_say_there(
    scene: Scene,
    alice: Agent,
    at_desk: Open,
    open_page: Open,
    signed_in: Callable[..., Client],
    legal: str,
    stream: Stream,
    payloads: list[str],
) -> None:
    page, phone, desk = at_desk(alice), open_page(), signed_in(alice)
    for first in range(0, len(payloads), SAID_MAX):
        some = payloads[first : first + SAID_MAX]
        who = a_stranger(first, some[0])
        for payload in some:
            scene.writes(who, payload)
        chat = Conversation.objects.latest("pk")
        opened(page, legal, chat)
        desk.post(f"/inbox/{chat.pk}/own-page")
        scene.delivers()
        (path,) = LINK.findall(scene.wire.sent[-1].text)
        phone.goto(legal + path)
        harmless(phone)
        phone.get_by_role("button", name="Send me the code").click()
        scene.delivers()
        phone.get_by_label("Code from the chat").fill(CODE.findall(scene.wire.sent[-1].text)[0])
        phone.get_by_role("button", name="Open the page").click()
        for payload in some:
            phone.get_by_label("What is wrong, and what is right?").fill(payload)
            phone.get_by_role("button", name="Have it corrected").click()
            expect(phone.get_by_role("status")).to_contain_text("This has arrived")
            harmless(phone)
            hears(stream, chat, newest(chat))
            expect(page.locator(f"#m-{newest(chat).pk}")).to_contain_text("Please correct this")
            harmless(page)
        assert sum(map(told, phone.locator(".own__words li").all_text_contents())) > len(some), "as text"


@some_or_all
def test_what_is_typed_for_a_number(
    scene: Scene, legal: str, open_page: Open, elsewhere: Elsewhere, watch: Watch, payloads: list[str]
) -> None:
    link = make_link(scene.line.pk, "en", "Website", actor="system", at=scene.clock.at)
    ask_number(link.pk, True, actor="system", at=scene.clock.at)
    show_on(link.pk, [elsewhere.origin], actor="system", at=scene.clock.at)
    elsewhere.shows(link, legal)
    for where in (f"{legal}/opt-in/{link.code}", elsewhere.origin):
        page = open_page()
        page.goto(where)
        page.get_by_role("checkbox").check()
        for payload in payloads:
            number = page.get_by_role("textbox")
            number.evaluate("field => field.removeAttribute('maxlength')")
            number.fill(payload)
            with page.expect_response(lambda answer: answer.request.method == "POST"):
                number.press("Enter")
            expect(number).to_have_attribute("aria-invalid", "true")
            harmless(page)
    watch.forgive("422")
