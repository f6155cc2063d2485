"""Every screen in both languages, both themes, wide and narrow: no violation that axe knows, nothing sticks out.

With ARTEFACTS set to a folder the pictures are kept there, to be looked at.
"""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from _pytest.mark import ParameterSet
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from jawort.alarms.acknowledge import acknowledge
from jawort.alarms.note import note
from jawort.alarms.queries import standing
from jawort.alarms.rules import Cause, Code, SelfTested
from jawort.alarms.self_test import due, take
from jawort.consent.rules import Purpose
from jawort.consent.stop import object_to
from jawort.core import clock as core_clock
from jawort.lines.models import Template
from jawort.lines.notices import notices
from jawort.lines.tell import settle
from jawort.messaging.block import block
from jawort.messaging.draft import Draft
from jawort.messaging.labels.define import define as define_label
from jawort.messaging.labels.put import put_on
from jawort.messaging.models import Message
from jawort.messaging.quick_replies.keep import keep
from jawort.messaging.quick_replies.rules import Wording as ReadyWording
from jawort.messaging.send import send
from jawort.people.attributes.define import Wording, define
from jawort.people.attributes.fill import fill
from jawort.people.attributes.rules import Holds
from jawort.people.models import Review
from jawort.staff.first import offer
from jawort.staff.link import link
from jawort.staff.models import Agent
from tests.fixtures.browser import Watch
from tests.fixtures.cast import PASSWORD, Customer
from tests.fixtures.provider import Provider
from tests.fixtures.scene import WABA_ID, author
from tests.fixtures.search import Searching
from tests.messaging.listed import FILLED, a_template, has
from tests.web.conftest import PEOPLE, Desk, a_customer, a_snoozed_one, a_thread_of_files
from tests.web.test_passkeys import added, with_device
from tests.web.test_second_factor import code

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: Looked at in every run; the other combinations in the long one.
ALWAYS = {("de", "dark", 390)}


def matrix(widths: list[int]) -> list[ParameterSet]:
    """Language, theme and width in all combinations."""
    return [
        pytest.param(*each, marks=[] if each in ALWAYS else pytest.mark.long)
        for each in product(("de", "en"), ("light", "dark"), widths)
    ]


def screens(desk: Desk, nour: Customer, bob: Agent) -> dict[str, str]:
    """A number of theirs has a new owner, WhatsApp complains, and somebody has stopped marketing; nothing else."""
    chat, old = desk.chat, a_customer(PEOPLE[6][0], 66)
    desk.scene.writes(replace(a_customer("Nuri Neumann", 66), bsuid="DE.9917139200"), "Guten Tag, ich bin neu hier.")
    _told(desk, "account_update", {"event": "ACCOUNT_VIOLATION", "violation_info": {"violation_type": "SPAM"}})
    paused = {"message_template_name": "order_shipped", "message_template_language": "de", "event": "PAUSED"}
    _told(desk, "message_template_status_update", paused)
    _told(desk, "tomorrows_field", {"event": "SOMETHING_NEW"})
    _told(desk, "account_review_update", {"decision": "APPROVED"})
    settle(notices(3)[2].id, actor="system", at=desk.clock.at)
    object_to(chat.contact_id, Purpose.CAMPAIGNS, actor=f"customer:{chat.contact_id}", at=desk.clock.at)
    wording = Wording("Stufe", "Level", "Rabatt zusagen", ("Bronze", "Gold"))
    level = define("level", Holds.CHOICE, wording, actor="system", at=desk.clock.at)
    fill(chat.contact_id, {level: "Gold"}, actor="system", at=desk.clock.at)
    for hue, words in enumerate(("Reklamation", "Rechnung", "Dringend")):
        label = define_label(words, hue * 3, actor="system", at=desk.clock.at)
        put_on(chat, label, actor="system", at=desk.clock.at)
    has(
        desk.scene,
        a_template(),
        a_template("winteraktion", [{"type": "BODY", "text": "Zehn Prozent auf Reifen."}], category="MARKETING"),
        a_template("bald", [{"type": "BODY", "text": "Bis {{1}} dann!"}], status="PENDING", language="en_US"),
    )
    send(desk.scene.chat(nour), Draft("", "template", FILLED), author(bob), desk.clock.at)
    writes = desk.scene.chat(nour).pk
    first = Message.objects.filter(conversation=chat, direction="in").order_by("id").values_list("pk", flat=True)[0]
    return {
        "contacts": "/contacts/",
        "contact": f"/contacts/{chat.contact_id}/?from={chat.pk}",
        "new contact": "/contacts/new",
        "attributes": f"/contacts/{chat.contact_id}/attributes",
        "edit contact": f"/contacts/{chat.contact_id}/edit",
        "contact in doubt": f"/contacts/{desk.scene.chat(old).contact_id}/",
        "list": "/inbox/",
        "empty": "/inbox/?view=mine&after=00000000-0000-0000-0000-000000000000",
        "narrowed": f"/inbox/?view=all&unread=yes&waits=15m&label={label}&order=waiting",
        "closing": "/inbox/?view=closing",
        "thread": f"/inbox/{chat.pk}/?view=all",
        "snoozed": f"/inbox/{a_snoozed_one(desk).pk}/?view=snoozed",
        "files": f"/inbox/{a_thread_of_files(desk).pk}/?view=all",
        "picker": f"/inbox/{writes}/?view=all",
        "templates": f"/inbox/{writes}/templates/",
        "template": f"/inbox/{writes}/templates/{Template.objects.get(name='fertig').pk}/",
        "data": f"/inbox/{chat.pk}/messages/{first}/data/",
        "ledger": "/ledger/",
        "parked": "/parked/",
        "notices": "/notices/",
        "original": f"/notices/{notices(1)[0].id}/original/",
        "reviews": "/reviews/",
        "merge": f"/reviews/{Review.objects.get().pk}/merge",
        "stopped": f"/inbox/{desk.scene.chat(old).pk}/?view=all",
        "settings": "/settings/me",
        "notifications": "/settings/notifications",
        "sign-in": "/settings/sign-in",
        "lines": "/settings/lines",
        "quick replies": "/settings/quick-replies",
        "quick reply": f"/settings/quick-replies/{_a_quick_reply(desk)}",
    }


def _a_quick_reply(desk: Desk) -> UUID:
    texts = {"de": "Guten Tag {{customer}}, Ihr Paket kommt am {{gap}}.", "en": "Dear {{customer}}, by {{tomorrow}}."}
    return keep(ReadyWording("Versand", texts), None, actor="system", at=desk.clock.at)


def _told(desk: Desk, field: str, value: Mapping[str, object]) -> None:
    entry = {"id": WABA_ID, "changes": [{"field": field, "value": value}]}
    desk.scene.stores_raw(json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode())
    desk.scene.takes()


@pytest.mark.parametrize(("language", "theme", "width"), matrix([1440, 1024, 390]))
def test_every_screen_is_clean(
    desk: Desk,
    nour: Customer,
    bob: Agent,
    site: str,
    at_desk: Callable[..., Page],
    language: str,
    theme: str,
    width: int,
) -> None:
    page = at_desk(bob, theme=theme, language=language, width=width)
    found = []
    for name, address in screens(desk, nour, bob).items():
        page.goto(site + address)
        page.wait_for_load_state("load")
        page.wait_for_timeout(150)
        if name == "picker":
            page.keyboard.press("t")
            expect(page.locator("#picker .pick").first).to_be_visible()
        picture_kept(page, f"{name}-{width}-{language}-{theme}")
        overflow = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        found += [f"{name}: sticks out sideways"] if overflow else []
        found += [f"{name}: {violation}" for violation in violations(page)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("language", "theme", "width"), matrix([1440, 390]))
def test_the_administrators_screens_are_clean(
    desk: Desk,
    provider: Provider,
    ada: Agent,
    alice: Agent,
    bob: Agent,
    site: str,
    at_desk: Callable[..., Page],
    language: str,
    theme: str,
    width: int,
) -> None:
    page, found = at_desk(ada, theme=theme, language=language, width=width), []
    link(alice.pk, provider.issuer, "248289761001", actor="system", at=desk.clock.at)
    wording = Wording("Stufe", "Level", "Rabatt zusagen", ("Bronze", "Gold"))
    level = define("level", Holds.CHOICE, wording, actor="system", at=desk.clock.at)
    label = define_label("Reklamation", 0, actor="system", at=desk.clock.at)
    addresses = {
        "attributes": "attributes",
        "attribute": f"attributes/{level}",
        "labels": "labels",
        "label": f"labels/{label}",
        "first steps": "first-steps",
        "legal": "legal",
        "people": "people",
        "person": f"people/{alice.pk}",
        "person not linked": f"people/{bob.pk}",
    }
    for name, address in addresses.items():
        page.goto(f"{site}/settings/{address}")
        picture_kept(page, f"admin-{name}-{width}-{language}-{theme}")
        found += ["sticks out"] if page.evaluate("document.documentElement.scrollWidth > innerWidth") else []
        found += violations(page)
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("language", "theme", "width"), matrix([1440, 390]))
def test_the_alarms_are_clean(
    desk: Desk, ada: Agent, site: str, at_desk: Callable[..., Page], language: str, theme: str, width: int
) -> None:
    page, found = at_desk(ada, theme=theme, language=language, width=width), []
    at, line = desk.clock.at, desk.scene.line.pk

    def look(name: str) -> None:
        page.goto(f"{site}/alarms/")
        _picture(page, f"alarms-{name}-{width}-{language}-{theme}")
        found.extend(["sticks out"] if page.evaluate("document.documentElement.scrollWidth > innerWidth") else [])
        found.extend(violations(page))

    look("none")
    due(at)
    take(line, SelfTested("", at + timedelta(days=12), "unsubscribed", "unreachable"), at)
    note([Cause(Code.DISK)], at - timedelta(hours=30))
    note([Cause(code, line) for code in (Code.TOKEN_EXPIRES, Code.UNSUBSCRIBED)] + [Cause(Code.PARKED)], at)
    acknowledge(standing()[-1].id, actor=ada.actor, at=at)
    look("some")
    assert found == []


@pytest.mark.parametrize(("language", "theme", "width"), matrix([1440, 390]))
def test_older_messages_and_a_block_are_clean(
    desk: Desk,
    searching: Searching,
    bob: Agent,
    site: str,
    at_desk: Callable[..., Page],
    language: str,
    theme: str,
    width: int,
) -> None:
    page, found = at_desk(bob, theme=theme, language=language, width=width), []

    def look(name: str) -> None:
        picture_kept(page, f"{name}-{width}-{language}-{theme}")
        found.extend(["sticks out"] if page.evaluate("document.documentElement.scrollWidth > innerWidth") else [])
        found.extend(violations(page))

    page.goto(f"{site}/inbox/")
    page.wait_for_load_state("load")
    page.locator("#search-text").fill("bestell")
    page.locator("#older button[value=begin]").scroll_into_view_if_needed()
    look("older-asked")
    page.locator("#older button[value=begin]").click()
    expect(page.locator("#older button[value=stop]")).to_be_visible()
    look("older-runs")
    searching.scan()
    expect(page.locator("#older .row__link")).to_have_count(2)
    look("older-found")
    block(desk.chat, actor=bob.actor, at=desk.clock.at)
    page.goto(f"{site}/inbox/{desk.chat.pk}/?view=all")
    page.wait_for_load_state("load")
    if width > 1000:
        page.locator("#panel .stop summary").nth(1).click()
    look("blocked")
    page.goto(f"{site}/contacts/{desk.chat.contact_id}/")
    page.locator(".detail__aside .stop summary").last.click()
    page.locator(".detail__aside .stop").last.scroll_into_view_if_needed()
    look("blocked-contact")
    assert found == []


@pytest.mark.parametrize(("language", "theme", "width"), matrix([1440, 390]))
def test_the_way_in_is_clean(
    site: str,
    ada: Agent,
    at_desk: Callable[..., Page],
    open_page: Callable[..., Page],
    watch: Watch,
    language: str,
    theme: str,
    width: int,
) -> None:
    page, found = at_desk(ada, theme=theme, language=language, width=width), []
    page.goto(f"{site}/settings/people")
    page.locator("#id_name").fill("Noah Lindqvist")
    page.locator("#id_email").fill("noah@firma.example")
    page.locator("form:has(#id_email) .btn--primary").click()
    link = page.locator("#invitation").inner_text()
    picture_kept(page, f"invited-{width}-{language}-{theme}")
    found += violations(page)
    guest = open_page(color_scheme=theme, viewport={"width": width, "height": 844}, locale=language)
    guest.goto(site + urlsplit(link).path)
    guest.locator("#id_password").fill("short")
    guest.locator("#id_password").press("Enter")
    expect(guest.locator("#password-error .field__error")).to_be_visible()
    picture_kept(guest, f"join-{width}-{language}-{theme}")
    found += violations(guest)
    guest.goto(f"{site}/join/other")
    picture_kept(guest, f"no-invitation-{width}-{language}-{theme}")
    found += violations(guest)
    page.goto(f"{site}/settings/people/{ada.pk}")
    page.locator("form[action$='password-link'] button").click()
    link = page.locator("#password-link").inner_text()
    picture_kept(page, f"password-link-{width}-{language}-{theme}")
    found += violations(page)
    guest.goto(site + urlsplit(link).path)
    picture_kept(guest, f"new-password-{width}-{language}-{theme}")
    found += violations(guest)
    guest.goto(f"{site}/new-password/other")
    picture_kept(guest, f"no-password-link-{width}-{language}-{theme}")
    assert found + violations(guest) == []
    watch.forgive("422")
    watch.forgive("404")


@pytest.mark.parametrize(("language", "theme", "width"), matrix([1440, 390]))
def test_the_first_account_is_clean(
    site: str, open_page: Callable[..., Page], watch: Watch, language: str, theme: str, width: int
) -> None:
    link = offer(core_clock.now())
    page = open_page(color_scheme=theme, viewport={"width": width, "height": 844}, locale=language)
    page.goto(f"{site}/first/{link}")
    page.locator("#id_email").fill("ada")
    page.locator("#id_email").press("Enter")
    expect(page.locator("#email-error")).to_be_visible()
    picture_kept(page, f"first-{width}-{language}-{theme}")
    found = violations(page)
    page.goto(f"{site}/first/other")
    picture_kept(page, f"no-first-{width}-{language}-{theme}")
    assert found + violations(page) == []
    watch.forgive("422")
    watch.forgive("404")


@pytest.mark.parametrize(("language", "theme", "width"), matrix([1440, 390]))
def test_a_second_factor_is_clean(
    site: str, settings: Any, bob: Agent, at_desk: Callable[..., Page], language: str, theme: str, width: int
) -> None:
    settings.CONFIG = replace(settings.CONFIG, second_factor_required=True)
    page, found = at_desk(bob, theme=theme, language=language, width=width), []

    def look(name: str) -> None:
        picture_kept(page, f"factor-{name}-{width}-{language}-{theme}")
        found.extend(violations(page))

    page.goto(f"{site}/inbox/")
    look("required")
    page.locator("form[action$='second-factor/begin'] button").click()
    expect(page.locator(".qr")).to_be_visible()
    secret = page.locator("code.hex").inner_text().replace(" ", "")
    look("set-up")
    page.locator("#id_code").fill(code(secret))
    page.locator("#id_old").fill(PASSWORD)
    page.locator("#id_old").press("Enter")
    paper = page.locator("#codes").inner_text().split()
    look("codes")
    page.goto(f"{site}/settings/sign-in")
    page.locator(".stop summary").click()
    look("kept")
    with_device(page)
    added(page, site, language)
    page.wait_for_url(f"{site}/settings/sign-in")
    page.locator("#passkeys-title ~ ul summary").click()
    look("passkeys")
    page.goto(f"{site}/settings/sign-in/passkeys/new")
    look("passkey-new")
    page.goto(f"{site}/settings/sign-in")
    page.locator("form[action$='logout/']").last.evaluate("form => form.submit()")
    page.locator("#id_login").fill(bob.email)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#id_password").press("Enter")
    page.locator("#id_code").fill("000")
    page.locator("#id_code").press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    look("asked")
    page.locator("#id_code").fill(paper[0])
    page.locator("#id_code").press("Enter")
    page.wait_for_url("**/inbox/")
    assert found == []


@pytest.mark.parametrize(("language", "theme", "width"), matrix([1440, 390]))
def test_the_door_is_clean(
    site: str,
    settings: Any,
    provider: Provider,
    open_page: Callable[..., Page],
    watch: Watch,
    language: str,
    theme: str,
    width: int,
) -> None:
    page = open_page(color_scheme=theme, viewport={"width": width, "height": 844})
    page.goto(f"{site}/accounts/login/")
    expect(page.get_by_role("link", name="Firma-Login")).to_be_visible()
    page.get_by_role("button", name="Deutsch" if language == "de" else "English").click()
    expect(page.get_by_role("button", name="Anmelden" if language == "de" else "Sign in", exact=True)).to_be_visible()
    page.locator("#id_login").fill("nobody@firma.example")
    page.locator("#id_password").fill("wrong")
    page.locator("#id_password").press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    picture_kept(page, f"door-{width}-{language}-{theme}")
    found = violations(page)
    settings.CONFIG = replace(settings.CONFIG, oidc_only=True)
    page.goto(f"{site}/accounts/login/")
    page.locator("summary").click()
    _picture(page, f"door-only-{width}-{language}-{theme}")
    found += violations(page)
    page.goto(f"{site}/nowhere")
    picture_kept(page, f"nowhere-{width}-{language}-{theme}")
    assert found + violations(page) == []
    watch.forgive("404")


def violations(page: Page) -> list[str]:
    """What axe finds, one line each."""
    # Without preload: axe would copy our style sheets into the page, which the content security policy refuses.
    # Only violations in full: selectors of all that is well were most of the work.
    result = Axe().run(page, options={"runOnly": RULES, "preload": False, "resultTypes": ["violations"]})
    return [f"{each['id']}: {node['html'][:160]}" for each in result.response["violations"] for node in each["nodes"]]


def picture_kept(page: Page, name: str) -> None:
    folder = os.environ.get("ARTEFACTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(folder) / f"{name}.png"))
