"""The ledger under load: entries appended, sealed by a checkpoint, verified."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from bench import inside
from bench.place import Place, until
from bench.report import Goal, Measured, percentile

RATE = 10_000.0
BATCH = 300  # what intake takes at once
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
    writing = inside.start(place, _append, count, RATE)
    ages = []
    while not writing.ready():
        time.sleep(LOOK_S)
        ages.append(float(place.sql(_AGE)[0][0]))
    began, rate = writing.get()
    until(lambda: place.number(_SEALED) >= before + count, 600)
    yield APPENDED, Measured(rate)
    yield SEALED, Measured(count / (time.time() - began))
    yield AGE, Measured(percentile(ages, 0.99))
    inside.start(place, _append, max(0, ENTRIES - count), 0.0).get()
    until(lambda: place.number(_SEALED) >= before + ENTRIES, 600)
    began = time.time()
    said = place.command("verify", "--url", place.told["ledger_url"], "--vkey", place.told["ledger_vkey"])
    assert said["ok"], said
    yield VERIFIED, Measured(time.time() - began)


def _append(count: int, rate: float) -> tuple[float, float]:
    """Append in transactions of a batch each, at `rate` a second (0: as fast as it goes); when it began, and the rate."""
    from django.db import transaction

    from jawort.core.ids import uuid7
    from jawort.ledger.kinds import Kind
    from jawort.ledger.record import Entry, record

    began = time.time()
    for done in range(0, count, BATCH):
        if rate:
            time.sleep(max(0.0, began + done / rate - time.time()))
        entries = [
            Entry(Kind.MESSAGE_IN, f"customer:{uuid7()}", uuid7(), commitment=os.urandom(32))
            for _ in range(min(BATCH, count - done))
        ]
        with transaction.atomic():
            record(entries, datetime.now(UTC))
    return began, count / (time.time() - began)
