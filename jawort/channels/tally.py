"""What has left, counted in the memory of the process that called until somebody writes it down (jawort/egress).

Categories and numbers, nothing of what was said and to whom. A process that is killed takes along what it counted
since.
"""

import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from jawort.channels.destinations import LEAVES, Datum, Destination

Counts = Mapping[tuple[Destination, Datum], int]

_counts: Counter[tuple[Destination, Datum]] = Counter()
_lock = threading.Lock()


def checked(destination: Destination, data: Iterable[Datum]) -> tuple[Datum, ...]:
    """`data`, each once. Raises ValueError for what is not declared to go there: it must not leave."""
    found = tuple(dict.fromkeys(data))
    for datum in found:
        if datum not in LEAVES[destination]:
            raise ValueError(
                f"“{datum}” is not declared to go to “{destination}”: see jawort/channels/destinations.py."
            )
    return found


def add(destination: Destination, data: Iterable[Datum]) -> None:
    """One call has carried these."""
    found = checked(destination, data)
    with _lock:
        _counts.update((destination, datum) for datum in found)


@contextmanager
def taken() -> Iterator[Counts]:
    """All that is counted, for somebody who writes it down; counted again if they do not come through."""
    global _counts
    with _lock:
        counts, _counts = _counts, Counter()
    try:
        yield counts
    except BaseException:
        with _lock:
            _counts.update(counts)
        raise
