"""Every kind of message on its way in: stored, sealed, and in its place in the thread."""

from typing import Any

import pytest

from jawort.channels.parts import CallPermission, Choice, Media, Product
from jawort.core import clock as core_clock
from jawort.messaging.gate import Recipient, answers
from jawort.messaging.models import Message
from jawort.messaging.queries import View, rows
from jawort.messaging.send import send
from jawort.messaging.thread import Item, items_by_id, thread
from jawort.staff.models import Agent
from tests.channels.test_whatsapp_content import TYPES
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene, author


def tells(scene: Scene, who: Customer, kind: str, content: Any = None, **more: Any) -> None:
    scene.writes(who, "", **{"type": kind, kind: TYPES[kind] if content is None else content} | more)


def said(scene: Scene, who: Customer) -> list[Item]:
    return [item for item in thread(scene.chat(who)) if item.direction != "event"]


def answered(scene: Scene, agent: Agent, who: Customer) -> Message:
    """An answer that WhatsApp has named."""
    message = send(scene.chat(who), "Guten Tag!", author(agent), core_clock.now())
    scene.delivers()
    return message


@pytest.mark.parametrize("kind", sorted(set(TYPES) - {"reaction"}))
def test_every_kind_is_kept_and_counted(scene: Scene, alice: Agent, kim: Customer, kind: str) -> None:
    tells(scene, kim, kind)
    (item,) = said(scene, kim)
    assert item.kind == {"interactive": "choice", "button": "choice"}.get(kind, kind)
    (row,) = rows(alice, view=View.ALL)
    assert (row.unread, row.preview_kind) == (1, item.kind)


def test_what_lies_beside_the_text_is_in_the_thread(scene: Scene, kim: Customer) -> None:
    tells(scene, kim, "image", context={"forwarded": True})
    tells(scene, kim, "button", referral={"source_type": "ad", "headline": "Räder"})
    picture, choice = said(scene, kim)
    assert (picture.text, picture.forwarded) == ("Der Zähler", True)
    assert isinstance(picture.part, Media)
    assert choice.part == Choice("stop", "Keine Werbung")
    assert choice.referral is not None
    assert choice.referral.headline == "Räder"


def test_a_product_that_is_asked_about_and_what_was_passed_on_often_are_in_the_thread(
    scene: Scene, kim: Customer
) -> None:
    scene.writes(
        kim, "Gibt es das in Blau?", context={"referred_product": {"catalog_id": "1", "product_retailer_id": "a"}}
    )
    scene.writes(kim, "Bitte teilen", context={"frequently_forwarded": True})
    asked, passed_on = said(scene, kim)
    assert (asked.product, asked.often) == (Product("1", "a"), False)
    assert (passed_on.product, passed_on.forwarded, passed_on.often) == (None, True, True)


def test_letting_us_call_is_no_message_that_may_be_answered(scene: Scene, kim: Customer) -> None:
    reply = {"response": "accept", "response_source": "automatic"}
    tells(scene, kim, "interactive", {"type": "call_permission_reply", "call_permission_reply": reply})
    (item,) = said(scene, kim)
    assert (item.kind, item.part) == ("call_permission", CallPermission(True, by_calling=True))
    assert scene.chat(kim).window_ends_at is None
    recipient = Recipient(scene.chat(kim).contact_id, scene.line.pk)
    assert answers([recipient], core_clock.now())[recipient].word == "window_closed"


def test_a_reply_shows_what_it_answers(scene: Scene, alice: Agent, kim: Customer) -> None:
    first = scene.writes(kim, "Guten Tag")
    ours = answered(scene, alice, kim)
    scene.writes(kim, "Ja", context={"id": f"wamid.OUT-{ours.pk}"})
    scene.writes(kim, "Ich wiederhole", context={"id": first})
    scene.writes(kim, "Und das", context={"id": "wamid.NEVER-SEEN"})
    quotes = [item.quote for item in said(scene, kim)]
    assert [quote and (quote.direction, quote.text) for quote in quotes] == [
        None, None, ("out", "Guten Tag!"), ("in", "Guten Tag"), None,
    ]  # fmt: skip


def test_nobody_quotes_what_another_wrote(scene: Scene, kim: Customer, nour: Customer) -> None:
    secret = scene.writes(nour, "Mein Geheimnis")
    scene.writes(kim, "Was steht da?", context={"id": secret})
    assert [item.quote for item in said(scene, kim)] == [None]


def test_a_reaction_stands_on_its_message_until_it_is_taken_back(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Guten Tag")
    ours = answered(scene, alice, kim)
    named = f"wamid.OUT-{ours.pk}"
    for emoji, standing in (("👍", ("👍",)), ("🎉", ("🎉",)), ("", ())):
        tells(scene, kim, "reaction", {"message_id": named, "emoji": emoji})
        _, answer = said(scene, kim)
        assert answer.reactions == standing
    assert scene.chat(kim).unread == 0
    newest = Message.objects.latest("id")
    assert [item.id for item in items_by_id(scene.chat(kim), [newest.pk])] == [str(ours.pk)]
    assert Message.objects.filter(kind="reaction").count() == 3


def test_a_reaction_to_something_unknown_is_a_line_of_its_own(scene: Scene, kim: Customer) -> None:
    tells(scene, kim, "reaction", {"message_id": "wamid.BEFORE-US", "emoji": "👍"})
    (item,) = said(scene, kim)
    assert (item.kind, item.text) == ("reaction", "👍")


def test_a_reaction_and_its_message_may_come_in_one_webhook_and_in_any_order(scene: Scene, kim: Customer) -> None:
    reaction: dict[str, object] = {"type": "reaction", "reaction": {"message_id": "wamid.K1", "emoji": "👍"}}
    scene.tells(
        scene.message(kim, "wamid.K2", reaction),
        scene.message(kim, "wamid.K1", {"type": "text", "text": {"body": "Hallo"}}),
    )
    (item,) = said(scene, kim)
    assert (item.text, item.reactions) == ("Hallo", ("👍",))
