"""The lane kinds of this package; they run in workers of their own (expect.PACE, send.GIVING)."""

from jawort.lanes.outcome import Handler
from jawort.messaging.carrier import Giver
from jawort.messaging.files.expect import FETCH
from jawort.messaging.files.fetch import Fetch
from jawort.messaging.files.give import Give
from jawort.messaging.files.source import Source
from jawort.messaging.send import GIVE


def handlers(source: Source) -> dict[str, Handler]:
    """Handler by kind."""
    return {FETCH: Fetch(source)}


def givers(giver: Giver) -> dict[str, Handler]:
    """Handler by kind, of files on their way out."""
    return {GIVE: Give(giver)}
