"""The one clock. Rules never read it: they take the time as an argument.

In the demo the clock can be moved, for the product and the simulator together: JAWORT_CLOCK_FILE names a
file that holds the shift in whole seconds. Without the variable the clock cannot be moved.
"""

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

SHIFT_REREAD_SECONDS = 0.2


class _Shift:
    """The shift last read, and when; a file is looked at five times a second at most."""

    def __init__(self) -> None:
        self.seconds = 0
        self.read_at = float("-inf")

    def current(self) -> int:
        name = os.environ.get("JAWORT_CLOCK_FILE")
        if not name:
            return 0
        moment = time.monotonic()
        if moment - self.read_at >= SHIFT_REREAD_SECONDS:
            self.read_at = moment
            try:
                self.seconds = int(Path(name).read_text(encoding="ascii").strip() or "0")
            except FileNotFoundError:
                self.seconds = 0
        return self.seconds


_shift = _Shift()


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
    _shift.read_at = float("-inf")
