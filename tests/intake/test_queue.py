"""What the consumer takes next: whatever is looked at at once, all orders hold and nothing is left lying."""

import pytest

from jawort.intake import queue
from jawort.intake.models import RawEvent
from jawort.intake.park import replay
from jawort.intake.queries import parked
from jawort.intake.queue import Queue
from jawort.intake.take import take_batch
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Died, Scene
from tests.intake.test_take import clear_parked, poison, said

FEW = {"BODIES_MAX": 2}


def limits(patch: pytest.MonkeyPatch, **most: int) -> None:
    for name, limit in most.items():
        patch.setattr(queue, name, limit)


def stores(scene: Scene, who: Customer, said: str, **more: object) -> None:
    provider_id = f"wamid.{who.name}.{said}"
    scene.stores(scene.message(who, provider_id, {"type": "text", "text": {"body": said}} | more))


@pytest.mark.parametrize(
    "most",
    [
        {},
        {"LOOKED_AT_MAX": 1},
        {"BYTES_MAX": 1},
        {"BYTES_MAX": 2_000, "LOOKED_AT_MAX": 3},
        {"REMEMBERED_MAX": 1},
        {"REMEMBERED_MAX": 5, "LOOKED_AT_MAX": 2},
        {"WINDOW_MAX": 3},
        {"WINDOW_MAX": 1},
    ],
)
def test_whatever_is_looked_at_all_is_taken_in_order(
    scene: Scene, kim: Customer, nour: Customer, monkeypatch: pytest.MonkeyPatch, most: dict[str, int]
) -> None:
    limits(monkeypatch, **FEW | most)
    for n in range(8):
        stores(scene, kim, str(n))
        if n % 3 == 0:
            stores(scene, nour, str(n))
        if n == 4:
            scene.stores_raw(b"{")
            scene.stores(
                scene.message(nour, "wamid.both.N", {"type": "text", "text": {"body": "4"}}),
                scene.message(kim, "wamid.both.K", {"type": "text", "text": {"body": "4b"}}),
            )
    scene.takes()
    assert said(scene, kim) == ["0", "1", "2", "3", "4", "4b", "5", "6", "7"]
    assert said(scene, nour) == ["0", "3", "4", "6"]
    assert [p.reason for p in parked()] == ["malformed"]
    clear_parked(scene)


def test_who_replies_does_not_wait_for_others_who_reply(
    scene: Scene, kim: Customer, nour: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits(monkeypatch, **FEW)
    about = {"context": {"from": "493023125000", "id": "wamid.campaign"}}
    for n in range(6):
        stores(scene, kim, str(n), **about)
    stores(scene, nour, "Hallo", **about)
    assert take_batch(Queue("whatsapp", scene.opener), scene.clock.at) == 2
    assert said(scene, nour) == ["Hallo"]
    scene.takes()


def test_what_is_committed_late_is_not_overtaken(scene: Scene, kim: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ids are given before the commit; what had no senders yet may be of the same one as what has."""
    limits(monkeypatch, **FEW, LOOKED_AT_MAX=3)
    waiting = Queue("whatsapp", scene.opener)
    for n in range(11):
        stores(scene, kim, str(n))
    late = list(RawEvent.objects.order_by("id")[2:6])
    RawEvent.objects.filter(pk__in=[row.pk for row in late]).delete()
    assert take_batch(waiting, scene.clock.at) == 2
    RawEvent.objects.bulk_create(late)
    limits(monkeypatch, LOOKED_AT_MAX=1)
    while take_batch(waiting, scene.clock.at):
        pass
    assert said(scene, kim) == [str(n) for n in range(11)]


def test_what_is_put_back_is_taken_by_the_same_queue(
    scene: Scene, kim: Customer, nour: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits(monkeypatch, **FEW)
    waiting = Queue("whatsapp", scene.opener)
    for text in ["eins", "Gift", *map(str, range(6))]:
        stores(scene, kim, text)
    with poison("Gift", ZeroDivisionError()):
        assert take_batch(waiting, scene.clock.at) == 2
    (aside,) = parked()
    assert replay(aside.id, actor="system", at=scene.clock.at)
    stores(scene, nour, "Hallo")
    while take_batch(waiting, scene.clock.at):
        pass
    assert (sorted(said(scene, kim)), said(scene, nour)) == ([*map(str, range(6)), "Gift", "eins"], ["Hallo"])
    assert take_batch(waiting, scene.clock.at) == 0
    assert (parked(), RawEvent.objects.count()) == ([], 0)


def test_what_was_in_hand_keeps_its_order_and_lets_the_others_follow(
    scene: Scene, kim: Customer, nour: Customer
) -> None:
    """Two crashes leave bodies with one attempt and with two; one of them fails besides, and others came since."""
    words = [str(n) for n in range(120)]
    for text in words:
        stores(scene, kim, text)
    for last in ("119", "36"):
        with poison(last, Died()), pytest.raises(Died):
            scene.takes()
    assert set(RawEvent.objects.values_list("attempts", flat=True)) == {1, 2}
    for text in ("danach", "noch einer"):
        stores(scene, kim, text)
        stores(scene, nour, text)
    with poison("2", ZeroDivisionError()):
        scene.takes()
    assert said(scene, kim) == [text for text in words if text != "2"] + ["danach", "noch einer"]
    assert said(scene, nour) == ["danach", "noch einer"]
    assert [p.reason for p in parked()] == ["poison_ZeroDivisionError"]
    clear_parked(scene)
