"""The one clock. Rules never read it: they take the time as an argument.

In the demo the clock can be moved, for the product and the simulator together: JAWORT_CLOCK_FILE names a
file that holds the shift in whole seconds. Without the variable the clock cannot be moved.
"""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path


class _Shift:
    """The shift last read, and from which file; every reading of the clock looks whether it was moved meanwhile."""

    def __init__(self) -> None:
        self.seconds = 0
        self.read_from = (0, 0)

    def current(self) -> int:
        name = os.environ.get("JAWORT_CLOCK_FILE")
        if not name:
            return 0
        try:
            seen = os.stat(name)
            if (seen.st_ino, seen.st_mtime_ns) != self.read_from:
                self.seconds = int(Path(name).read_text(encoding="ascii").strip() or "0")
                self.read_from = (seen.st_ino, seen.st_mtime_ns)
        except FileNotFoundError:
            self.seconds = 0
        return self.seconds


_shift = _Shift()


def shift() -> int:
    """By how many seconds the clock is moved; 0 where it cannot be."""
    return _shift.current()


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC) + timedelta(seconds=_shift.current())


def move(seconds: int) -> None:
    """Set the shift that every process of this demo sees. Raises RuntimeError where the clock is fixed."""
    name = os.environ.get("JAWORT_CLOCK_FILE")
    if not name:
        raise RuntimeError("The clock can be moved in the demo only.")
    draft = Path(name + ".new")
    draft.write_text(str(seconds), encoding="ascii")
    draft.replace(name)
