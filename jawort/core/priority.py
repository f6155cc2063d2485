"""Standing back: what can wait runs after what customers and colleagues wait for."""

import os
from contextlib import suppress


def stand_back(steps: int) -> None:
    """Let what matters more run first: `steps` of niceness, from 1 to 19, for this process and all it starts.

    Where Linux groups processes by session (autogroup, sched(7)), niceness counts only within a session; between
    sessions the group's own counts. It is set too if this process leads its session, so as to touch nobody else.
    """
    os.nice(steps)
    if os.getsid(0) == os.getpid():  # else it is the session of whoever called us
        # There is no such grouping here, or another rule stands above it.
        with suppress(OSError), open("/proc/self/autogroup", "w", encoding="ascii") as group:
            group.write(str(steps))
