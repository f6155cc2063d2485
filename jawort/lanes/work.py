"""Run the jobs of due lanes. Any number of workers, in any number of processes, share the lanes."""

import logging
import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import psycopg
from django.db import Error, connection

from jawort.core.clock import now
from jawort.core.ids import uuid7
from jawort.lanes.claim import BATCH_JOBS, EVERYTHING, Claim, Share, claim, count_losses, next_at
from jawort.lanes.ears import RECONNECT_SECONDS, Ears
from jawort.lanes.enqueue import LOOK_SECONDS
from jawort.lanes.finish import finish
from jawort.lanes.lease import Lookout, release, renewing
from jawort.lanes.outcome import Again as Again
from jawort.lanes.outcome import Done as Done
from jawort.lanes.outcome import Handler as Handler
from jawort.lanes.outcome import Job as Job
from jawort.lanes.outcome import Outcome as Outcome
from jawort.lanes.outcome import Park as Park
from jawort.lanes.rules import LOSSES_MAX, REASON_WORKER_LOST, End, Settled, failed, settle
from jawort.lanes.set_back import STEP, earn_again, set_back

#: Three times the longest call a handler makes (a channel answers within 10 s); renewed while handlers run.
LEASE = timedelta(seconds=30)
#: A pace refills in between: a shorter pause would take its tokens one by one.
PAUSE_SECONDS_MIN = 0.02

_log = logging.getLogger("jawort.lanes")


class NoHandler(Exception):
    """No handler for the job's kind here; a newer version may have enqueued it."""


class AnswersMissing(Exception):
    """A handler did not answer one outcome for each job."""


class Worker:
    """Claims a batch, runs it, gives it back. One thread; several Workers may run beside it, with other shares."""

    def __init__(
        self,
        handlers: Mapping[str, Handler],
        owner: str,
        *,
        lease: timedelta = LEASE,
        share: Share = EVERYTHING,
        at_once: int = BATCH_JOBS,
        ears: Ears | None = None,
    ) -> None:
        """`ears` are shared by the Workers of a process; without them it only looks each second."""
        self._handlers, self.share, self.at_once = handlers, share, at_once
        # A name of its own for each Worker: what an earlier one of the same `owner` left is not ours.
        self._owner = f"{owner[:120]}/{uuid7().hex}"
        self._word = (ears or Ears()).of(share)
        self._lease = lease
        self._lookout = Lookout(lease)
        self._before: datetime | None = None

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set: woken by its ears, looking at least every second. Survives a lost database."""
        try:
            while not stop.is_set():
                try:
                    self._work(stop)
                except (Error, psycopg.Error) as error:
                    _log.error("lanes: the database is away; trying again", exc_info=error)
                    connection.close()
                    stop.wait(RECONNECT_SECONDS)
        finally:
            with suppress(Error):
                release(self._owner)
            connection.close()

    def run_due(self, at: datetime) -> int:
        """One round: at most one job each of at most `at_once` due lanes. The number of jobs run."""
        return sum(1 for held in self._round(at) if held.job)

    def _work(self, stop: threading.Event) -> None:
        release(self._owner)  # what a broken connection left behind
        earn_again(now())
        while not stop.is_set():
            self._word.clear()
            if self._round(now()):
                continue
            at = now()
            ready_at = next_at(at, self.share)
            pause = LOOK_SECONDS if ready_at is None else (ready_at - at).total_seconds()
            self._word.wait(min(max(pause, PAUSE_SECONDS_MIN), LOOK_SECONDS))

    def _round(self, at: datetime) -> list[Claim]:
        if self._before is not None and at < self._before - STEP:
            _log.warning("lanes: the clock was set back by %s seconds", int((self._before - at).total_seconds()))
            set_back(self._before, at)
        self._before = at
        if lost := self._lookout.look(at):
            _log.warning("lanes: took over %s lanes of a worker that is gone", lost)
        held = claim(self._owner, at, self._lease, self.at_once, self.share)
        if not held:
            return held
        with renewing(self._owner, self._lease):
            self._finish([(idle, Settled(End.IDLE)) for idle in held if idle.job is None])
            self._run_batch([(taken, taken.job) for taken in held if taken.job and not taken.losses])
            for taken in held:
                if taken.job and taken.losses:
                    self._finish([(taken, self._run_suspect(taken.job, taken.losses))])
        return held

    def _run_batch(self, taken: Sequence[tuple[Claim, Job]]) -> None:
        kinds: dict[str, list[tuple[Claim, Job]]] = defaultdict(list)
        for claimed, job in taken:
            kinds[job.kind].append((claimed, job))
        for kind, pairs in kinds.items():
            outcomes = self._run(kind, [job for _, job in pairs])
            self._finish([(one, settle(job, outcome)) for (one, job), outcome in zip(pairs, outcomes, strict=True)])

    def _run(self, kind: str, jobs: Sequence[Job]) -> Sequence[Outcome]:
        try:
            return self._handle(kind, jobs)
        except Exception as error:
            if len(jobs) == 1:
                return [_blamed(jobs[0], error)]
            facts = {"kind": kind, "count": len(jobs)}
            _log.warning("lanes: a batch failed; running its jobs one by one", exc_info=error, extra=facts)
            _mend()
        return [self._run(kind, [job])[0] for job in jobs]

    def _run_suspect(self, job: Job, losses: int) -> Settled:
        """Run alone, after all others, what was being run when a worker died, and count before: it may kill us too."""
        if losses >= LOSSES_MAX:
            return settle(job, Park(REASON_WORKER_LOST))
        count_losses([job.id])
        return settle(job, self._run(job.kind, [job])[0])

    def _handle(self, kind: str, jobs: Sequence[Job]) -> Sequence[Outcome]:
        handler = self._handlers.get(kind)
        if handler is None:
            raise NoHandler
        outcomes = handler(jobs)
        if len(outcomes) != len(jobs):
            raise AnswersMissing
        return outcomes

    def _finish(self, ended: Sequence[tuple[Claim, Settled]]) -> None:
        finish(self._owner, ended, now())


def _blamed(job: Job, error: Exception) -> Again:
    _log.error("lanes: job %s failed", job.id, exc_info=error, extra={"kind": job.kind})
    _mend()
    return failed(job, error, now())


def _mend() -> None:
    """Drop a connection that a failure has broken; Django opens the next. Inside a transaction it is the caller's."""
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()
