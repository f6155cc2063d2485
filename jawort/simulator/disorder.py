"""What chaos does to updates on their way into the queues: doubles, delays and swaps them, and adds odd ones.

Nothing is ever lost here, and what is added is added beside the real ones: a test can still count.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from jawort.simulator.chaos import Chaos
from jawort.simulator.payload import MESSAGES, Update

DELAY_S = (0.05, 3.0)
HELD_S = 1.0  # how long a swapped update waits for the one that overtakes it
#: Another number of another account, which is subscribed to the same app.
STRANGERS: dict[str, Any] = {
    "id": "102290129340399",
    "changes": [
        {
            "value": {
                "messaging_product": "whatsapp",
                "metadata": {"display_phone_number": "493023125001", "phone_number_id": "106540352242923"},
                "statuses": [
                    {
                        "id": "wamid.HBgNNDkxNTIyODg5NTQ1NhUCABEYEjA5QTk4QzY3RkYwMTAyMzQ1NgA=",
                        "status": "sent",
                        "timestamp": "1764100000",
                        "recipient_id": "4915228895456",
                    }
                ],
            },
            "field": "messages",
        }
    ],
}


@dataclass(slots=True)
class Waiting:
    """An update on its way, and what to do when the callback has taken it."""

    key: str
    update: Update
    taken: Callable[[], None] | None


class Disorder:
    """Stands before the queues while there is chaos. `enqueue` puts an update into its queue."""

    def __init__(self, chaos: Chaos, enqueue: Callable[[Waiting], None]) -> None:
        self._chaos = chaos
        self._enqueue = enqueue
        self._held: dict[str, Waiting] = {}
        self._timers: set[asyncio.TimerHandle] = set()

    @property
    def pending(self) -> int:
        """Updates that are in no queue yet."""
        return len(self._held) + len(self._timers)

    def put(self, waiting: Waiting) -> None:
        """Let it through, in whatever shape and order."""
        chaos, key = self._chaos, waiting.key
        if waiting.update.field == MESSAGES:
            self._add_odd_ones(waiting)
            if chaos.strikes("unknown_key"):
                item = {**waiting.update.item, "future_key": {"since": "2027-01-01", "values": [1, "two", None]}}
                waiting = replace(waiting, update=replace(waiting.update, item=item))
        if chaos.strikes("duplicate"):
            self._later(replace(waiting, taken=None), chaos.between("duplicate", *DELAY_S))
        if chaos.strikes("delay"):
            self._later(waiting, chaos.between("delay", *DELAY_S))
            return
        if chaos.strikes("swap") and key not in self._held:
            self._held[key] = waiting
            asyncio.get_running_loop().call_later(HELD_S, self._release, key, waiting)
            return
        self._enqueue(waiting)
        self._release(key, self._held.get(key))

    def forget(self) -> None:
        """Drop what waits."""
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()
        self._held.clear()

    def _add_odd_ones(self, waiting: Waiting) -> None:
        """A message or a status of a kind that nobody knows, beside the real one."""
        update = waiting.update
        if update.key == "messages" and self._chaos.strikes("unknown_type"):
            about = ("from", "from_user_id", "from_parent_user_id", "id", "timestamp")
            item = {name: update.item[name] for name in about if name in update.item}
            item |= {"id": f"{item['id']}-hologram", "type": "hologram", "hologram": {"depth": 3}}
            self._enqueue(Waiting(waiting.key, replace(update, item=item), None))
        if update.key == "statuses" and self._chaos.strikes("unknown_status"):
            self._enqueue(Waiting(waiting.key, replace(update, item={**update.item, "status": "pondered"}), None))

    def _later(self, waiting: Waiting, seconds: float) -> None:
        def due() -> None:
            self._timers.discard(timer)
            self._enqueue(waiting)

        timer = asyncio.get_running_loop().call_later(seconds, due)
        self._timers.add(timer)

    def _release(self, key: str, waiting: Waiting | None) -> None:
        if waiting is not None and self._held.get(key) is waiting:
            del self._held[key]
            self._enqueue(waiting)
