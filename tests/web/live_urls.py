"""The desk's addresses with a stream beside them that a test feeds: the real one is the front's."""

import queue
import threading
from collections.abc import Iterable, Iterator

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.urls import include, path

PING_SECONDS = 0.2


class Stream:
    """What the desk's pages hear at /live."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.closing = threading.Event()
        self._listeners: set[queue.SimpleQueue[bytes]] = set()
        self.opened = 0

    def say(self, event: str, data: str) -> None:
        """One event to every page that listens."""
        lines = "".join(f"data: {line}\n" for line in data.splitlines() or [""])
        for listener in list(self._listeners):
            listener.put(f"event: {event}\n{lines}\n".encode())

    def listen(self) -> Iterator[bytes]:
        """The bytes of one stream, until the test is over."""
        mine: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._listeners.add(mine)
        self.opened += 1
        self.open.set()
        yield b"event: resync\ndata:\n\n"
        try:
            while not self.closing.is_set():
                try:
                    yield mine.get(timeout=PING_SECONDS)
                except queue.Empty:
                    yield b": ping\n\n"
        finally:
            self._listeners.discard(mine)


STREAM = Stream()


def live(request: HttpRequest) -> HttpResponseBase:
    """The stream, to whoever is signed in."""
    answer: Iterable[bytes] = STREAM.listen()
    return StreamingHttpResponse(answer, content_type="text/event-stream")


urlpatterns = [path("live", live), path("", include("jawort.urls"))]
