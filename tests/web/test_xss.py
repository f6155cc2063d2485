"""Whatever strangers write does nothing: 300 payloads, in every field of a message, on every page that shows them."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from jawort.core.phone import Phone
from jawort.messaging.models import Conversation
from jawort.staff.models import Agent
from tests.channels.test_whatsapp_content import TYPES
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene
from tests.fixtures.search import Searching
from tests.web.test_kinds import CARD
from tests.web.xss import NASTIEST, PAYLOADS, filled

AD = {"source_url": "x", "source_type": "ad", "source_id": "1", "headline": "x", "body": "x", "media_type": "image"}
FORM = {"type": "nfm_reply", "nfm_reply": {"name": "x", "body": "x", "response_json": '{"x":"%s"}'}}
#: Every kind whose words come from outside, and an advertisement that somebody came from.
KINDS: list[tuple[str, Any, dict[str, Any]]] = [
    *((kind, content, {}) for kind, content in TYPES.items() if kind not in {"reaction", "revoke", "edit"}),
    ("contacts", [CARD], {}),
    ("interactive", {"type": "button_reply", "button_reply": {"id": "b", "title": "x"}}, {}),
    ("interactive", FORM, {}),
    ("text", {"body": "x"}, {"referral": AD}),
    ("text", {"body": "x"}, {"context": {"referred_product": {"catalog_id": "x", "product_retailer_id": "x"}}}),
    ("edit", TYPES["edit"], {}),
    ("unsupported", {"type": "x"}, {"errors": [{"code": 131051, "title": "x", "error_data": {"details": "x"}}]}),
    ("system", {"body": "x", "type": "x"}, {}),
    ("tomorrow", {"body": "x"}, {}),
]
#: Messages that one page of a thread shows.
IN_A_THREAD = 40


def harmless(page: Page) -> None:
    """Nothing of a payload has become part of the page, and no link leads to a program."""
    page.wait_for_load_state("load")
    assert page.locator("[data-xss]").count() == 0
    schemes = page.locator("a[href]").evaluate_all("links => [...new Set(links.map(link => link.protocol))]")
    assert set(schemes) <= {"http:", "https:", "mailto:", "tel:", "geo:"}, schemes


def strangers(scene: Scene, count: int) -> list[Customer]:
    """So many who wrote, each under the name of a payload; each text is one, too."""
    found = []
    for number, payload in zip(range(count), itertools.cycle(PAYLOADS), strict=False):
        digits = f"491713920{number + 100:04}"
        who = Customer(payload, Phone(digits), f"DE.{digits}")
        text = PAYLOADS[-1 - number % len(PAYLOADS)]
        message: dict[str, object] = {"type": "text", "text": {"body": text}}
        scene.stores(scene.message(who, f"wamid.XSS-{number}", message))
        found.append(who)
    scene.takes()
    return found


def test_there_are_enough_of_them() -> None:
    assert len(set(PAYLOADS)) >= 300


def test_names_and_texts_do_nothing_in_lists(
    scene: Scene, searching: Searching, alice: Agent, at_desk: Callable[..., Page], site: str
) -> None:
    people = strangers(scene, len(PAYLOADS))
    searching.reads()
    page = at_desk(alice)
    page.goto(f"{site}/inbox/?view=all")
    while (shown := page.locator(".row").count()) < len(people):
        page.evaluate("document.getElementById('rows-more')?.scrollIntoView()")
        expect(page.locator(".row").nth(shown)).to_be_attached()
    expect(page.locator(".row")).to_have_count(len(people))
    assert page.get_by_text("<script data-xss>").count() > 0, "they are shown, as text"
    harmless(page)
    page.locator("input[type=search]").first.fill("tellTest")
    page.locator("input[type=search]").first.press("Enter")
    expect(page.locator("mark").first).to_be_visible()
    harmless(page)
    page.goto(f"{site}/contacts/")
    harmless(page)


def every_kind_does_nothing(
    scene: Scene, page: Page, site: str, kinds: list[tuple[str, Any, dict[str, Any]]], payloads: list[str]
) -> int:
    """How many messages were shown, each with a payload in all of its fields, in threads and beside them."""
    people = strangers(scene, -(-len(kinds) * len(payloads) // IN_A_THREAD))
    for number, ((kind, content, more), payload) in enumerate(itertools.product(kinds, payloads)):
        message = {"type": kind, kind: filled(content, payload)} | filled(more, payload)
        scene.stores(scene.message(people[number // IN_A_THREAD], f"wamid.KIND-{number}", message))
    scene.takes()
    shown = 0
    for chat in Conversation.objects.order_by("pk"):
        page.goto(f"{site}/inbox/{chat.pk}/")
        shown += page.locator("#msgs > .msg, #msgs > .ev").count()
        harmless(page)
        page.goto(f"{site}/contacts/{chat.contact_id}/")
        harmless(page)
    newest = chat.message_set.order_by("-pk")[0]
    page.goto(f"{site}/inbox/{chat.pk}/messages/{newest.pk}/data/")
    harmless(page)
    return shown


def test_no_field_of_a_message_does_anything(
    scene: Scene, alice: Agent, at_desk: Callable[..., Page], site: str
) -> None:
    shown = every_kind_does_nothing(scene, at_desk(alice), site, KINDS, NASTIEST)
    assert shown >= len(KINDS) * len(NASTIEST)


@pytest.mark.long
@pytest.mark.parametrize("number", range(len(KINDS)))
def test_no_payload_in_any_field_of_a_message_does_anything(
    scene: Scene, alice: Agent, at_desk: Callable[..., Page], site: str, number: int
) -> None:
    shown = every_kind_does_nothing(scene, at_desk(alice), site, [KINDS[number]], PAYLOADS)
    assert shown >= len(PAYLOADS)
    print(f"{len(PAYLOADS)} payloads in every field of {KINDS[number][0]}")
