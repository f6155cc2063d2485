"""The lane that looks each minute for what is wrong, and keeps the alarms in line with it."""

import shutil
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction

from jawort.alarms.models import SelfTest, Watch
from jawort.alarms.note import note
from jawort.alarms.queries import tested
from jawort.alarms.rules import SILENT_MIN, Ear, Seen, Watched, causes, watched_since
from jawort.alarms.tell import ways
from jawort.core import clock
from jawort.core.config import Config
from jawort.intake.queries import has_trouble
from jawort.lanes.outcome import Again, Job, Outcome
from jawort.lanes.parked import parked
from jawort.ledger import checks as ledger
from jawort.lines.heard import forget_heard, hours_of, last_heard
from jawort.lines.models import State
from jawort.lines.notices import others_wait
from jawort.lines.queries import every

LOOK: Final = "alarms"
EVERY: Final = timedelta(minutes=1)


class Look:
    """The lane handler. The job arms itself anew."""

    def __init__(self, config: Config) -> None:
        self.data_dir, self.zone = config.data_dir, ZoneInfo(config.time_zone)
        self.tell_by = ways(config).kinds

    def __call__(self, jobs: Sequence[Job]) -> Sequence[Outcome]:
        """Look once."""
        at = clock.now()
        note(causes(seen(at, self.data_dir), at, self.zone), at, tell_by=self.tell_by)
        forget_heard()
        return [Again(at + EVERY, "periodic", counts=False) for _ in jobs]


def seen(at: datetime, data_dir: Path) -> Seen:
    """What is so now; notes that somebody looked."""
    return Seen(
        lines=_lines(at),
        parked=bool(parked(1)) or has_trouble(),
        notices=others_wait(),
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
