"""What must hold of ordered work; one finding for each thing that does not."""

from datetime import datetime, timedelta

from django.db import connection

from jawort.core.clock import now
from jawort.core.finding import Finding
from jawort.lanes.models import Job, Lane, Pace
from jawort.lanes.set_back import STEP

#: Free, due and without a pace to wait for: after this long no worker is running, or all of them are stuck.
LATE_AFTER = timedelta(minutes=1)

_UNWOKEN = """
SELECT count(*) FROM lanes_job j WHERE j.parked_at IS NULL AND NOT EXISTS (
    SELECT FROM lanes_lane l
    WHERE l.name = j.lane AND (l.owner IS NOT NULL OR l.due_at <= greatest(j.due_at, l.held_until, %s))
)
"""
_UNPACED = "SELECT count(*) FROM lanes_lane WHERE pace <> '' AND pace NOT IN (SELECT name FROM lanes_pace)"


def findings() -> list[Finding]:
    """Late lanes, lost wake-ups, parked jobs, paces that are not there."""
    at = now()
    late = Lane.objects.filter(owner=None, pace="", due_at__lt=at - LATE_AFTER).count()
    set_aside = Job.objects.filter(parked_at__isnull=False).count()
    ahead = Pace.objects.filter(at__gt=at + STEP).count()
    sentences = {
        "lanes.late": (late, "{} lanes have been due for more than a minute: start a worker, or more of them."),
        "lanes.unwoken": (_count(_UNWOKEN, at), "{} jobs wait in a lane that nobody will look at."),
        "lanes.parked": (set_aside, "{} jobs are parked: see why, correct it, and replay them."),
        "lanes.ahead": (
            ahead,
            "{} paces were counted in the future: the clock was set back; restart the worker.",
        ),
        "lanes.pace_missing": (_count(_UNPACED), "{} lanes wait for a pace that does not exist."),
    }
    return [Finding(code, text.format(number)) for code, (number, text) in sentences.items() if number]


def _count(query: str, *values: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return int(cursor.fetchone()[0])
