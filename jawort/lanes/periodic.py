"""Jobs that arm themselves anew each time they have run: a start sees that they are there."""

from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction

from jawort.lanes.enqueue import NewJob, enqueue
from jawort.lanes.models import Job
from jawort.lanes.parked import replay
from jawort.lanes.set_back import wake

LOCK_ARM: Final = 0x4A57414D  # “JWAM”; workers that start at once arm a job once


@transaction.atomic
def arm(lane: str, kind: str, every: timedelta, at: datetime) -> None:
    """See that the one job of this kind is there, in its lane and due within `every`. Calling again changes nothing.

    One that was given up is tried again: nobody else would.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK_ARM])
    jobs = Job.objects.filter(kind=kind)
    if jobs.filter(parked_at=None).exists():
        wake(lane, at, every)
    elif given_up := jobs.order_by("-pk").first():
        replay(given_up.pk, actor="system", at=at)
    else:
        enqueue([NewJob(lane, kind, {})], at)
