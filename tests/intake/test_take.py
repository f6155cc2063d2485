"""What comes off the queue: everything once, poison alone, nothing lost."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

import pytest

from jawort.intake import story
from jawort.intake.models import RawEvent
from jawort.intake.park import PARKED_FOR, replay, sweep
from jawort.intake.queries import parked, raw_events
from jawort.intake.queue import BODIES_MAX, Queue
from jawort.intake.take import take_batch
from jawort.intake.turns import ATTEMPTS_MAX
from jawort.messaging.models import Message
from jawort.messaging.receive import Arrival, receive
from jawort.messaging.thread import thread
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Died, Scene


def said(scene: Scene, who: Customer) -> list[str]:
    return [item.text for item in thread(scene.chat(who), limit=2_000) if item.direction == "in"]


def clear_parked(scene: Scene) -> None:
    """Leave a world in which nothing is set aside."""
    sweep(scene.clock.at + PARKED_FOR * 2)


@contextmanager
def poison(word: str, error: BaseException) -> Iterator[None]:
    """Meanwhile whatever says `word` makes the stage that receives it fail."""

    def fails(arrivals: Sequence[Arrival], at: datetime) -> list[Message]:
        if any(a.inbound.text == word for a in arrivals):
            raise error
        return receive(arrivals, at)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(story, "receive", fails)
        yield


def test_one_poisonous_update_parks_alone(scene: Scene, kim: Customer, nour: Customer) -> None:
    for n, text in enumerate(["eins", "Gift", "zwei"]):
        scene.stores(scene.message(kim, f"wamid.K{n}", {"type": "text", "text": {"body": text}}))
    scene.stores(
        scene.message(nour, "wamid.N1", {"type": "text", "text": {"body": "Hallo"}}),
        scene.message(nour, "wamid.N2", {"type": "text", "text": {"body": "Gift"}}),
        scene.message(nour, "wamid.N3", {"type": "text", "text": {"body": "Tschüss"}}),
    )
    with poison("Gift", ZeroDivisionError()):
        scene.takes()
    assert (said(scene, kim), said(scene, nour)) == (["eins", "zwei"], ["Hallo", "Tschüss"])
    assert [p.reason for p in parked()] == ["poison_ZeroDivisionError"] * 2
    for aside in parked():
        assert replay(aside.id, actor="system", at=scene.clock.at)
    scene.takes()
    assert (said(scene, kim), said(scene, nour)) == (["eins", "zwei", "Gift"], ["Hallo", "Tschüss", "Gift"])
    assert parked() == []


def test_what_kills_the_process_parks_alone(scene: Scene, kim: Customer) -> None:
    words = [*map(str, range(60)), "Gift", *map(str, range(60, 120))]
    for n, text in enumerate(words):
        scene.stores(scene.message(kim, f"wamid.K{n}", {"type": "text", "text": {"body": text}}))
    for _ in range(ATTEMPTS_MAX):
        with poison("Gift", Died()), pytest.raises(Died):
            scene.takes()
    scene.takes()
    assert sorted(said(scene, kim), key=int) == list(map(str, range(120)))
    assert [p.reason for p in parked()] == ["killed_the_process"]
    clear_parked(scene)


def test_what_was_in_hand_at_many_crashes_is_taken_in_all_the_same(scene: Scene, kim: Customer) -> None:
    for n, text in enumerate(["eins", "zwei"]):
        scene.stores(scene.message(kim, f"wamid.K{n}", {"type": "text", "text": {"body": text}}))
    for _ in range(ATTEMPTS_MAX - 1):
        with poison("eins", Died()), pytest.raises(Died):
            scene.takes()
    scene.takes()
    assert sorted(said(scene, kim)) == ["eins", "zwei"]
    assert parked() == []


def test_a_flood_from_one_does_not_hold_up_another(scene: Scene, kim: Customer, nour: Customer) -> None:
    flood = [str(n) for n in range(BODIES_MAX + 5)]
    for text in flood:
        scene.stores(scene.message(kim, f"wamid.K{text}", {"type": "text", "text": {"body": text}}))
    scene.stores(scene.message(nour, "wamid.N1", {"type": "text", "text": {"body": "Hallo"}}))
    scene.stores_raw(b"{")
    queue = Queue("whatsapp", scene.opener)
    assert take_batch(queue, scene.clock.at) == BODIES_MAX
    assert said(scene, nour) == ["Hallo"]
    assert said(scene, kim) == flood[: BODIES_MAX - 2]
    assert take_batch(queue, scene.clock.at) == 7
    assert said(scene, kim) == flood
    assert [p.reason for p in parked()] == ["malformed"]
    clear_parked(scene)


@pytest.mark.parametrize(
    ("body", "reason"),
    [(b"{", "malformed"), (b"", "malformed"), (b"[]", "malformed"), (b"\xff\xfe", "malformed"), (b"null", "malformed")],
)
def test_what_is_no_json_parks_whole(scene: Scene, body: bytes, reason: str) -> None:
    scene.stores_raw(body)
    scene.takes()
    assert [p.reason for p in parked()] == [reason]
    clear_parked(scene)


def test_a_body_that_does_not_open_parks(scene: Scene) -> None:
    RawEvent.objects.create(
        received_at=scene.clock.at, source="whatsapp", body=b"JWT1" + bytes(80), attempts=0, reason=""
    )
    scene.takes()
    assert [p.reason for p in parked()] == ["seal_broken"]
    clear_parked(scene)


def test_a_number_that_is_not_ours_is_kept_until_it_is(scene: Scene, kim: Customer) -> None:
    message = {
        "from": kim.phone.digits,
        "id": "wamid.X",
        "timestamp": "1780000000",
        "type": "text",
        "text": {"body": "Hallo"},
    }
    value = {"metadata": {"phone_number_id": "999"}, "messages": [message]}
    change = {"field": "messages", "value": value}
    scene.stores_raw(json.dumps({"object": "x", "entry": [{"id": "1", "changes": [change]}]}).encode())
    scene.takes()
    assert [p.reason for p in parked()] == ["line_unknown"]
    clear_parked(scene)


def test_a_thousand_updates_in_one_body(scene: Scene, kim: Customer) -> None:
    scene.stores(*(scene.message(kim, f"wamid.K{n}", {"type": "text", "text": {"body": str(n)}}) for n in range(1_000)))
    scene.takes()
    assert said(scene, kim) == [str(n) for n in range(1_000)]
    assert raw_events().pending == 0


def test_a_receipt_of_nothing_we_sent_is_set_aside(scene: Scene, kim: Customer) -> None:
    status = {"id": "wamid.OTHER", "status": "read", "timestamp": "1780000000", "recipient_id": kim.phone.digits}
    scene.tells({"statuses": [status]})
    assert [p.reason for p in parked()] == ["receipt_of_unknown_message"]
    clear_parked(scene)


def test_an_empty_queue_is_no_work(scene: Scene) -> None:
    assert take_batch(Queue("whatsapp", scene.opener), scene.clock.at) == 0


def test_parked_things_go_after_a_week(scene: Scene) -> None:
    scene.stores_raw(b"{")
    scene.takes()
    assert sweep(scene.clock.at + PARKED_FOR) == 0
    scene.passes(days=8)
    assert sweep(scene.clock.at) == 1


def test_a_change_that_the_platform_reports_keeps_the_person(scene: Scene, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    new = Customer(kim.name, kim.phone.__class__("491713920099"), "DE.999")
    system = {
        "type": "user_changed_number",
        "body": "changed",
        "wa_id": new.phone.digits,
        "user_id": new.bsuid,
        "previous_user_id": kim.bsuid,
    }
    told = {"id": "wamid.S", "timestamp": "1780000000", "type": "system", "from": kim.phone.digits, "system": system}
    scene.tells({"messages": [told]})
    scene.writes(new, "Ich bin es noch")
    assert said(scene, kim) == ["Hallo", "Ich bin es noch"]
    assert Message.objects.values("contact").distinct().count() == 1
