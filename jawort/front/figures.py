"""What the database knows of the installation, as gauges.

Read when somebody looks, in one statement of at most a second, and kept for some seconds. Nothing is counted that grows
with the years: queues end at COUNTED_MAX, ages come from the first entry of an index. The desk and the worker both give
them out: they are of the installation, so whoever adds them up counts them more than once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from jawort.core.clock import now
from jawort.front.probe import Kept, NoAnswerError, Probe
from jawort.lanes.checks import LATE_AFTER
from jawort.lanes.models import PRIORITY_MAX

KEPT_S: Final = 5.0
#: More is the same alarm, and would cost more than it tells.
COUNTED_MAX: Final = 10_000


@dataclass(frozen=True, slots=True)
class Figure:
    """One number: its name, what it says, and the query that gives it; NULL leaves it out."""

    name: str
    says: str
    query: str


def _counted(table: str, condition: str) -> str:
    return f"SELECT count(*) FROM (SELECT FROM {table} WHERE {condition} LIMIT %(most)s) AS counted"  # noqa: S608


_AGE: Final = "SELECT greatest(0, extract(epoch FROM %(at)s - ({first}))::float8)"
_FIRST_WAITING: Final = "SELECT received_at FROM intake_rawevent WHERE parked_at IS NULL ORDER BY id LIMIT 1"
_UNPLACED: Final = "log_index IS NULL AND id > coalesce((SELECT floor FROM ledger_head), 0)"
_FIRST_UNPLACED: Final = f"SELECT at FROM ledger_entry WHERE {_UNPLACED} ORDER BY id LIMIT 1"  # noqa: S608

# As a claim looks: one probe of the index for each pace and priority, so that lanes that are not yet due, millions of
# them, are not walked over.
_DUE: Final = """
WITH due AS MATERIALIZED (
    SELECT lane.due_at, pace.name AS pace
      FROM (SELECT '' AS name UNION ALL SELECT name FROM lanes_pace) AS pace
     CROSS JOIN generate_series(0, %(top)s) AS rung (priority) CROSS JOIN LATERAL (
           SELECT due_at FROM lanes_lane
            WHERE owner IS NULL AND pace = pace.name AND priority = rung.priority AND due_at <= %(at)s
            ORDER BY due_at LIMIT %(most)s
     ) AS lane
)
"""

FIGURES: Final = (
    Figure(
        "jawort_intake_stored_bodies",
        "Webhook bodies ever stored by the listeners.",
        "SELECT coalesce(sum(value), 0)::float8 FROM intake_counter WHERE name LIKE 'stored/%%'",
    ),
    Figure(
        "jawort_intake_waiting_bodies",
        "Webhook bodies not yet taken in.",
        _counted("intake_rawevent", "parked_at IS NULL"),
    ),
    Figure(
        "jawort_intake_oldest_waiting_seconds",
        "Age of the oldest webhook body not yet taken in; 0 if none waits.",
        _AGE.format(first=_FIRST_WAITING),
    ),
    Figure(
        "jawort_intake_parked",
        "Webhook bodies and updates set aside.",
        _counted("intake_rawevent", "parked_at IS NOT NULL"),
    ),
    Figure("jawort_lanes_due", "Lanes that may be worked on now, paced ones too.", "SELECT count(*) FROM due"),
    Figure(
        "jawort_lanes_late",
        "Lanes due for more than a minute without a pace to wait for.",
        "SELECT count(*) FROM due WHERE pace = '' AND due_at < %(late)s",
    ),
    Figure(
        "jawort_lanes_oldest_due_seconds",
        "For how long the first lane without a pace has been due; 0 if none is.",
        _AGE.format(first="SELECT min(due_at) FROM due WHERE pace = ''"),
    ),
    Figure("jawort_lanes_running", "Lanes that a worker holds.", _counted("lanes_lane", "owner IS NOT NULL")),
    Figure("jawort_lanes_parked_jobs", "Jobs set aside.", _counted("lanes_job", "parked_at IS NOT NULL")),
    Figure("jawort_lines_paused", "Lines that may not send.", "SELECT count(*) FROM lines_line WHERE state <> 'live'"),
    Figure("jawort_alarms_open", "Alarms that have not ended.", _counted("alarms_alarm", "ended_at IS NULL")),
    Figure("jawort_ledger_entries", "Entries that have their place in the log.", "SELECT size FROM ledger_head"),
    Figure("jawort_ledger_waiting_entries", "Entries without a place.", _counted("ledger_entry", _UNPLACED)),
    Figure(
        "jawort_ledger_oldest_waiting_seconds",
        "For how long the oldest entry waits for its place; 0 if none does. From 20 on nothing leaves.",
        _AGE.format(first=_FIRST_UNPLACED),
    ),
    Figure(
        "jawort_ledger_refused",
        "1 while the sequencer refuses to sign, and nothing leaves.",
        "SELECT refused::int FROM ledger_head",
    ),
    Figure(
        "jawort_ledger_checkpoint_age_seconds",
        "Age of the latest checkpoint. It grows while nothing happens.",
        "SELECT extract(epoch FROM %(at)s - (SELECT at FROM ledger_checkpoint ORDER BY size DESC LIMIT 1))::float8",
    ),
)
_READ: Final = _DUE + "SELECT " + ", ".join(f"({figure.query})" for figure in FIGURES)


class Figures(Collector):
    """The figures as they were read last. Belongs to one event loop."""

    def __init__(self, probe: Probe) -> None:
        self._probe = probe
        self._kept = Kept(self._read, KEPT_S)
        #: Empty where the database did not answer: each statement gives some.
        self._last: dict[str, float] = {}

    async def refresh(self) -> None:
        """Read them if they are old. Where the database does not answer there are none, rather than old ones."""
        self._last = await self._kept()

    def get(self, name: str) -> float:
        """One of them; 0 where it is not known."""
        return self._last.get(name, 0.0)

    def collect(self) -> Iterator[Metric]:
        """For Prometheus."""
        says = "1 if the database gave the figures of the installation in time."
        yield GaugeMetricFamily("jawort_database_answers", says, int(bool(self._last)))
        for figure in FIGURES:
            if figure.name in self._last:
                yield GaugeMetricFamily(figure.name, figure.says, self._last[figure.name])

    async def _read(self) -> dict[str, float]:
        at = now()
        values = {"at": at, "late": at - LATE_AFTER, "top": PRIORITY_MAX, "most": COUNTED_MAX}
        try:
            row = await self._probe.row(_READ, values)
        except NoAnswerError:
            return {}
        return {figure.name: float(value) for figure, value in zip(FIGURES, row, strict=True) if value is not None}
