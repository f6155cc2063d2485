"""Keys and clear text that a process may remember: bounded, ten minutes at most, in memory only."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Generic, TypeVar

#: Architecture: caches hold clear text for ten minutes at most and drop it on the notify of an erasure.
AGE_SECONDS_MAX = 600.0

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Memory(Generic[K, V]):
    """Remembers at most `size` values, oldest forgotten first. Safe for threads.

    What is read before an erasure must not be remembered after it: `generation` is taken before reading, and `put`
    drops what was read before the last `forget`.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._held: OrderedDict[K, tuple[float, V]] = OrderedDict()
        self._lock = threading.Lock()
        self.generation = 0

    def get(self, wanted: Iterable[K]) -> dict[K, V]:
        """Those of `wanted` that are remembered and young enough."""
        youngest = time.monotonic() - AGE_SECONDS_MAX
        with self._lock:
            held = self._held
            return {key: entry[1] for key in wanted if (entry := held.get(key)) and entry[0] > youngest}

    def put(self, values: Mapping[K, V], generation: int) -> None:
        """Remember `values`, unless something was forgotten since `generation`."""
        moment = time.monotonic()
        with self._lock:
            if generation != self.generation:
                return
            for key, value in values.items():
                self._held[key] = (moment, value)
                self._held.move_to_end(key)
            while self._held and (len(self._held) > self._size or self._oldest() <= moment - AGE_SECONDS_MAX):
                self._held.popitem(last=False)

    def forget(self, concerns: Callable[[K], bool] | None = None) -> None:
        """Drop the keys that `concerns` picks, or everything."""
        with self._lock:
            self.generation += 1
            kept = () if concerns is None else [entry for entry in self._held.items() if not concerns(entry[0])]
            self._held = OrderedDict(kept)

    def __len__(self) -> int:
        return len(self._held)

    def _oldest(self) -> float:
        return next(iter(self._held.values()))[0]
