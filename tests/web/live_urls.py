"""The desk's addresses with a stream beside them that a test feeds: the real one is the front's."""

import queue
import threading
from collections.abc import Iterable, Iterator

from django.core.exceptions import PermissionDenied
from django.core.signals import request_finished, request_started
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


class InFlight:
    """Requests that the desk has begun to answer and has not answered whole."""

    def __init__(self) -> None:
        self.count = 0
        self._changed = threading.Condition()
        request_started.connect(self._begun)
        request_finished.connect(self._ended)

    def _begun(self, **_: object) -> None:
        with self._changed:
            self.count += 1

    def _ended(self, **_: object) -> None:
        with self._changed:
            self.count -= 1
            self._changed.notify_all()

    def rest(self, before: int, seconds: float = 30.0) -> bool:
        """Wait until no more of them are left than there were `before`; False if that took too long."""
        with self._changed:
            return self._changed.wait_for(lambda: self.count <= before, seconds)


IN_FLIGHT = InFlight()


def live(request: HttpRequest) -> HttpResponseBase:
    """The stream, to whoever is signed in."""
    answer: Iterable[bytes] = STREAM.listen()
    return StreamingHttpResponse(answer, content_type="text/event-stream")


def breaks(request: HttpRequest) -> HttpResponseBase:
    """What a mistake of ours shows."""
    raise ArithmeticError("a view that breaks")


def forbids(request: HttpRequest) -> HttpResponseBase:
    """What is shown where the framework itself says no: ours say that there is no such page."""
    raise PermissionDenied


urlpatterns = [path("live", live), path("breaks", breaks), path("forbids", forbids), path("", include("jawort.urls"))]
