"""The threads in which everything runs that waits for the database: Django's handlers, rendering, sign-ins."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Final, ParamSpec, TypeVar

from django.db import close_old_connections, connections

P = ParamSpec("P")
T = TypeVar("T")

#: Each holds one connection to the database. More do not help: they share one interpreter.
THREADS: Final = 8
CLOSE_SECONDS: Final = 1.0


class Threads:
    """A bounded pool whose work uses Django's connections; each thread keeps its own from one piece to the next."""

    def __init__(self, count: int = THREADS) -> None:
        self._count = count
        self._pool = ThreadPoolExecutor(count, thread_name_prefix="front")
        #: Pieces of work that run or wait for a thread.
        self.load = 0

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `work` answers, from one of the threads. It runs to its end even if nobody waits any more."""

        def tidy() -> T:
            close_old_connections()
            try:
                return work(*args, **kwargs)
            finally:
                close_old_connections()

        self.load += 1
        future = asyncio.get_running_loop().run_in_executor(self._pool, tidy)
        future.add_done_callback(self._lighten)
        return await future

    def close(self) -> None:
        """Close every thread's connections and end the threads; one that still works is left behind."""
        meeting = threading.Barrier(self._count)

        def leave() -> None:
            with suppress(threading.BrokenBarrierError):
                meeting.wait(CLOSE_SECONDS)  # so that each thread takes exactly one of these
            connections.close_all()

        for _ in range(self._count):
            self._pool.submit(leave)
        self._pool.shutdown(wait=self.load == 0)

    def _lighten(self, _: object) -> None:
        self.load -= 1
