"""What customers write while Meta Business Agent has the chat lies in the thread like all else, and says so."""

import pytest

from jawort.intake.early import replay_known
from jawort.intake.queries import parked
from jawort.lines.models import Notice
from jawort.messaging.models import Conversation, Message
from jawort.messaging.send import send
from jawort.messaging.thread import Item, thread
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene, author

HELLO: dict[str, object] = {"type": "text", "text": {"body": "Ist noch jemand da?"}}


def said(scene: Scene, who: Customer) -> list[Item]:
    return [item for item in thread(scene.chat(who)) if item.direction != "event"]


def test_it_is_not_lost_and_opens_the_window(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.tells({"standby": scene.message(kim, "wamid.K1", HELLO)}, field="standby")
    (item,) = said(scene, kim)
    assert (item.direction, item.text, item.standby) == ("in", "Ist noch jemand da?", True)
    home = Conversation.objects.get()
    assert home.unread == 1
    assert home.window_ends_at is not None
    assert not Notice.objects.exists()
    send(home, "Ja, ich übernehme.", author(alice), scene.clock.at)
    scene.delivers()
    assert [one.text for one in scene.wire.sent] == ["Ja, ich übernehme."]
    scene.writes(kim, "Danke")
    assert [one.standby for one in said(scene, kim)] == [True, False, False]


@pytest.mark.parametrize("first", ["standby", "messages"])
@pytest.mark.parametrize("together", [True, False])
def test_told_in_both_fields_it_is_one_message(scene: Scene, kim: Customer, first: str, together: bool) -> None:
    value = scene.message(kim, "wamid.K1", HELLO)
    forms: dict[str, dict[str, object]] = {"standby": {"standby": value}, "messages": value}
    for field in sorted(forms, key=lambda one: one != first):
        scene.stores(forms[field], field=field)
        if not together:
            scene.takes()
    scene.takes()
    (item,) = said(scene, kim)
    assert item.standby == (first == "standby")
    assert (Message.objects.count(), scene.chat(kim).unread) == (1, 1)


def test_receipts_move_what_is_ours_and_of_its_own_are_notices(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    ours = send(scene.chat(kim), "Guten Tag!", author(alice), scene.clock.at)
    scene.delivers()
    scene.tells({"standby": scene.receipt(ours, "delivered")}, field="standby")
    assert Message.objects.get(pk=ours.pk).state == "delivered"
    assert parked() == []
    theirs = {"id": "wamid.AGENT", "status": "sent", "timestamp": str(int(scene.clock.at.timestamp()))}
    scene.tells({"standby": {"statuses": [theirs]}}, field="standby")
    assert parked() == []
    assert [(one.kind, one.needs_somebody, one.line_id) for one in Notice.objects.all()] == [
        ("standby", False, scene.line.pk)
    ]


def test_a_receipt_that_bears_an_id_of_ours_waits_for_its_message(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    ours = send(scene.chat(kim), "Guten Tag!", author(alice), scene.clock.at)
    scene.tells({"standby": scene.receipt(ours, "delivered")}, field="standby")
    assert [one.reason for one in parked()] == ["receipt_of_unknown_message"]
    scene.delivers()
    assert replay_known(scene.opener, scene.clock.at) == 1
    scene.takes()
    assert Message.objects.get(pk=ours.pk).state == "delivered"
    assert not Notice.objects.exists()


def test_what_metas_agent_wrote_is_a_notice_and_no_message_of_ours(scene: Scene, kim: Customer) -> None:
    echo = {"id": "wamid.AGENT", "timestamp": "1796000000", "message": {"type": "text", "text": {"body": "Hallo!"}}}
    scene.tells({"standby": scene.message(kim, "wamid.K1", HELLO) | {"message_echoes": [echo]}}, field="standby")
    assert [item.direction for item in said(scene, kim)] == ["in"]
    assert [(one.kind, one.needs_somebody) for one in Notice.objects.all()] == [("standby", False)]
