"""What the phone page hears live: a stream of events to every open page."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

EVENTS_WAITING_MAX = 500  # a page that falls further behind is told to load everything again

Event = tuple[str, str]


class Hub:
    """Passes events to the open pages. Without one, making an event costs nothing: `make` is not called."""

    def __init__(self) -> None:
        self._queues: set[asyncio.Queue[Event]] = set()

    def open(self) -> asyncio.Queue[Event]:
        """A new page's queue."""
        queue: asyncio.Queue[Event] = asyncio.Queue(EVENTS_WAITING_MAX)
        self._queues.add(queue)
        return queue

    def close(self, queue: asyncio.Queue[Event]) -> None:
        """The page is gone."""
        self._queues.discard(queue)

    def tell(self, name: str, make: Callable[[], Any]) -> None:
        """Send one event to every page; `make` builds its data."""
        if not self._queues:
            return
        event = (name, json.dumps(make()))
        for queue in self._queues:
            if queue.full():
                while not queue.empty():
                    queue.get_nowait()
                queue.put_nowait(("resync", "{}"))
            queue.put_nowait(event)
