"""What strangers and the platform say beside messages does nothing either: each payload in each field, on every page.

Names, usernames, quotes, reactions, file names, errors, templates, notices with unknown words, names of lines, sign-in.
"""

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from jawort.core.phone import Phone
from jawort.lines.models import Line, Template
from jawort.lines.notices import notices
from jawort.messaging.models import Conversation, Message
from jawort.messaging.send import send
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import WABA_ID, Scene, author
from tests.messaging.listed import a_template, has
from tests.web.test_contacts import nicknamed
from tests.web.test_xss import harmless
from tests.web.xss import NASTIEST, PAYLOADS

pytestmark = pytest.mark.browser
some_or_all = pytest.mark.parametrize(
    "payloads", [NASTIEST, pytest.param(PAYLOADS, marks=pytest.mark.long)], ids=["some", "all"]
)


def told(scene: Scene, field: str, value: dict[str, Any]) -> None:
    """The platform says something of the account."""
    entry = {"id": WABA_ID, "changes": [{"field": field, "value": value}]}
    scene.stores_raw(json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode())


def a_stranger(number: int, payload: str) -> Customer:
    digits = f"49171392{number + 1_000:05}"
    return Customer(payload, Phone(digits), f"DE.{digits}")


@some_or_all
def test_names_quotes_reactions_file_names_and_errors(
    scene: Scene, alice: Agent, at_desk: Callable[..., Page], site: str, payloads: list[str]
) -> None:
    together, chats = 4 if payloads is NASTIEST else 1, []
    for number, payload in enumerate(payloads):
        who = a_stranger(number // together, payload)
        first = scene.gives(who, b"%PDF-1.7 " + bytes(99), "application/pdf", filename=payload, caption=payload)
        scene.stores(nicknamed(who, payload))
        reaction = {"message_id": first, "emoji": payload}
        scene.stores(scene.message(who, f"wamid.R-{number}", {"type": "reaction", "reaction": reaction}))
        quoting: dict[str, object] = {"type": "text", "text": {"body": payload}, "context": {"id": first}}
        scene.stores(scene.message(who, f"wamid.Q-{number}", quoting))
        scene.takes()
        chat = Conversation.objects.get(message=Message.objects.filter(direction="in").latest("pk"))
        answer = send(chat, payload, author(alice), scene.clock.at)
        scene.delivers()
        error = {"code": 131051, "title": payload, "message": payload, "error_data": {"details": payload}}
        scene.stores(scene.receipt(answer, "failed", errors=[error]))
        chats.append(chat)
    scene.takes()
    page = at_desk(alice)
    for chat in chats[::together]:
        page.goto(f"{site}/inbox/{chat.pk}/?view=all")
        expect(page.locator("#msgs .quote").first).to_be_visible()
        expect(page.locator("#msgs .msg__why").first).to_be_visible()
        assert page.get_by_text("tellTest").count() > 0, "they are shown, as text"
        harmless(page)
        page.goto(f"{site}/contacts/{chat.contact_id}/?from={chat.pk}")
        harmless(page)
    assert Message.objects.filter(state="failed").count() == len(payloads)


@some_or_all
def test_notices_and_what_nobody_knows(
    scene: Scene, ada: Agent, at_desk: Callable[..., Page], site: str, payloads: list[str]
) -> None:
    for payload in payloads:
        told(scene, "account_update", {"event": payload, "violation_info": {"violation_type": payload}})
        told(scene, payload, {"event": payload, payload: payload})
        about = {"message_template_name": payload, "message_template_language": payload}
        told(scene, "message_template_status_update", about | {"event": "PAUSED", "reason": payload})
        told(scene, "phone_number_quality_update", {"event": payload, "display_phone_number": payload})
    scene.takes()
    page = at_desk(ada)
    for where in ("/parked/", "/ledger/", "/alarms/", "/inbox/", "/settings/lines"):
        page.goto(site + where)
        harmless(page)
    page.goto(f"{site}/notices/")
    harmless(page)
    found = notices(4 * len(payloads))
    assert len(found) >= 3 * len(payloads)
    shown = 0
    for one in found[:: 4 if payloads is NASTIEST else 1]:
        page.goto(f"{site}/notices/{one.id}/original/")
        shown += "tellTest" in page.locator("body").inner_text()
        harmless(page)
    assert shown, "they are shown, as text"


@some_or_all
def test_templates_and_names_of_lines(
    scene: Scene, kim: Customer, ada: Agent, at_desk: Callable[..., Page], site: str, payloads: list[str]
) -> None:
    scene.writes(kim, "Guten Tag")
    home, listed = f"{site}/inbox/{scene.chat(kim).pk}", []
    for number, payload in enumerate(payloads):
        button = {"type": "URL", "text": payload, "url": "https://firma.example/{{1}}" + payload}
        parts = [
            {"type": "HEADER", "format": "TEXT", "text": payload},
            {"type": "BODY", "text": f"{payload} {{{{1}}}}"},
        ]
        buttons: dict[str, Any] = {"type": "BUTTONS", "buttons": [button]}
        parts += [{"type": "FOOTER", "text": payload}, buttons]
        listed.append(
            a_template(f"{number} {payload}", parts, ref=f"{number}", quality=payload[:64], reason=payload[:64])
        )
    has(scene, *listed)
    page = at_desk(ada)
    page.goto(f"{home}/templates/")
    assert page.get_by_text("tellTest").count() > 0, "they are shown, as text"
    harmless(page)
    kept = list(Template.objects.order_by("pk"))
    assert len(kept) == len(payloads)
    for one in kept[:: 4 if payloads is NASTIEST else 1]:
        page.goto(f"{home}/templates/{one.pk}/")
        harmless(page)
    Line.objects.update(name=" ".join(payloads), display_number=" ".join(payloads))
    for where in ("/inbox/", "/settings/lines", "/alarms/"):
        page.goto(site + where)
        harmless(page)


@some_or_all
def test_who_signs_in(
    ada: Agent, at_desk: Callable[..., Page], open_page: Callable[..., Page], site: str, payloads: list[str]
) -> None:
    page = open_page()
    for payload in payloads[:: 4 if payloads is NASTIEST else 1]:
        page.goto(f"{site}/accounts/login/")
        page.locator("#id_login").fill(payload)
        page.locator("#id_password").fill("wrong")
        with page.expect_navigation():
            page.locator("form:has(#id_login)").evaluate("form => form.submit()")
        harmless(page)
    page = at_desk(ada)
    page.context.set_extra_http_headers({"User-Agent": "<img src=x onerror=tellTest('XSS')> Firefox/1 Linux"})
    for where in ("/settings/sign-in", "/ledger/"):
        page.goto(site + where)
        harmless(page)
