"""Runs the processes of one machine: starts them, starts them again when they die, ends them together.

PostgreSQL is one of them when it is ours. Nothing here decides what a process does: it knows a name, a command and an
environment. Everything that runs below is crash-safe, so a child that does not end when asked is killed.
"""

import logging
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import IO, Protocol

from jawort.cli.kinship import unwatch, vow, watch
from jawort.cli.postgres import Server, ServerError

#: Together with what PostgreSQL needs (`postgres.STOP`, 5.5 s), below the ten seconds that an init system grants before
#: it kills. What is slower than that is killed, so the limit holds whatever the children do.
STOP_S = 4.0
PAUSE_FIRST_S = 0.5
PAUSE_MAX_S = 30.0
#: A process that lived this long has recovered: its next death begins at the first pause again. Two or three times as
#: long as a start takes: whoever dies while it starts waits longer each time, and whoever is killed at work does not.
HEALTHY_S = 10.0
LOOK_EVERY_S = 0.1
#: A process that ends with this refuses its settings: starting it again would change nothing.
COULD_NOT_RUN = 2

log = logging.getLogger(__name__)


def pause(deaths: int) -> float:
    """Seconds to wait after so many deaths in a row (1 and up) before the next start."""
    return float(min(PAUSE_MAX_S, PAUSE_FIRST_S * 2 ** min(deaths - 1, 16)))


class Stopped(Exception):
    """We were asked to stop while something was still being made ready."""


class Charge(Protocol):
    """Something that runs and can be started again. `start` raises ServerError or OSError when it cannot be."""

    @property
    def role(self) -> str: ...
    @property
    def pid(self) -> int | None: ...
    @property
    def code(self) -> int | None: ...
    @property
    def refused(self) -> bool: ...
    def start(self) -> object: ...


@dataclass(slots=True)
class Child:
    """One process of ours. Its output goes to `output`, or to our standard error."""

    role: str
    command: Sequence[str]
    environ: Mapping[str, str]
    output: IO[bytes] | None = None
    #: Called in a thread whenever it was started again: what it knew is gone.
    restarted: Callable[[], None] | None = None
    process: subprocess.Popen[bytes] | None = None
    watcher: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """Process id while it runs."""
        return self.process.pid if self.process is not None and self.process.poll() is None else None

    @property
    def code(self) -> int | None:
        """What the last run ended with; negative is a signal."""
        return self.process.poll() if self.process is not None else None

    @property
    def refused(self) -> bool:
        """Whether it said that it refuses its settings."""
        return self.code == COULD_NOT_RUN

    def start(self) -> None:
        """Start it, from the main thread; it dies when we do."""
        unwatch(self.watcher)
        if self.process is not None and self.restarted is not None:
            threading.Thread(target=self.restarted, daemon=True).start()
        self.process = subprocess.Popen(  # noqa: S603 - our own program
            list(self.command),
            env=dict(self.environ),
            stdin=subprocess.DEVNULL,
            stdout=self.output or 2,  # standard output belongs to the command that people called
            stderr=self.output or 2,
            start_new_session=True,  # a terminal's Ctrl-C reaches us, and they hear it from us, in order
            preexec_fn=vow(signal.SIGKILL),
        )
        self.watcher = watch(self.process, signal.SIGKILL)

    def end(self, sign: signal.Signals) -> None:
        """Send `sign` if it runs."""
        unwatch(self.watcher)
        self.watcher = None
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(sign)


@dataclass(slots=True)
class Database:
    """The own PostgreSQL as something to be started again."""

    server: Server
    role: str = "postgresql"

    @property
    def pid(self) -> int | None:
        """The postmaster's process id while it runs."""
        return self.server.pid

    @property
    def code(self) -> int | None:
        """What the postmaster ended with; its log says more."""
        return self.server.code

    @property
    def refused(self) -> bool:
        """Never: its exit codes mean other things."""
        return False

    def start(self) -> None:
        """Start it again, through recovery where needed."""
        self.server.start()


@dataclass(slots=True)
class _Watch:
    charge: Charge
    since: float = 0.0
    deaths: int = 0
    due: float | None = None  # when to start it again; None while it runs


@dataclass(slots=True)
class Supervisor:
    """Keeps children, and the database if it is ours, running until `stop` is set."""

    children: Sequence[Child]
    server: Server | None = None
    stop: threading.Event = field(default_factory=threading.Event)
    _watches: list[_Watch] = field(default_factory=list)

    def start(self) -> None:
        """Start every child. The database runs already: the children's environment needed its address."""
        charges: list[Charge] = [Database(self.server)] if self.server is not None else []
        for child in self.children:
            child.start()
            charges.append(child)
        self._watches = [_Watch(charge, time.monotonic()) for charge in charges]

    def processes(self) -> list[tuple[str, int]]:
        """Role and process id of everything that runs now."""
        return [(watch.charge.role, pid) for watch in self._watches if (pid := watch.charge.pid) is not None]

    def look(self, moment: float) -> bool:
        """Notice who died and start who is due; False when a process refused its settings."""
        for watch_ in self._watches:
            if watch_.due is not None:
                if moment >= watch_.due and self._has_database(watch_.charge):
                    self._again(watch_, moment)
            elif watch_.charge.pid is None:
                if watch_.charge.refused:
                    log.error("a process refused its settings", extra={"who": watch_.charge.role})
                    return False
                self._note_death(watch_, moment)
        return True

    def run(self) -> int:
        """Look after everything until `stop` is set, then end it; 0, or 2 when a process refused its settings."""
        try:
            while not self.stop.wait(LOOK_EVERY_S):
                if not self.look(time.monotonic()):
                    return COULD_NOT_RUN
            return 0
        finally:
            self.end()

    def end(self) -> None:
        """End all children, killing who does not end in time, then the database."""
        for child in self.children:
            child.end(signal.SIGTERM)
        give_up = time.monotonic() + STOP_S
        while any(child.pid for child in self.children) and time.monotonic() < give_up:
            time.sleep(0.02)
        for child in self.children:
            if child.pid is not None:
                log.warning("a process did not end in time and is killed", extra={"who": child.role})
            child.end(signal.SIGKILL)
            if child.process is not None:
                child.process.wait()
        if self.server is not None:
            self.server.stop()

    def _has_database(self, charge: Charge) -> bool:
        """Whether `charge` can work: without our database it would only die again, and wait longer each time."""
        return self.server is None or self.server.pid is not None or isinstance(charge, Database)

    def _note_death(self, watch_: _Watch, moment: float) -> None:
        watch_.deaths = 1 if moment - watch_.since >= HEALTHY_S else watch_.deaths + 1
        wait = pause(watch_.deaths)
        watch_.due = moment + wait
        log.error(
            "a process ended and is started again",
            extra={"who": watch_.charge.role, "code": watch_.charge.code, "seconds": wait},
        )

    def _again(self, watch_: _Watch, moment: float) -> None:
        begun = time.monotonic()
        started = self._started(watch_.charge)
        # A database tries for a while, in which it has not lived.
        watch_.since, watch_.due = moment + time.monotonic() - begun, None
        if not started:
            self._note_death(watch_, watch_.since)

    def _started(self, charge: Charge) -> bool:
        try:
            charge.start()
        except (ServerError, OSError):
            log.exception("a process could not be started", extra={"who": charge.role})
            return False
        log.info("a process was started again", extra={"who": charge.role})
        return True


@contextmanager
def stopping() -> Iterator[threading.Event]:
    """An event that SIGINT, SIGTERM and SIGHUP set instead of ending us; the old handlers come back afterwards."""
    stop = threading.Event()

    def asked(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signs = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(sign, asked) for sign in signs]
    try:
        yield stop
    finally:
        for sign, handler in zip(signs, before, strict=True):
            signal.signal(sign, handler)
