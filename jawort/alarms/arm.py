"""The lanes of this package begin."""

from datetime import datetime
from typing import Final

from django.db import connection, transaction

from jawort.alarms.look import EVERY, LOOK
from jawort.alarms.self_test import LOOKS_EVERY, SELF_TEST
from jawort.lanes.enqueue import NewJob, enqueue
from jawort.lanes.models import Job
from jawort.lanes.parked import replay
from jawort.lanes.set_back import wake

LOCK_ARM: Final = 0x4A57414D  # “JWAM”; workers that start at once arm them once


@transaction.atomic
def arm(at: datetime) -> None:
    """See that the jobs that arm themselves anew are there. Called at every start; calling again changes nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK_ARM])
    for kind, every in ((LOOK, EVERY), (SELF_TEST, LOOKS_EVERY)):
        jobs = Job.objects.filter(kind=kind)
        if jobs.filter(parked_at=None).exists():
            wake(kind, at, every)
        elif given_up := jobs.order_by("-pk").first():
            replay(given_up.pk, actor="system", at=at)
        else:
            enqueue([NewJob(kind, kind, {})], at)
