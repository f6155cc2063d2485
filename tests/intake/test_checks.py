"""What `doctor` says of the queue."""

from jawort.intake.checks import findings
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene


def codes() -> list[str]:
    return [finding.code for finding in findings()]


def test_a_webhook_that_nobody_takes_in_is_found(scene: Scene, kim: Customer) -> None:
    scene.stores(scene.message(kim, "wamid.LATE", {"type": "text", "text": {"body": "Hallo?"}}))
    scene.passes(minutes=5)
    assert codes() == []
    scene.passes(seconds=1)
    assert codes() == ["intake.late"]
    scene.takes()
    assert codes() == []


def test_what_is_parked_for_more_than_a_week_is_found(scene: Scene) -> None:
    scene.stores_raw(b"{nonsense")
    scene.takes()
    scene.passes(days=7, minutes=5)
    assert codes() == []
    scene.passes(seconds=1)
    assert codes() == ["intake.parked_late"]
