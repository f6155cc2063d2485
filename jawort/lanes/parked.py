"""Jobs that were set aside: to look at, and to run again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from jawort.lanes.enqueue import NewJob, enqueue
from jawort.lanes.models import Job as JobRow
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record


@dataclass(frozen=True, slots=True)
class Parked:
    """A job set aside at `parked_at` because of `reason`, a code or an exception's class."""

    id: int
    lane: str
    kind: str
    ids: Mapping[str, str]
    attempts: int
    reason: str
    parked_at: datetime


def parked(limit: int) -> list[Parked]:
    """The jobs set aside last, newest first."""
    rows = JobRow.objects.filter(parked_at__isnull=False).order_by("-parked_at", "-id")[:limit]
    return [
        Parked(row.id, row.lane, row.kind, row.ids, row.attempts, row.reason, row.parked_at)
        for row in rows
        if row.parked_at
    ]


def replay(job_id: int, *, actor: str, at: datetime) -> bool:
    """Run a parked job again, behind what waits in its lane, with all attempts. False if it is not parked."""
    with transaction.atomic():
        row = JobRow.objects.select_for_update().filter(pk=job_id, parked_at__isnull=False).first()
        if row is None:
            return False
        row.delete()
        enqueue([NewJob(row.lane, row.kind, row.ids, pace=row.pace or None, priority=row.priority)], at)
        record([Entry(Kind.JOB_REPLAYED, actor, None, {"job": job_id, "kind": row.kind})], at)
    return True
