"""The lane that looks each minute for what is wrong, and keeps the alarms in line with it."""

import shutil
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from jawort.alarms.models import SelfTest, Watch
from jawort.alarms.note import note
from jawort.alarms.queries import tested
from jawort.alarms.rules import SILENT_MIN, Ear, Seen, Watched, causes, watched_since
from jawort.core import clock
from jawort.core.config import Config
from jawort.intake.queries import has_trouble
from jawort.lanes.enqueue import NewJob, enqueue
from jawort.lanes.models import Job as JobRow
from jawort.lanes.outcome import Again, Job, Outcome
from jawort.lanes.parked import parked, replay
from jawort.lanes.set_back import wake
from jawort.ledger import checks as ledger
from jawort.lines.heard import forget_heard, hours_of, last_heard
from jawort.lines.models import State
from jawort.lines.notices import waiting
from jawort.lines.queries import every

LOOK: Final = "alarms"
EVERY: Final = timedelta(minutes=1)
LOCK_ARM: Final = 0x4A57414D  # workers that start at once arm it once


class Look:
    """The lane handler. The job arms itself anew."""

    def __init__(self, config: Config) -> None:
        self.data_dir, self.zone = config.data_dir, ZoneInfo(config.time_zone)

    def __call__(self, jobs: Sequence[Job]) -> Sequence[Outcome]:
        """Look once."""
        at = clock.now()
        note(causes(seen(at, self.data_dir), at, self.zone), at)
        forget_heard()
        return [Again(at + EVERY, "periodic", counts=False) for _ in jobs]


def seen(at: datetime, data_dir: Path) -> Seen:
    """What is so now; notes that somebody looked."""
    return Seen(
        lines=_lines(at),
        parked=len(parked(1)) + has_trouble(),
        notices=waiting(1),
        ledger=[finding.code for finding in ledger.findings()],
        free=_free(data_dir),
        watched_since=_watch(at),
    )


def _lines(at: datetime) -> list[Watched]:
    """Every line: what the platform says of it, what its self-test found, and of those that are quiet what is usual."""
    tests = {row.line_id: row for row in SelfTest.objects.all()}
    last = last_heard()
    hours = hours_of([line for line, heard_at in last.items() if at - heard_at >= SILENT_MIN])
    return [
        Watched(
            id=line.pk,
            health=line.health,
            stopped=line.state != State.LIVE,
            tested=tested(tests.get(line.pk)),
            ear=Ear(hours.get(line.pk, {}), last.get(line.pk)),
        )
        for line in every()
    ]


def _free(data_dir: Path) -> float:
    """The free share of the disk below the data directory."""
    usage = shutil.disk_usage(data_dir)
    return usage.free / usage.total


@transaction.atomic
def _watch(at: datetime) -> datetime:
    """Note that somebody looks; since when without a gap."""
    row = Watch.objects.select_for_update().first()
    since = watched_since(row.since if row else None, row.looked_at if row else None, at)
    Watch.objects.update_or_create(pk=1, defaults={"since": since, "looked_at": at})
    return since


@transaction.atomic
def arm(at: datetime) -> None:
    """See that the job is there. Called at every start; calling again changes nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK_ARM])
    jobs = JobRow.objects.filter(kind=LOOK)
    if jobs.filter(parked_at=None).exists():
        wake(LOOK, at, EVERY)
    elif given_up := jobs.order_by("-pk").first():
        replay(given_up.pk, actor="system", at=at)
    else:
        enqueue([NewJob(LOOK, LOOK, {})], at)
