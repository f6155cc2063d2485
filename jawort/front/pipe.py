"""A body that is read while it comes in: files are larger than anything that may lie whole in memory.

The view reads in its thread, the event loop receives; what the view does not want is not taken from the network, and a
sender that nobody listens to has to wait. How large a file may be is the store's matter, which counts as it reads.
"""

import asyncio
from math import inf
from typing import Final

from jawort.front.asgi import Receive, Scope, header
from jawort.messaging.side_door.rules import BYTES_MAX

#: A path that ends like this takes a file as its body, and nothing else.
ENDS: Final = "/files"
#: A path with this in it takes a form with files, which its view reads part by part.
FORMS_IN: Final = "/side-door/"
FORM: Final = "multipart/form-data"
#: Each holds one of the threads for as long as its sender takes.
UPLOADS_MAX: Final = 3
#: The same for customers at the side door, counted apart: they take no thread from whoever is at the desk.
BROUGHT_MAX: Final = 2
SILENT_SECONDS: Final = 30.0
#: Strangers who send without end, or a byte now and then, would keep others out: 100 MB take 15 minutes at 1 Mbit/s.
BROUGHT_SECONDS: Final = 1_800.0
#: Beyond what is taken as much again, which is thrown away: else a browser shows a broken connection and no sentence.
BROUGHT_BYTES_MAX: Final = 2 * BYTES_MAX


class BrokenOff(OSError):
    """The sender has gone, says nothing, or comes to no end."""


class Pipe:
    """The body of one request as a stream, for one thread. `ended` when all of it was read.

    One that a customer brings (`brought`) has an end in time and size.
    """

    def __init__(self, receive: Receive, loop: asyncio.AbstractEventLoop, *, brought: bool = False) -> None:
        self._receive, self._loop = receive, loop
        self._until = loop.time() + BROUGHT_SECONDS if brought else inf
        self._left = BROUGHT_BYTES_MAX if brought else inf
        self._held = b""
        self.ended = False

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes, as many as there are; none at the end. Raises BrokenOff; never reads all at once."""
        if size < 0:
            raise ValueError("A file is read block by block.")
        while not self._held and not self.ended:
            self._held = asyncio.run_coroutine_threadsafe(self._next(), self._loop).result()
        block, self._held = self._held[:size], self._held[size:]
        return block

    async def _next(self) -> bytes:
        try:
            async with asyncio.timeout(SILENT_SECONDS):
                message = await self._receive()
        except TimeoutError:
            raise BrokenOff("nothing comes any more") from None
        if message["type"] == "http.disconnect":
            raise BrokenOff("the sender has gone")
        self.ended = not message.get("more_body", False)
        part: bytes = message.get("body", b"")
        self._left -= len(part)
        if self._left < 0 or self._loop.time() > self._until:
            raise BrokenOff("it comes to no end")
        return part


def is_upload(scope: Scope) -> bool:
    """Whether the body of this request is a file, or a form whose files are read as they come."""
    path, kind = scope["path"], header(scope, b"content-type")
    if scope["method"] != "POST" or not path.endswith(ENDS):
        return False
    if kind.startswith(FORM):
        return FORMS_IN in path
    return not kind.startswith("application/x-www-form-urlencoded")


def is_brought(scope: Scope) -> bool:
    """Whether a customer brings it, to the side door."""
    return bool(scope["path"].startswith(FORMS_IN))
