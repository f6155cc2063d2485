"""A load generator that costs little beside what it measures: prepared requests over open connections.

Closed loop (`rate` None): every connection sends the next request as soon as it has its answer. Open loop: requests
leave at `rate` a second whatever the answers do, and a latency counts from when the request was due, so that a stall is
not hidden by the requests that were not sent meanwhile. A connection that breaks is opened again; its request has no
answer (status 0), and whether it was stored nobody knows.
"""

import asyncio
import time
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import urlsplit

import uvloop

STATUS = slice(9, 12)  # of “HTTP/1.1 200 …”
UNANSWERED = 0
RECONNECT_S = 0.05
LAST_ANSWERS_S = 60.0


@dataclass(slots=True)
class Load:
    """What came of it. `latencies` in seconds, in the order of the answers; `accepted` are places in `requests`.

    `began` is a reading of `time.perf_counter`: in an open loop request n was due n / rate after it.
    """

    began: float = 0.0
    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)
    accepted: list[int] = field(default_factory=list)

    @property
    def per_s(self) -> float:
        """Accepted requests a second."""
        return len(self.accepted) / self.seconds if self.seconds else 0.0


class _Connection(asyncio.Protocol):
    """One connection: takes the next request when it is free. Answers have no body."""

    def __init__(self, run: "_Run") -> None:
        self._run = run
        self._buffer = b""
        self._place: int | None = None
        self._due = 0.0
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's inherits from nothing
        self._run.free(self)

    def send(self, place: int, due: float, request: bytes) -> None:
        assert self.transport is not None
        self._place, self._due = place, due
        self.transport.write(request)

    def end(self) -> None:
        if self.transport is not None:
            self.transport.abort()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if b"\r\n\r\n" in self._buffer:
            self._answered(int(self._buffer[STATUS]))
            self._buffer = b""
            self._run.free(self)

    def connection_lost(self, error: Exception | None) -> None:
        self._answered(UNANSWERED)
        self._run.lost(self)

    def _answered(self, status: int) -> None:
        place, self._place = self._place, None
        if place is not None:
            self._run.answered(place, status, time.perf_counter() - self._due)


class _Run:
    def __init__(self, address: tuple[str, int], requests: Sequence[bytes], seconds: float, rate: float | None) -> None:
        self.load = Load()
        self._address = address
        self._requests = requests
        self._places: Iterator[int] = iter(range(len(requests)))
        self._rate = rate
        self._idle: deque[_Connection] = deque()
        self._connected: set[_Connection] = set()
        self._due: deque[tuple[int, float]] = deque()
        self._open = 0
        self._ended = False
        self._began = time.perf_counter()
        self._ends = self._began + seconds
        self.load.began = self._began
        self._opening: set[asyncio.Task[None]] = set()

    async def run(self, connections: int) -> Load:
        for _ in range(connections):
            self._connect()
        if self._rate is not None:
            await self._pace(self._rate)
        else:
            while time.perf_counter() < self._ends:
                await asyncio.sleep(0.005)
        while self._open and time.perf_counter() < self._ends + LAST_ANSWERS_S:
            await asyncio.sleep(0.005)
        self._ended = True
        self.load.seconds = time.perf_counter() - self._began
        await asyncio.gather(*self._opening, return_exceptions=True)
        for connection in self._connected:
            connection.end()
        await asyncio.sleep(0)  # the loop closes them before it ends
        return self.load

    def free(self, connection: _Connection) -> None:
        self._connected.add(connection)
        if self._rate is not None:
            if self._due:
                place, due = self._due.popleft()
                connection.send(place, due, self._requests[place])
            else:
                self._idle.append(connection)
            return
        now = time.perf_counter()
        upcoming = next(self._places, None) if now < self._ends else None
        if upcoming is None:
            self._ends = min(self._ends, now)
            return
        self._open += 1
        connection.send(upcoming, now, self._requests[upcoming])

    def answered(self, place: int, status: int, seconds: float) -> None:
        self._open -= 1
        self.load.statuses[status] += 1
        self.load.latencies.append(seconds)
        if status == 200:
            self.load.accepted.append(place)

    def lost(self, connection: _Connection) -> None:
        self._connected.discard(connection)
        if connection in self._idle:
            self._idle.remove(connection)
        if not self._ended:
            self._connect()

    async def _pace(self, rate: float) -> None:
        sent, now = 0, self._began
        while now < self._ends:
            now = min(time.perf_counter(), self._ends)  # what was due before the end leaves
            while sent < (now - self._began) * rate:
                upcoming = next(self._places, None)
                if upcoming is None:
                    self._ends = now
                    break
                due = self._began + sent / rate
                self._open += 1
                sent += 1
                if self._idle:
                    self._idle.popleft().send(upcoming, due, self._requests[upcoming])
                else:
                    self._due.append((upcoming, due))
            await asyncio.sleep(0.001)

    def _connect(self) -> None:
        task = asyncio.create_task(self._opened())
        self._opening.add(task)
        task.add_done_callback(self._opening.discard)

    async def _opened(self) -> None:
        while not self._ended:
            try:
                await asyncio.get_running_loop().create_connection(lambda: _Connection(self), *self._address)
                return
            except OSError:  # nobody listens at the moment
                await asyncio.sleep(RECONNECT_S)


def send(url: str, requests: Sequence[bytes], *, connections: int, seconds: float, rate: float | None = None) -> Load:
    """Send prepared requests to the host of `url`; each at most once. Ends when time or requests are used up."""
    parts = urlsplit(url)
    assert parts.hostname is not None

    async def run() -> Load:
        return await _Run((str(parts.hostname), parts.port or 80), requests, seconds, rate).run(connections)

    with ThreadPoolExecutor(1) as own:  # whoever calls may have a loop in its thread
        return own.submit(uvloop.run, run()).result()
