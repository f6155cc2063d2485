"""The job that keeps house is there, and there once."""

from collections.abc import Iterator

import pytest

from jawort.intake.upkeep import UPKEEP, arm
from jawort.lanes.models import Job, Lane
from tests.fixtures.scene import Scene
from tests.fixtures.together import at_once


@pytest.fixture(autouse=True)
def disarmed(scene: Scene) -> Iterator[None]:
    """Leave a world without the job: nobody here would run it."""
    yield
    Job.objects.all().delete()
    Lane.objects.all().delete()


def living() -> int:
    return Job.objects.filter(kind=UPKEEP, parked_at=None).count()


def test_processes_that_start_at_once_arm_it_once(scene: Scene) -> None:
    at_once(arm, scene.clock.at, times=4)
    arm(scene.clock.at)
    assert living() == 1


def test_one_that_was_given_up_is_armed_again(scene: Scene) -> None:
    arm(scene.clock.at)
    Job.objects.filter(kind=UPKEEP).update(parked_at=scene.clock.at, reason="OperationalError")
    arm(scene.clock.at)
    assert (living(), Job.objects.count()) == (1, 1)
