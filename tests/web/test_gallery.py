"""Every screen in both languages, both themes, wide and narrow: no violation that axe knows, nothing sticks out.

With ARTEFACTS set to a folder the pictures are kept there, to be looked at.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from jawort.alarms.acknowledge import acknowledge
from jawort.alarms.note import note
from jawort.alarms.queries import standing
from jawort.alarms.rules import Cause, Code, SelfTested
from jawort.alarms.self_test import due, take
from jawort.consent.purpose import CAMPAIGNS
from jawort.consent.stop import object_to
from jawort.lines.models import Template
from jawort.lines.notices import notices
from jawort.lines.tell import settle
from jawort.messaging.block import block
from jawort.messaging.draft import Draft
from jawort.messaging.drafts.keep import keep as keep_draft
from jawort.messaging.drafts.rules import Words
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
from jawort.staff.link import link
from jawort.staff.models import Agent
from jawort.web.help.topics import TOPICS
from tests.fixtures.cast import Customer
from tests.fixtures.provider import Provider
from tests.fixtures.scene import WABA_ID, author
from tests.fixtures.search import Searching
from tests.messaging.listed import FILLED, a_template, has
from tests.web.conftest import PEOPLE, Desk, a_customer, a_snoozed_one, a_thread_of_files
from tests.web.gallery import matrix, picture_kept, violations

pytestmark = pytest.mark.browser


#: What is at the same address in every installation.
PLAIN = {
    "ledger": "/ledger/",
    "parked": "/parked/",
    "reviews": "/reviews/",
    "settings": "/settings/me",
    "notifications": "/settings/notifications",
    "sign-in": "/settings/sign-in",
    "lines": "/settings/lines",
    "quick replies": "/settings/quick-replies",
    "sign out": "/accounts/logout/",
    "help": "/help/",
} | {f"help {topic}": f"/help/{topic}/" for topic in TOPICS}


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
    object_to(chat.contact_id, CAMPAIGNS, actor=f"customer:{chat.contact_id}", at=desk.clock.at)
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
    keep_draft(chat, bob, Words("Ich frage nach"), desk.clock.at)
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
        "notices": "/notices/",
        "original": f"/notices/{notices(1)[0].id}/original/",
        "merge": f"/reviews/{Review.objects.get().pk}/merge",
        "another contact": f"/reviews/other/{chat.contact_id}",
        "pair": f"/reviews/pair/{chat.contact_id}/{desk.scene.chat(old).contact_id}",
        "stopped": f"/inbox/{desk.scene.chat(old).pk}/?view=all",
        "quick reply": f"/settings/quick-replies/{a_quick_reply(desk)}",
        **PLAIN,
    }


def a_quick_reply(desk: Desk) -> UUID:
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
        "lines": "lines",
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
        picture_kept(page, f"alarms-{name}-{width}-{language}-{theme}")
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
