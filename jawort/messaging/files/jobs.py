"""The lane kinds of this package; they run in workers of their own (expect.PACE)."""

from jawort.lanes.outcome import Handler
from jawort.messaging.files.expect import FETCH
from jawort.messaging.files.fetch import Fetch
from jawort.messaging.files.source import Source


def handlers(source: Source) -> dict[str, Handler]:
    """Handler by kind."""
    return {FETCH: Fetch(source)}
