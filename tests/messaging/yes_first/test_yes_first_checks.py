"""What doctor finds about those who wait to be let in."""

import pytest

from jawort.lanes.models import Job
from jawort.messaging.models import Message
from jawort.messaging.yes_first.checks import findings
from jawort.messaging.yes_first.end import drop
from jawort.messaging.yes_first.models import Newcomer, PromptText, Withheld
from jawort.messaging.yes_first.withhold import KLASS
from jawort.vault.keys import destroy
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene
from tests.messaging.yes_first.waiting import asked, asks_first


@pytest.fixture(autouse=True)
def waits(scene: Scene, kim: Customer) -> None:
    """kim waits."""
    asks_first(scene)
    scene.writes(kim, "Hallo")


def codes(scene: Scene) -> list[str]:
    return [finding.code for finding in findings(scene.clock.at)]


def test_who_should_be_gone(scene: Scene) -> None:
    asked(scene)
    scene.passes(hours=24, minutes=4)
    assert codes(scene) == []
    scene.passes(minutes=1)
    assert codes(scene) == ["newcomers.late"]


def test_whom_nobody_asks(scene: Scene) -> None:
    assert codes(scene) == []
    Job.objects.all().delete()
    assert codes(scene) == ["newcomers.unasked"]
    drop([Newcomer.objects.get().pk])


def test_what_does_not_open(scene: Scene) -> None:
    newcomer = Newcomer.objects.get()
    destroy([(newcomer.pk, KLASS)])
    assert codes(scene) == ["newcomers.shut"]
    drop([newcomer.pk])


def test_what_is_shown_and_withheld_at_once(scene: Scene) -> None:
    asked(scene)
    Withheld.objects.update(id=Message.objects.get().pk)
    assert codes(scene) == ["newcomers.shut", "newcomers.shown"]
    drop([Newcomer.objects.get().pk])


def test_words_that_were_changed(scene: Scene) -> None:
    asked(scene)
    kept = PromptText.objects.get().body
    PromptText.objects.update(body=kept + " Umsonst!")
    assert codes(scene) == ["newcomers.text"]
    PromptText.objects.update(body=kept)
