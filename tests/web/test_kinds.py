"""Every kind of message at the desk: readable in the thread and in one line of the list, nothing of it active."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from jawort.channels.parts import Form
from jawort.staff.models import Agent
from jawort.web.inbox.kinds import answers
from tests.channels.test_whatsapp_content import TYPES
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene

SignedIn = Callable[[Agent], Client]
EVIL = "<script>alert(1)</script>"


def page(scene: Scene, agent: Agent, who: Customer, signed_in: SignedIn, kind: str, content: Any, **more: Any) -> str:
    scene.writes(who, "", **{"type": kind, kind: content} | more)
    return signed_in(agent).get(f"/inbox/{scene.chat(who).pk}/").content.decode()


@pytest.mark.parametrize(
    ("kind", "shown", "line"),
    [
        ("image", "Picture", "Der Zähler"),
        ("audio", "Voice message", "Audio"),
        ("document", "Document: Rechnung.pdf", "Document"),
        ("sticker", "Sticker", "Sticker"),
        ("location", "geo:53.55,9.99", "Rathaus"),
        ("interactive", "8 Uhr", "Montag"),
        ("button", "Keine Werbung", "Keine Werbung"),
        ("order", "2 × a1", "Bitte bald"),
        ("edit", "Changed message", "Doch Dienstag"),
        ("revoke", "deleted this message for everyone", "Deleted message"),
    ],
)
def test_every_kind_can_be_read(
    scene: Scene, bob: Agent, kim: Customer, signed_in: SignedIn, kind: str, shown: str, line: str
) -> None:
    Agent.objects.filter(pk=bob.pk).update(language="en")
    html = page(scene, bob, kim, signed_in, kind, TYPES[kind])
    assert shown in html
    assert line in html.partition("row__preview")[2].partition("</span><span")[0]


def test_what_whatsapp_keeps_back_is_said(scene: Scene, bob: Agent, kim: Customer, signed_in: SignedIn) -> None:
    Agent.objects.filter(pk=bob.pk).update(language="en")
    assert "does not pass on polls" in page(scene, bob, kim, signed_in, "unsupported", {"type": "poll"})


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("contacts", [{"name": {"formatted_name": EVIL}, "phones": [{"phone": EVIL}], "org": {"company": EVIL}}]),
        ("document", {"id": "1", "filename": EVIL, "caption": EVIL}),
        ("location", {"latitude": 1, "longitude": 2, "name": EVIL, "address": EVIL, "url": "javascript:alert(1)"}),
        ("interactive", {"list_reply": {"id": EVIL, "title": EVIL, "description": EVIL}}),
        ("interactive", {"nfm_reply": {"name": EVIL, "response_json": f'{{"{EVIL}": "{EVIL}"}}'}}),
        ("order", {"product_items": [{"product_retailer_id": EVIL, "currency": EVIL}], "text": EVIL}),
        ("reaction", {"message_id": "x", "emoji": EVIL}),
        ("unsupported", {"type": EVIL}),
    ],
)
def test_nothing_that_strangers_send_becomes_active(
    scene: Scene, bob: Agent, kim: Customer, signed_in: SignedIn, kind: str, content: Any
) -> None:
    html = page(scene, bob, kim, signed_in, kind, content, referral={"headline": EVIL}, context={"forwarded": True})
    assert EVIL not in html
    assert "javascript:alert" not in html


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ('{"flow_token":"T","rating":"4","ok":true}', [("rating", "4"), ("ok", "true")]),
        ("[1, 2]", [("", "[1, 2]")]),
        ("no JSON", [("", "no JSON")]),
        ("[" * 100_000, [("", "[" * 100_000)]),
    ],
)
def test_answers_of_a_form_are_read_or_shown_whole(given: str, read: list[tuple[str, str]]) -> None:
    assert answers(Form("flow", given)) == read
