"""Webhooks stored before they are acknowledged, while four desk pages render without pause."""

import time
from collections.abc import Iterator

from bench import desk, machine
from bench.bodies import Writer
from bench.load import send
from bench.place import Place
from bench.report import Goal, Measured, percentile

CONNECTIONS = 64
PREPARED_PER_S = 12_000  # more than any run has taken

STORED = Goal("webhooks stored before acknowledged", "1/s", 5_000, "more")
OF_PGBENCH = Goal("the same, of single rows by pgbench with as many clients", "ratio", 1.0, "more")
HALF = Goal("webhook acknowledged at half of the goal, 2,500/s, p99", "ms", 50, "less")
OF_TAKEN = Goal("the same at half of what was taken, p99", "ms", 50, "less")

_STORED = "SELECT sum(value) FROM intake_counter WHERE name LIKE 'stored/%%'"


def measure(place: Place, seconds: float) -> Iterator[tuple[Goal, Measured]]:
    """Closed loop for the throughput, then open loops for the latency: half of the goal, and half of what was taken."""
    writer = Writer(place.told, customers=2_000)
    ceiling = machine.single_rows_per_s(place.told["database_url"], place.data_dir.parent, seconds=int(seconds))
    url = place.told["webhook_url"]
    with desk.pages(place, desk.sign_in(place, "supervisor"), at_once=4):
        requests = writer.requests(int(PREPARED_PER_S * seconds), int(time.time()))
        load = send(url, requests, connections=CONNECTIONS, seconds=seconds)
        assert set(load.statuses) == {200}, load.statuses
        assert place.number(_STORED) == len(load.accepted), "what was acknowledged was not stored"
        yield STORED, Measured(load.per_s, ceiling)
        yield OF_PGBENCH, Measured(load.per_s / ceiling)
        for goal, half in ((HALF, STORED.value / 2), (OF_TAKEN, load.per_s / 2)):
            requests = writer.requests(int(half * seconds), int(time.time()))
            load = send(url, requests, connections=CONNECTIONS, seconds=seconds, rate=half)
            assert set(load.statuses) == {200}, load.statuses
            yield goal, Measured(1_000 * percentile(load.latencies, 0.99))
