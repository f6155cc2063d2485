"""Where a demo lives: its directory and its three ports, held so that two demos do not disturb each other."""

import errno
import fcntl
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from jawort.cli.ports import LOOPBACK, free
from jawort.core.config import ConfigError

#: The first demo's directory below the working directory; a second one beside it, as long as the first one runs.
DEFAULT_DIR = Path("data/demo")
DEFAULT_PORT = 8470
#: Desk, webhook listener, simulator.
PORTS = 3
_TRIES = 20
_STEP = 10


@contextmanager
def directory(given: Path | None) -> Iterator[Path]:
    """The directory, absolute, ours until the block ends. Raises ConfigError when it is taken or cannot be used."""
    wanted = [given] if given is not None else [DEFAULT_DIR, *(Path(f"{DEFAULT_DIR}-{n}") for n in range(2, _TRIES))]
    for place in (one.resolve() for one in wanted):
        held = _held(place)
        if held is None:
            continue
        try:
            yield place
        finally:
            os.close(held)
        return
    raise ConfigError(f"A demo is running on {wanted[0]} already: stop it, or choose another --data-dir.")


def _held(place: Path) -> int | None:
    """Lock the directory with a descriptor, which the kernel drops with us; None if another demo has it."""
    try:
        _make(place)
        lock = os.open(place / "demo.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise ConfigError(f"{place} cannot be used ({error.strerror}): choose another --data-dir.") from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock


def _make(place: Path) -> None:
    """Make the directory unless it is there. One that another demo makes in the same moment is as good as ours."""
    try:
        place.mkdir(parents=True)
    except FileExistsError:
        if not place.is_dir():
            raise
    else:
        place.chmod(0o711)  # PostgreSQL's account passes through, and nobody lists it


@contextmanager
def ports(given: int | None) -> Iterator[int]:
    """The first of three consecutive free ports, ours until the block ends.

    Raises ConfigError when those asked for are taken, or none are free near the usual ones.
    """
    wanted = [given] if given is not None else [DEFAULT_PORT + n * _STEP for n in range(_TRIES)]
    with ExitStack() as stack:
        for first in wanted:
            claim = _claim(first)
            if claim is None:
                continue
            stack.enter_context(claim)
            if all(free(LOOPBACK, first + n) for n in range(PORTS)):
                yield first
                return
        last = wanted[-1] + PORTS - 1
        raise ConfigError(f"The ports {wanted[0]} to {last} are taken: name the first of three free ones with --port.")


def _claim(first: int) -> socket.socket | None:
    """Tell other demos that these ports are ours: between looking and listening a second passes.

    A name in Linux's abstract space is gone with the process. Elsewhere there is none, and two demos that start in the
    same second may meet.
    """
    claim = socket.socket(socket.AF_UNIX)
    if sys.platform.startswith("linux"):
        try:
            claim.bind(f"\0jawort-demo-{first}")
        except OSError as error:
            claim.close()
            if error.errno == errno.EADDRINUSE:
                return None
            raise
    return claim
