"""The lanes of this package begin."""

from datetime import datetime

from jawort.alarms.look import EVERY, LOOK
from jawort.alarms.self_test import LOOKS_EVERY, SELF_TEST
from jawort.lanes import periodic


def arm(at: datetime) -> None:
    """See that the jobs that arm themselves anew are there. Called at every start; calling again changes nothing."""
    periodic.arm(LOOK, LOOK, EVERY, at)
    periodic.arm(SELF_TEST, SELF_TEST, LOOKS_EVERY, at)
