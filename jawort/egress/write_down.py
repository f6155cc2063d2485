"""What the processes have counted is written down: with the outcomes of messages, and else every few seconds."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from jawort.channels.tally import Counts, taken

#: In one order of rows, so that two who write at once wait for each other and not in a circle.
_ADD: Final = """
INSERT INTO egress_count AS c (day, destination, datum, count)
SELECT %s, destination, datum, count
  FROM unnest(%b::text[], %b::text[], %b::bigint[]) AS counted (destination, datum, count)
    ON CONFLICT (day, destination, datum) DO UPDATE SET count = c.count + excluded.count
"""


def add(counts: Counts, at: datetime) -> None:
    """Add these to the day. Within a transaction it comes last: from here to its end others wait for the same rows."""
    if not counts:
        return
    keys = sorted(counts)
    day = at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    columns = [str(where) for where, _ in keys], [str(what) for _, what in keys], [counts[key] for key in keys]
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [day, *columns])


def write_down(at: datetime) -> None:
    """Write down what this process has counted. What cannot be written stays counted."""
    with taken() as counts:
        add(counts, at)
