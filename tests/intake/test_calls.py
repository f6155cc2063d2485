"""Customers call: it is seen, opens conversation and window, and is answered in writing."""

from dataclasses import replace

import pytest

from jawort.channels.parts import Reaction
from jawort.core import clock as core_clock
from jawort.intake.queries import parked
from jawort.ledger.kinds import Kind
from jawort.ledger.models import Entry
from jawort.lines.decide import set_receipts
from jawort.lines.models import Notice, Receipts
from jawort.messaging.about import CannotRefer
from jawort.messaging.carrier import Mark
from jawort.messaging.draft import Draft
from jawort.messaging.gate import Recipient, answers
from jawort.messaging.models import Conversation, Message
from jawort.messaging.queries import View, rows
from jawort.messaging.read import mark_read
from jawort.messaging.resolve import resolve
from jawort.messaging.rules import WINDOW
from jawort.messaging.send import send
from jawort.messaging.thread import Item, thread
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene, author


def calls(scene: Scene, who: Customer, call_id: str = "wacid.K1", **fields: object) -> dict[str, object]:
    """`who` calls; the value of the webhook."""
    told = {"event": "connect", "direction": "USER_INITIATED", "timestamp": str(int(scene.clock.at.timestamp()))}
    call = {"id": call_id, "from": who.phone.digits, "from_user_id": who.bsuid, "to": "493023125000"} | told | fields
    value: dict[str, object] = {"contacts": scene.message(who, "", {})["contacts"], "calls": [call]}
    scene.tells(value, field="calls")
    return value


def said(scene: Scene, who: Customer) -> list[Item]:
    return [item for item in thread(scene.chat(who)) if item.direction != "event"]


def verdict(scene: Scene, who: Customer) -> str:
    recipient = Recipient(scene.chat(who).contact_id, scene.line.pk)
    return answers([recipient], core_clock.now())[recipient].word


def test_a_strangers_call_opens_a_conversation_and_the_window(scene: Scene, alice: Agent, kim: Customer) -> None:
    called_at = scene.clock.at.replace(microsecond=0)
    calls(scene, kim)
    (item,) = said(scene, kim)
    assert (item.direction, item.kind, item.text, item.sent_at) == ("in", "call", "", called_at)
    home = Conversation.objects.get()
    assert (home.unread, home.window_ends_at) == (1, called_at + WINDOW)
    (row,) = rows(alice, view=View.UNASSIGNED)
    assert (row.preview_kind, row.preview) == ("call", "")
    message = Message.objects.get()
    (entry,) = Entry.objects.filter(kind=Kind.MESSAGE_IN)
    assert (entry.object, message.entry_id, message.seq) == (message.pk, entry.pk, 1)
    assert not Notice.objects.exists()
    send(home, "Sie haben angerufen. Worum geht es?", author(alice), scene.clock.at)
    scene.delivers()
    assert [one.text for one in scene.wire.sent] == ["Sie haben angerufen. Worum geht es?"]


def test_a_call_makes_the_window_longer_by_its_own_time(scene: Scene, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    scene.passes(hours=23)
    called_at = scene.clock.at.replace(microsecond=0)
    scene.passes(hours=2)
    assert verdict(scene, kim) == "window_closed"
    calls(scene, kim, timestamp=str(int(called_at.timestamp())))
    assert scene.chat(kim).window_ends_at == called_at + WINDOW
    assert verdict(scene, kim) != "window_closed"
    assert [item.kind for item in said(scene, kim)] == ["text", "call"]


def test_a_call_on_a_resolved_conversation_opens_a_new_one(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    resolve(scene.chat(kim), actor=f"staff:{alice.pk}", at=scene.clock.at)
    calls(scene, kim)
    assert [one.status for one in Conversation.objects.order_by("pk")] == ["resolved", "open"]


@pytest.mark.parametrize("events", [("connect", "connect", "terminate"), ("terminate", "connect"), ("terminate",)])
def test_beginning_and_end_are_one_call_in_any_order(scene: Scene, kim: Customer, events: tuple[str, ...]) -> None:
    for event in events:
        calls(scene, kim, event=event)
    assert [item.kind for item in said(scene, kim)] == ["call"]
    assert scene.chat(kim).unread == 1
    assert not Notice.objects.exists()
    calls(scene, kim, "wacid.K2")
    assert (len(said(scene, kim)), scene.chat(kim).unread) == (2, 2)


def test_a_call_of_ours_is_a_notice_and_opens_nothing(scene: Scene, kim: Customer) -> None:
    calls(scene, kim, direction="BUSINESS_INITIATED")
    assert not Message.objects.exists()
    assert [one.kind for one in Notice.objects.all()] == ["calls"]
    assert parked() == []


@pytest.mark.parametrize("draft", [Draft("Guten Tag"), Draft(kind="reaction", part=Reaction("👍"))])
def test_nothing_of_ours_refers_to_a_call(scene: Scene, alice: Agent, kim: Customer, draft: Draft) -> None:
    calls(scene, kim)
    draft = replace(draft, about=Message.objects.get().pk)
    with pytest.raises(CannotRefer) as refused:
        send(scene.chat(kim), draft, author(alice), scene.clock.at)
    assert refused.value.code == "about_call"


def test_not_the_call_is_marked_as_read_but_the_message_before_it(scene: Scene, kim: Customer, nour: Customer) -> None:
    set_receipts(scene.line.pk, Receipts.READ, actor="system", at=scene.clock.at)
    written = scene.writes(kim, "Hallo")
    for who, call_id in ((kim, "wacid.K1"), (nour, "wacid.N1")):
        calls(scene, who, call_id)
        mark_read(scene.chat(who), actor="staff:x", at=scene.clock.at)
    scene.delivers()
    assert scene.wire.told == [Mark(scene.line.pk, written, typing=False)]
