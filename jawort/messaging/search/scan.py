"""Looking through messages older than what is held: opened batch by batch, newest first, and forgotten at once.

One thread does it for all who asked, in turns. It rests as long as it works, so that finds and reading go on
meanwhile. What was asked and what was found live in this memory until nobody looks any more. That it was done is
entered before the first message is opened, and how many there were when it ends.
"""

import logging
import threading
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic
from typing import Final
from uuid import UUID, uuid4

from django.db import Error, connection, transaction

from jawort.core import clock
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.ledger.rules import JSON
from jawort.messaging.models import Message
from jawort.messaging.search.ask import FOUND_MAX, Begin, Look, Progress, State
from jawort.messaging.search.recent import BATCH, OVERLAP_MS
from jawort.messaging.search.rules import fits, terms, wanted
from jawort.messaging.search.said import NEEDED, said, searched
from jawort.people.spelling import Word

#: At once on this node, each of somebody else: the third is asked to wait.
SCANS_MAX: Final = 2
#: A scan that nobody looks at any more is forgotten. Browsers wake a page in the background once a minute.
LEFT_SECONDS: Final = 90.0
IDLE_SECONDS: Final = 1.0
#: Before the first message there is.
EVER: Final = datetime(1970, 1, 1, tzinfo=UTC)

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Scan:
    """One that runs, or has ended and is still looked at. `below` is None until its first batch."""

    person: UUID
    text: str
    words: tuple[Word, ...]
    since: datetime
    until: datetime
    below: UUID | None
    id: UUID = field(default_factory=uuid4)
    state: State = State.RUNS
    found: list[UUID] = field(default_factory=list)
    looked: int = 0
    reached: datetime | None = None
    is_entered: bool = False
    looked_at: float = field(default_factory=monotonic)


class Scans:
    """The scans of this node, at most one of each person. `held_since` is from when on messages need no scan."""

    def __init__(self, held_since: Callable[[], datetime]) -> None:
        self._held_since = held_since
        self._lock = threading.Lock()
        self._came = threading.Event()
        self._scans: dict[UUID, Scan] = {}
        #: Replaced or left; that they ended is entered by the thread.
        self._over: list[Scan] = []

    def begin(self, asked: Begin) -> Progress:
        """Begin a scan in place of the one that this person may have, unless too many others have one."""
        until = min(filter(None, (asked.until, self._held_since())))
        scan = Scan(asked.person, asked.text, wanted(asked.text), asked.since or EVER, until, asked.below)
        if not scan.words:
            scan.state = State.DONE
        with self._lock:
            others = [one for one in self._scans.values() if one.person != asked.person and one.state is State.RUNS]
            if len(others) >= SCANS_MAX:
                return Progress(State.BUSY, text=asked.text)
            self._end(asked.person, State.STOPPED)
            self._scans[asked.person] = scan
            self._came.set()
            return _progress(scan)

    def look(self, asked: Look) -> Progress:
        """How far this scan of this person has come."""
        with self._lock:
            scan = self._scans.get(asked.person)
            if scan is None or scan.id != asked.scan:
                return Progress(State.GONE)
            scan.looked_at = monotonic()
            if asked.stop and scan.state is State.RUNS:
                scan.state = State.STOPPED
                self._over.append(scan)
                self._came.set()
            return _progress(scan)

    def run(self, stop: threading.Event) -> None:
        """Work until `stop`. Survives a lost database: those that it hits have failed, and say so."""
        while not stop.is_set():
            began = monotonic()
            if self.step():
                stop.wait(monotonic() - began)
            else:
                connection.close()
                self._came.wait(IDLE_SECONDS)
                self._came.clear()
        with self._lock:
            for person in list(self._scans):
                self._end(person, State.LEFT)
        self.step()
        connection.close()

    def step(self) -> bool:
        """One batch of each scan that runs; whether there was one."""
        with self._lock:
            for scan in list(self._scans.values()):
                if monotonic() - scan.looked_at > LEFT_SECONDS:
                    self._end(scan.person, State.LEFT)
            running = [scan for scan in self._scans.values() if scan.state is State.RUNS]
        for scan in running:
            try:
                self._go_on(scan)
            except Error as error:
                log.warning("scan: the database refused or is away", extra={"kind": type(error).__name__})
                connection.close()
                self._settle(scan, State.FAILED)
        self._enter_ends()
        return bool(running)

    def _end(self, person: UUID, how: State) -> None:
        """Forget somebody's scan."""
        scan = self._scans.pop(person, None)
        if scan and scan.state is State.RUNS:
            scan.state = how
            self._over.append(scan)

    def _settle(self, scan: Scan, state: State) -> None:
        with self._lock:
            if scan.state is State.RUNS:  # not stopped meanwhile
                scan.state = state
                self._over.append(scan)

    def _go_on(self, scan: Scan) -> None:
        if not scan.is_entered:
            facts: dict[str, JSON] = {"since": _moment(scan.since), "until": _moment(scan.until)}
            _enter(Kind.SCAN_BEGUN, scan, facts)
            scan.is_entered = True
        below = scan.below or _beginning(scan.until)
        messages = list(searched().filter(pk__lt=below).order_by("-pk").only(*NEEDED)[:BATCH])
        within = [one for one in messages if scan.since <= one.created_at < scan.until]
        texts = said(within) if within else {}
        found = [one.pk for one in within if one.pk in texts and fits(scan.words, terms(texts[one.pk]))]
        with self._lock:
            scan.found += found
            scan.looked += len(texts)
            scan.below = messages[-1].pk if messages else below
            scan.reached = max(messages[-1].created_at, scan.since) if messages else scan.reached
        if len(messages) < BATCH or messages[-1].created_at < scan.since:
            self._settle(scan, State.DONE)
        elif len(scan.found) >= FOUND_MAX:
            self._settle(scan, State.FULL)

    def _enter_ends(self) -> None:
        while self._over:
            scan = self._over[0]
            if scan.is_entered:
                facts: dict[str, JSON] = {"looked": scan.looked, "hits": len(scan.found), "how": scan.state.value}
                try:
                    _enter(Kind.SCAN_ENDED, scan, facts)
                except Error as error:
                    log.warning("scan: its end could not be entered yet", extra={"kind": type(error).__name__})
                    connection.close()
                    return
            del self._over[0]


def _progress(scan: Scan) -> Progress:
    return Progress(scan.state, scan.id, scan.text, list(scan.found), scan.looked, scan.reached, scan.below)


def _moment(at: datetime) -> str | None:
    return None if at == EVER else at.isoformat()


def _enter(kind: Kind, scan: Scan, facts: dict[str, JSON]) -> None:
    with transaction.atomic():
        record([Entry(kind, f"staff:{scan.person}", scan.id, facts)], clock.now())


def _beginning(until: datetime) -> UUID:
    """An id that all messages before `until` lie below, and few others.

    Ids grow with time, but with the machine's, which need not be the clock's: where it lies is found by halving.
    """
    ends = [Message.objects.order_by(order).values_list("pk", flat=True).first() for order in ("pk", "-pk")]
    first, last = ((end.int >> 80 if end else 0) for end in ends)

    def is_late(ms: int) -> bool:
        newest = Message.objects.filter(pk__lt=UUID(int=ms << 80)).order_by("-pk")
        at = newest.values_list("created_at", flat=True).first()
        return at is not None and at >= until

    place = bisect_left(range(first, last + 2), True, key=is_late)
    return UUID(int=(first + place + OVERLAP_MS) << 80)
