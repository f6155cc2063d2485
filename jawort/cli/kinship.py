"""Children that do not outlive their parent, whatever kills it.

Linux has a signal for that (prctl(2), PR_SET_PDEATHSIG). It is tied to the thread that forked, not to the process, and
a change of user id clears it, so: start children from the main thread, and let the child ask for the signal after it
has changed its user. Elsewhere a small watcher holds a pipe that closes when the parent is gone.
"""

import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1
#: Loaded once, before any fork: a child between fork and exec must not start the loader.
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform.startswith("linux") else None
#: Waits until the parent's end of the pipe closes, then ends process $1 with signal $2.
_WATCH = 'read -r _; kill -"$2" "$1"'


def vow(sign: signal.Signals) -> Callable[[], None] | None:
    """What a child does between fork and exec, for `Popen(preexec_fn=...)`, so that `sign` reaches it when we die.

    None where the platform has no such thing; `watch` does it there. Raises RuntimeError off the main thread.
    """
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("children are started from the main thread: the death signal belongs to the thread")
    libc, parent = _LIBC, os.getpid()
    if libc is None:
        return None

    def ask() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(sign), 0, 0, 0)
        if os.getppid() != parent:  # the parent died between fork and prctl: nobody would ever send the signal
            os._exit(1)

    return ask


def watch(child: subprocess.Popen[bytes], sign: signal.Signals) -> subprocess.Popen[bytes] | None:
    """Where there is no death signal: a watcher that ends `child` when we are gone. End it with `unwatch`."""
    if _LIBC is not None:
        return None
    return subprocess.Popen(  # noqa: S603 - our own words
        ["/bin/sh", "-c", _WATCH, "sh", str(child.pid), str(int(sign))],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def unwatch(watcher: subprocess.Popen[bytes] | None) -> None:
    """End a watcher before its pipe closes, so that it does not signal a process id that is no longer ours."""
    if watcher is None:
        return
    watcher.kill()
    watcher.wait()
    if watcher.stdin is not None:
        watcher.stdin.close()
