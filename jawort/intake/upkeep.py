"""What must be done again and again: day keys made and destroyed, days closed, the seen and the parked forgotten.

One lane, one job that arms itself anew, so that of many workers one does it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from jawort.core import clock
from jawort.intake import park
from jawort.lanes.enqueue import NewJob, enqueue
from jawort.lanes.models import Job as JobRow
from jawort.lanes.outcome import Again, Job, Outcome
from jawort.messaging import seen
from jawort.messaging.day import close_days
from jawort.vault.transit import ensure_days

UPKEEP = "upkeep"
EVERY = timedelta(minutes=10)


def arm(at: datetime) -> None:
    """Make the first day keys, and see that the job is there. Called at every start; calling again changes nothing."""
    ensure_days(at)
    with transaction.atomic():
        if not JobRow.objects.filter(kind=UPKEEP).exists():
            enqueue([NewJob(UPKEEP, UPKEEP, {})], at)


def upkeep(jobs: Sequence[Job]) -> Sequence[Outcome]:
    """The lane handler."""
    at = clock.now()
    ensure_days(at)
    while seen.forget(at) == seen.FORGET_BATCH:
        pass
    park.sweep(at)
    close_days(at)
    return [Again(at + EVERY, "periodic", counts=False) for _ in jobs]
