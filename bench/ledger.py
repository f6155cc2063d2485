"""The ledger under load: entries appended, sealed by a checkpoint, verified."""

import time
from collections.abc import Iterator

from bench import inside
from bench.place import Place, until
from bench.report import Goal, Measured, percentile

CODE = "bench.inside_ledger"
RATE = 10_000.0
ENTRIES = 1_000_000
LOOK_S = 0.1

APPENDED = Goal("ledger entries appended, offered 10,000 a second", "1/s", 0.99 * RATE, "more")
SEALED = Goal("the same, until a checkpoint holds the last of them", "1/s", 0.95 * RATE, "more")
AGE = Goal("age of the newest checkpoint meanwhile, p99", "s", 5, "less")
VERIFIED = Goal("1 million entries verified, log alone", "s", 60, "less")

_AGE = "SELECT extract(epoch FROM clock_timestamp() - max(at))::float8 FROM ledger_checkpoint"
_SEALED = "SELECT max(size) FROM ledger_checkpoint"


def measure(place: Place, seconds: float) -> Iterator[tuple[Goal, Measured]]:
    """Records of a message's size, as intake writes them, until a million stand in the log; then `jawort verify`."""
    before = place.number(_SEALED)
    count = int(RATE * seconds)
    writing = inside.start(place, CODE, "append", count, RATE)
    ages = []
    while not writing.ready():
        time.sleep(LOOK_S)
        ages.append(float(place.sql(_AGE)[0][0]))
    began, rate = writing.get()
    until(lambda: place.number(_SEALED) >= before + count, 600)
    yield APPENDED, Measured(rate)
    yield SEALED, Measured(count / (time.time() - began))
    yield AGE, Measured(percentile(ages, 0.99))
    inside.start(place, CODE, "append", max(0, ENTRIES - count), 0.0).get()
    until(lambda: place.number(_SEALED) >= before + ENTRIES, 600)
    began = time.time()
    said = place.command("verify", "--url", place.told["ledger_url"], "--vkey", place.told["ledger_vkey"])
    assert said["ok"], said
    yield VERIFIED, Measured(time.time() - began)
