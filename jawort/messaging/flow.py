"""Blocks flow from a thread that reads them into a loop that sends them, at the pace of whichever is slower."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterable
from typing import Any, Final, TypeVar

WAITING_MAX: Final = 2  # blocks

T = TypeVar("T")


class Flow:
    """One stream of blocks into `loop`. An empty block ends it."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._waiting: asyncio.Queue[bytes] = asyncio.Queue(WAITING_MAX)
        self._ended = False

    def fill(self, blocks: Iterable[bytes]) -> None:
        """Put all of `blocks` in, from a thread that is not the loop's; ends early when nobody takes them any more."""
        for block in blocks:
            if self._ended:
                return
            asyncio.run_coroutine_threadsafe(self._put(block), self._loop).result()
        asyncio.run_coroutine_threadsafe(self._put(b""), self._loop).result()

    async def blocks(self) -> AsyncIterator[bytes]:
        """Take them out."""
        while block := await self._waiting.get():
            yield block

    async def until(self, end: Coroutine[Any, Any, T]) -> T:
        """The result of `end`, which takes the blocks out; afterwards whoever still puts some in is let go."""
        try:
            return await end
        finally:
            self._ended = True
            while not self._waiting.empty():
                self._waiting.get_nowait()

    async def _put(self, block: bytes) -> None:
        if not self._ended:
            await self._waiting.put(block)
