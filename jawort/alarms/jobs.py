"""The lane kinds of this package."""

from jawort.alarms.look import LOOK, Look
from jawort.alarms.self_test import SELF_TEST, Examine, Examiner
from jawort.alarms.tell import Run, carriers
from jawort.core.config import Config
from jawort.lanes.outcome import Handler


def examiners(examiner: Examiner, webhook_url: str) -> dict[str, Handler]:
    """Handler by kind, of the self-test of the lines."""
    return {SELF_TEST: Examine(examiner, webhook_url)}


def tellers(config: Config, run: Run) -> dict[str, Handler]:
    """Handler by kind, of the ways by which alarms are told."""
    return {**carriers(config, run)}


def lookers(config: Config) -> dict[str, Handler]:
    """Handler by kind, of who looks for what is wrong."""
    return {LOOK: Look(config)}
