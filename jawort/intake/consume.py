"""The consumer: one for each source, whoever holds the lock; others stand by."""

import logging
import threading
import time
from contextlib import closing
from typing import Final

import psycopg
from django.db import InterfaceError, OperationalError, connection
from prometheus_client import Counter

from jawort.core import clock
from jawort.intake.models import SOURCE_WHATSAPP
from jawort.intake.queue import BODIES_MAX, Queue
from jawort.intake.take import take_back, take_batch
from jawort.vault.transit import opener

LOCK_SPACE = 0x4A57  # “JW”: keeps our advisory locks apart from those of others in the same database
LOCK_WHATSAPP = 1
LOOK_SECONDS = 1.0
BACKOFF_SECONDS_MAX = 10.0
#: Between the beginnings of batches that were not full. A batch costs ten statements whatever it holds, and
#: receipts come one by one: without a breath they would keep a processor busy that others need.
BREATH_SECONDS = 0.05

TAKEN: Final = Counter("jawort_intake_taken_bodies", "Webhook bodies that left the queue: taken in or set aside.")

log = logging.getLogger(__name__)


class Consumer:
    """Takes in what the webhook listener stored until told to stop."""

    def __init__(self, dsn: str, source: str = SOURCE_WHATSAPP, lock: int = LOCK_WHATSAPP) -> None:
        self.dsn = dsn
        self.source = source
        self.lock = lock
        self.in_hand: dict[int, int] = {}

    def run(self, stop: threading.Event) -> None:
        """Work until `stop`. A database that is away is waited for; nothing is lost meanwhile."""
        pause = LOOK_SECONDS
        while not stop.is_set():
            try:
                with closing(psycopg.connect(self.dsn, autocommit=True)) as guard:
                    pause = LOOK_SECONDS
                    self._stand_by(guard, stop)
            except (psycopg.OperationalError, OperationalError, InterfaceError) as away:
                log.warning("intake.database_away", extra={"failure": type(away).__name__})
                connection.close()
                stop.wait(pause)
                pause = min(pause * 2, BACKOFF_SECONDS_MAX)

    def _stand_by(self, guard: psycopg.Connection, stop: threading.Event) -> None:
        """Wait for the lock, which lives as long as the connection, then consume."""
        guard.execute("LISTEN jawort_intake")
        while not stop.is_set():
            row = guard.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_SPACE, self.lock]).fetchone()
            if row and row[0]:
                log.info("intake.consuming", extra={"source": self.source})
                self._consume(guard, stop)
                return
            stop.wait(LOOK_SECONDS)

    def _consume(self, guard: psycopg.Connection, stop: threading.Event) -> None:
        """Batch after batch; with nothing to do wait for the listener's word, and look each second all the same.

        Bodies that were in hand when the database went away have not failed: their attempts are taken back first.
        """
        if self.in_hand:
            take_back(self.in_hand)
            self.in_hand.clear()
        queue = Queue(self.source, opener())
        while not stop.is_set():
            began = time.monotonic()
            guard.execute("SELECT 1")  # the lock is gone with its connection: then this raises, and another takes over
            taken = take_batch(queue, clock.now(), self.in_hand)
            TAKEN.inc(taken)
            if not taken:
                for _ in guard.notifies(timeout=LOOK_SECONDS, stop_after=1):
                    break
            elif pause := breath(taken, time.monotonic() - began):
                stop.wait(pause)


def breath(taken: int, seconds: float) -> float:
    """How many seconds to wait after a batch of `taken` bodies that took `seconds`; none after a full one. Pure.

    What comes meanwhile shares the cost of the next batch.
    """
    return max(BREATH_SECONDS - seconds, 0.0) if taken < BODIES_MAX else 0.0
