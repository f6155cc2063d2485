"""Who attends a conversation. Pure: a page tells every 20 seconds that it is open, and sooner when somebody writes."""

from datetime import datetime, timedelta
from enum import StrEnum

ATTENDS_FOR = timedelta(seconds=45)  # two tellings may be lost
WRITES_FOR = timedelta(seconds=10)  # told every 5 seconds while somebody writes


class Doing(StrEnum):
    """What somebody does in a conversation that is open before them."""

    WRITES = "writes"
    READS = "reads"


def doing(seen_at: datetime, wrote_at: datetime | None, at: datetime) -> Doing | None:
    """What somebody does at `at` who was there last at `seen_at` and wrote last at `wrote_at`; None: they are gone.

    A time ahead counts like one that is past: clocks of several machines differ a little, and one that was set back
    must not keep anybody there for hours.
    """
    if abs(at - seen_at) > ATTENDS_FOR:
        return None
    return Doing.WRITES if wrote_at is not None and abs(at - wrote_at) <= WRITES_FOR else Doing.READS
