"""Entries as intake writes them."""

import os
import time

from django.db import transaction

from jawort.core.clock import now
from jawort.core.ids import uuid7
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record

BATCH = 300  # what intake takes at once


def append(count: int, rate: float) -> tuple[float, float]:
    """Append in transactions of a batch each, at `rate` a second, 0 as fast as it goes.

    Returns when it began and what the rate was.
    """
    began = time.time()
    for done in range(0, count, BATCH):
        if rate:
            time.sleep(max(0.0, began + done / rate - time.time()))
        entries = [
            Entry(Kind.MESSAGE_IN, f"customer:{uuid7()}", uuid7(), commitment=os.urandom(32))
            for _ in range(min(BATCH, count - done))
        ]
        with transaction.atomic():
            record(entries, now())
    return began, count / (time.time() - began)
