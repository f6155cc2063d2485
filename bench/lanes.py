"""Jobs of many lanes, run in order, while two million wait for their day."""

import time
from collections.abc import Iterator, Sequence

from bench import inside
from bench.place import Place
from bench.report import Goal, Measured

CODE = "bench.inside_lanes"
TIMERS = 2_000_000
LANES = 5_000
JOBS = 40_000
WORKERS = 2  # processes, as `jawort serve` has

RUN = Goal("jobs run in order of their lanes, two million waiting for later", "1/s", 10_000, "more")
ORDER = Goal("jobs run out of order, twice or never", "jobs", 0, "less")

# Each in a lane of its own, as deadlines of conversations are.
_TIMERS = """
WITH lanes AS (
    INSERT INTO lanes_lane (name, version, due_at, turn_at, priority, pace)
    SELECT 'timer:' || n, 1, now() + make_interval(days => 1 + n %% 300), now(), 0, '' FROM generate_series(1, %s) AS n
)
INSERT INTO lanes_job (lane, kind, ids, due_at, pace, priority)
SELECT 'timer:' || n, 'bench', '{}', now() + make_interval(days => 1 + n %% 300), '', 0 FROM generate_series(1, %s) AS n
"""


def measure(place: Place, _seconds: float) -> Iterator[tuple[Goal, Measured]]:
    """Two worker processes share the lanes. Nothing is run out of order, twice or never."""
    with inside.still(place, "work"):
        place.sql(_TIMERS, TIMERS, TIMERS)
        inside.start(place, CODE, "fill", JOBS, LANES).get()
        began = time.time()
        told = [inside.start(place, CODE, "run") for _ in range(WORKERS)]
        ran = [one for process in told for one in process.get()]
        place.sql("DELETE FROM lanes_job WHERE kind = 'bench'")
        place.sql("DELETE FROM lanes_lane WHERE name LIKE 'timer:%%'")
    first, last = min(at for at, _, _ in ran), max(at for at, _, _ in ran)
    assert began <= first
    yield RUN, Measured(len(ran) / (last - first))
    yield ORDER, Measured(_wrong(ran))


def _wrong(ran: Sequence[tuple[float, str, int]]) -> int:
    """How many jobs did not run once and in their lane's order."""
    lanes: dict[str, list[int]] = {}
    for _, lane, number in sorted(ran):
        lanes.setdefault(lane, []).append(number)
    expected = {f"bench:{n}": list(range(n, JOBS, LANES)) for n in range(LANES)}
    return sum(abs(len(lanes.get(lane, [])) - len(want)) or lanes[lane] != want for lane, want in expected.items())
