"""The threads of one process, which live and end together: half a process looks alive and is not."""

import logging
import threading
import time
from collections.abc import Callable, Sequence

#: Asked to stop, the lanes take nothing more, and calls to the platform may end. Those that have not by then are broken
#: off: what may have left becomes `unknown` and the rest waits again, while there is still time to note it.
CALLS_S = 2.0
#: Then it ends, whatever still runs: the supervisor kills after four seconds.
LAST_WORDS_S = 3.0
#: The system may hand a signal to any thread, and only the main one acts on it, when it next runs: one that waited
#: without an end would never hear that it is to stop.
LOOK_S = 0.2

Run = Callable[[threading.Event], None]

log = logging.getLogger(__name__)


def together(crew: dict[str, Run], stop: threading.Event, hurry: Callable[[], None] = lambda: None) -> int:
    """Run all in threads until `stop`, or until one of them ends; 0, or 1 when one ended by itself.

    `hurry` is called when some have not ended after CALLS_S.
    """
    failed = threading.Event()

    def guarded(name: str, work: Run) -> None:
        try:
            work(stop)
        except Exception:
            log.exception("a thread of the worker ended", extra={"who": name})
        finally:
            if not stop.is_set():
                failed.set()
                stop.set()

    threads = [
        threading.Thread(target=guarded, args=(name, work), name=name, daemon=True) for name, work in crew.items()
    ]
    for thread in threads:
        thread.start()
    while not stop.wait(LOOK_S):
        pass
    asked = time.monotonic()
    if _at_work(threads, asked + min(CALLS_S, LAST_WORDS_S)):
        hurry()
        if left := _at_work(threads, asked + LAST_WORDS_S):
            log.warning("ended while threads were still at work", extra={"who": ", ".join(left)})
    return 1 if failed.is_set() else 0


def _at_work(threads: Sequence[threading.Thread], give_up: float) -> list[str]:
    """Wait for all of them, until `give_up` at most; who has not ended then."""
    for thread in threads:
        thread.join(max(0.0, give_up - time.monotonic()))
    return [thread.name for thread in threads if thread.is_alive()]
