"""The lane kinds of this package."""

from jawort.alarms.look import LOOK, Look
from jawort.core.config import Config
from jawort.lanes.outcome import Handler


def lookers(config: Config) -> dict[str, Handler]:
    """Handler by kind, of who looks for what is wrong."""
    return {LOOK: Look(config)}
