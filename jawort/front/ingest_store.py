"""Sealed bodies go to the database in groups: one flusher, one statement, one commit for all that wait.

A body is acknowledged after the commit that holds it. Twenty times faster than a transaction each on the same disk:
while one group is being committed, the next one gathers.

Nothing is tried twice here. When a commit's outcome is unknown the sender hears 503 and delivers again, which the
consumer recognises; trying again here would only hide that from the counts.
"""

import asyncio
import logging
from collections import deque
from datetime import datetime
from time import monotonic
from typing import Final

import psycopg
from prometheus_client import Histogram

SOURCE: Final = "whatsapp"
BODIES_MAX: Final = 500  # a group; more gain nothing and make the first of them wait
BATCH_BYTES_MAX: Final = 8 * 1024 * 1024
QUEUE_BYTES_MAX: Final = 64 * 1024 * 1024  # waiting and in the making; then 503
FLUSH_S: Final = 8.0  # a statement that takes longer has lost its database
IDLE_S: Final = (
    2.0  # how often an idle connection is looked at: the first webhook after a restart must not find it dead
)
BACKOFF_FIRST_S: Final = 0.1
BACKOFF_MAX_S: Final = 3.0
CONNECT_S: Final = 5

# One statement is one transaction and one round trip. The counter is raised in it, so that “stored” can be compared
# with what waits, was taken in and is parked, whatever crashed in between.
_STORE: Final = """
WITH stored AS (
    INSERT INTO intake_rawevent (received_at, source, body)
    SELECT e.received_at, %(source)s, e.body
      FROM unnest(%(received)b::timestamptz[], %(bodies)b::bytea[]) WITH ORDINALITY AS e (received_at, body, place)
     ORDER BY e.place
    RETURNING 1
), counted AS (
    INSERT INTO intake_counter AS c (name, value) SELECT %(counter)s, count(*) FROM stored
        ON CONFLICT (name) DO UPDATE SET value = c.value + excluded.value
    RETURNING 1
)
SELECT pg_notify('jawort_intake', '') FROM counted
"""
#: Name of the count in intake_counter.
COUNTER: Final = f"stored/{SOURCE}"

COMMIT_BODIES: Final = Histogram(
    "jawort_ingest_commit_bodies", "Webhook bodies in a commit.", buckets=(1, 2, 5, 10, 20, 50, 100, 200, BODIES_MAX)
)
COMMIT_SECONDS: Final = Histogram(
    "jawort_ingest_commit_seconds",
    "How long a commit of webhook bodies took, failed ones too.",
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, FLUSH_S),
)

log = logging.getLogger(__name__)


class FullError(Exception):
    """More waits than may wait."""


class AwayError(Exception):
    """The database is away, or the group was not committed as far as we know."""


class Store:
    """The queue and its one flusher. Belongs to one event loop."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._waiting: deque[tuple[bytes, datetime, asyncio.Future[bool]]] = deque()
        self._wake = asyncio.Event()
        self._stopping = False
        self.bytes = 0
        #: Whether the database was there when last asked.
        self.up = False

    @property
    def length(self) -> int:
        """How many bodies wait."""
        return len(self._waiting)

    async def put(self, sealed: bytes, at: datetime) -> None:
        """Returns once the body is committed. Raises FullError, AwayError."""
        if not self.up or self._stopping:
            raise AwayError
        if self.bytes + len(sealed) > QUEUE_BYTES_MAX:
            raise FullError
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self.bytes += len(sealed)
        self._waiting.append((sealed, at, done))
        self._wake.set()
        if not await done:
            raise AwayError

    async def run(self) -> None:
        """Connect, flush, connect again, until `stop`; what waits then is flushed first."""
        pause = BACKOFF_FIRST_S
        while not self._stopping:
            try:
                async with await connect(self._dsn, "jawort ingest") as connection:
                    pause = BACKOFF_FIRST_S
                    self._note(True)
                    await self._flush_from(connection)
            except (psycopg.Error, OSError, TimeoutError) as error:
                self._note(False, error)
                self._give_up()
                await asyncio.sleep(pause)
                pause = min(2 * pause, BACKOFF_MAX_S)
        self._give_up()

    def stop(self) -> None:
        """Take nothing more; `run` returns when what waits is stored or cannot be."""
        self._stopping = True
        self._wake.set()

    async def _flush_from(self, connection: psycopg.AsyncConnection) -> None:
        """Until told to stop or the database fails."""
        async with connection.cursor() as cursor:
            while True:
                if self._waiting:
                    await self._flush(cursor)
                    continue
                if self._stopping:
                    return
                self._wake.clear()
                try:
                    await asyncio.wait_for(self._wake.wait(), IDLE_S)
                except TimeoutError:
                    async with asyncio.timeout(FLUSH_S):
                        await cursor.execute("SELECT 1")

    async def _flush(self, cursor: psycopg.AsyncCursor) -> None:
        batch = self._batch()
        stored, begun = False, monotonic()
        try:
            async with asyncio.timeout(FLUSH_S):
                await cursor.execute(
                    _STORE,
                    {
                        "source": SOURCE,
                        "received": [at for _, at, _ in batch],
                        "bodies": [sealed for sealed, _, _ in batch],
                        "counter": COUNTER,
                    },
                )
            stored = True
        finally:
            self._answer(batch, stored)
            COMMIT_BODIES.observe(len(batch))
            COMMIT_SECONDS.observe(monotonic() - begun)

    def _batch(self) -> list[tuple[bytes, datetime, asyncio.Future[bool]]]:
        batch = [self._waiting.popleft()]
        size = len(batch[0][0])
        while self._waiting and len(batch) < BODIES_MAX and size + len(self._waiting[0][0]) <= BATCH_BYTES_MAX:
            batch.append(self._waiting.popleft())
            size += len(batch[-1][0])
        return batch

    def _answer(self, batch: list[tuple[bytes, datetime, asyncio.Future[bool]]], stored: bool) -> None:
        for sealed, _, done in batch:
            self.bytes -= len(sealed)
            if not done.done():  # the request may have been cancelled
                done.set_result(stored)

    def _give_up(self) -> None:
        batch = list(self._waiting)
        self._waiting.clear()
        self._answer(batch, stored=False)

    def _note(self, up: bool, error: Exception | None = None) -> None:
        if up and not self.up:
            log.info("the database is there")
        elif self.up and error is not None:
            # The class only: texts of a database name hosts, users and values.
            log.warning("the database is away (%s)", type(error).__name__)
        self.up = up


async def connect(dsn: str, name: str) -> psycopg.AsyncConnection:
    """A connection that commits each statement by itself and does not wait for ever. Raises psycopg.Error."""
    return await psycopg.AsyncConnection.connect(
        dsn,
        autocommit=True,
        application_name=name,
        connect_timeout=CONNECT_S,
        tcp_user_timeout=int(FLUSH_S * 1000),
        # An acknowledged webhook is on disk, whatever the server's default is.
        options=f"-c synchronous_commit=on -c lock_timeout=5s -c statement_timeout={int(FLUSH_S)}s",
    )
