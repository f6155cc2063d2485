"""From the webhook to the screen: 320 webhooks a second, and the desks of 200 people that show each of them."""

import asyncio
import multiprocessing
import re
import time
import zlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any
from urllib.parse import urlsplit

import uvloop

from bench import inside
from bench.bodies import Writer
from bench.inbound import waiting
from bench.load import send
from bench.place import PATIENCE_S, Place, until
from bench.report import Goal, Measured, percentile

CODE = "bench.inside_screen"
AGENTS = 200  # each with a stream of their own
#: Of them, who unpack what comes and look for every message. The others take it, and what it makes them ask for: their
#: browsers would be 180 machines, and here they are a part of the one that is measured.
LOOKING = 20
RATE = 320.0
CUSTOMERS = 4_000  # nobody writes twice while a row is on its way: each message has a row of its own
LAST_FRAMES_S = 5.0
LIST = "/inbox/rows/?view=all"

#: By stream that is looked at: when a message was first in what the desk was sent, in seconds of `time.perf_counter`.
Seen = list[dict[int, float]]

SHOWN = Goal("webhook to screen at 320 webhooks/s with the open streams of 200 agents, p99", "s", 1, "less")
HELD = Goal("memory of all processes meanwhile", "MB", 0, "less")

_PACKER = zlib.compressobj(3, zlib.DEFLATED, -zlib.MAX_WBITS)
#: As it is on the wire: a block of its own, the same each time. Were it another one, no desk would ever have opened.
_RESYNC = _PACKER.compress(b"event: resync\ndata:\n\n") + _PACKER.flush(zlib.Z_FULL_FLUSH)
_NUMBER = re.compile(rb"Nachricht (\d+)")


def measure(place: Place, seconds: float) -> Iterator[tuple[Goal, Measured]]:
    """Every message on every desk: from the moment its webhook was due until its row was there."""
    requests = Writer(place.told, CUSTOMERS).requests(int(RATE * seconds), int(time.time()))
    yield SHOWN, shown(place, requests, {number: number for number in range(len(requests))})
    yield HELD, Measured(place.resident_mb())


def shown(place: Place, requests: Sequence[bytes], texts: Mapping[int, int]) -> Measured:
    """The slowest hundredth of `texts`, which tell of numbers in messages with which request each comes, in seconds."""
    cookies: list[str] = inside.start(place, CODE, "sign_in", AGENTS).get()
    told: multiprocessing.Queue[Seen] = multiprocessing.Queue()
    open_, stop = multiprocessing.Event(), multiprocessing.Event()
    desks = multiprocessing.Process(target=_watch, args=(place.told["url"], cookies, open_, stop, told))
    desks.start()
    assert open_.wait(30), "not every stream opened"
    load = send(place.told["webhook_url"], requests, connections=32, seconds=len(requests) / RATE, rate=RATE)
    assert len(load.accepted) == len(requests), load.statuses
    until(lambda: waiting(place) == 0)
    time.sleep(LAST_FRAMES_S)
    stop.set()
    seen, ended = told.get(timeout=PATIENCE_S), time.perf_counter()
    desks.join()
    # A message that a desk never showed has taken until now, at least.
    took = [one.get(number, ended) - (load.began + n / RATE) for one in seen for number, n in texts.items()]
    return Measured(percentile(took, 0.99))


def _watch(url: str, cookies: Sequence[str], open_: Any, stop: Any, told: Any) -> None:
    """All desks in a process of their own."""

    async def run() -> Seen:
        seen: Seen = [{} for _ in range(LOOKING)]
        desks = [_Desk(url, cookie, those) for cookie, those in zip_longest(cookies, seen)]
        tasks = [asyncio.create_task(one.run()) for one in desks]
        while not all(one.opened for one in desks):
            await asyncio.sleep(0.05)
        open_.set()
        while not stop.is_set():
            await asyncio.sleep(0.1)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return seen

    told.put(uvloop.run(run()))


class _Desk:
    """One browser: shows the rows that the stream sends, and asks for its list when it is told to.

    What it shows is only looked at where it is to be said in `seen`.
    """

    def __init__(self, url: str, cookie: str, seen: dict[int, float] | None) -> None:
        parts = urlsplit(url)
        self._address = (parts.hostname, parts.port)
        self._head = f"Host: {parts.netloc}\r\nCookie: {cookie}\r\n"
        self._seen = seen
        self.opened = False

    async def run(self) -> None:
        reader, writer = await self._get("/live", "Accept: text/event-stream\r\nAccept-Encoding: gzip\r\n")
        first, unpacked = True, zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            while True:
                size = int(await reader.readuntil(b"\r\n"), 16)
                part = (await reader.readexactly(size + 2))[:-2]
                if self._seen is not None:
                    self._note(unpacked.decompress(part), self._seen)
                if _RESYNC in part:
                    self.opened = True
                    if not first:
                        await self._reload()
                    first = False
        finally:
            writer.close()

    async def _reload(self) -> None:
        reader, writer = await self._get(LIST, "Connection: close\r\n")
        part = await reader.read()
        if self._seen is not None:
            self._note(part, self._seen)
        writer.close()

    async def _get(self, path: str, more: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection(*self._address, limit=2**22)
        writer.write(f"GET {path} HTTP/1.1\r\n{self._head}{more}\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        return reader, writer

    def _note(self, part: bytes, seen: dict[int, float]) -> None:
        at = time.perf_counter()
        for number in _NUMBER.findall(part):
            seen.setdefault(int(number), at)
