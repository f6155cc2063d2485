"""Leases: how a worker keeps its lanes while their jobs run, and how others find out that it is gone.

A lease that has run out is looked at twice, half a lease apart: who lives has renewed it meanwhile. So neither two
machines whose clocks differ nor a demo's clock that is moved by a day make a living worker look dead.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from time import monotonic

from django.db import Error, connection

from jawort.core.clock import now

#: Renewals in the time of a lease: one may fail, and two looks half a lease apart have three between them.
RENEWALS = 6

# The dead worker's jobs become suspects: one of them may be what killed it.
_TAKE_OVER = """
WITH dead AS MATERIALIZED (
    SELECT l.id, l.name FROM unnest(%b::text[], %b::timestamptz[]) AS t (name, lease_until)
    JOIN lanes_lane l ON l.name = t.name AND l.lease_until = t.lease_until
    WHERE l.owner IS NOT NULL FOR UPDATE OF l SKIP LOCKED
), suspect AS (
    UPDATE lanes_job SET losses = greatest(losses, 1) WHERE id IN (
        SELECT j.id FROM dead CROSS JOIN LATERAL (
            SELECT id FROM lanes_job WHERE lane = dead.name AND parked_at IS NULL ORDER BY due_at, id LIMIT 1
        ) AS j
    )
)
UPDATE lanes_lane l SET owner = NULL, lease_until = NULL FROM dead WHERE l.id = dead.id
"""

_log = logging.getLogger("jawort.lanes")


def release(owner: str) -> None:
    """Give back what `owner` has without saying anything of its jobs."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE lanes_lane SET owner = NULL, lease_until = NULL WHERE owner = %s", [owner])


@contextmanager
def renewing(owner: str, lease: timedelta) -> Iterator[None]:
    """Keep the leases of `owner` alive while the block runs, from a thread of its own with a connection of its own."""
    ended = threading.Event()

    def keep() -> None:
        while not ended.wait(lease.total_seconds() / RENEWALS):
            try:
                with connection.cursor() as cursor:
                    cursor.execute("UPDATE lanes_lane SET lease_until = %s WHERE owner = %s", [now() + lease, owner])
            except Error as error:
                _log.error("lanes: lease not renewed: %s", type(error).__name__)
                connection.close()
        connection.close()

    thread = threading.Thread(target=keep, name="lanes-lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


class Lookout:
    """Remembers which leases it has seen run out, and since when."""

    def __init__(self, lease: timedelta) -> None:
        self._patience = lease.total_seconds() / 2
        self._looked_at = float("-inf")
        self._seen: dict[tuple[str, datetime], float] = {}

    def look(self, at: datetime) -> int:
        """Free the lanes whose owner is gone, and mark their jobs. Their number. Cheap: looks only every so often."""
        moment = monotonic()
        if moment - self._looked_at < self._patience / 3:
            return 0
        self._looked_at = moment
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT name, lease_until FROM lanes_lane WHERE owner IS NOT NULL AND lease_until <= %s", [at]
            )
            self._seen = {lane: self._seen.get(lane, moment) for lane in cursor.fetchall()}
            gone = [lane for lane, since in self._seen.items() if moment - since >= self._patience]
            if not gone:
                return 0
            cursor.execute(_TAKE_OVER, [[name for name, _ in gone], [lease for _, lease in gone]])
            return int(cursor.rowcount)
