"""Many at once: threads with connections of their own and transactions that commit."""

import random
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection, transaction

from jawort.core.clock import now
from jawort.lanes import finish as finish_module
from jawort.lanes import rules
from jawort.lanes.checks import findings
from jawort.lanes.claim import claim
from jawort.lanes.enqueue import NewJob, enqueue
from jawort.lanes.finish import finish
from jawort.lanes.lease import Lookout, release
from jawort.lanes.models import Job as JobRow
from jawort.lanes.models import Lane
from jawort.lanes.outcome import Again, Done, Job, Outcome
from jawort.lanes.parked import parked
from jawort.lanes.rules import End, Settled
from jawort.lanes.work import Worker

pytestmark = pytest.mark.django_db(transaction=True)

LEASE = timedelta(seconds=0.3)


def put(lane: str, *names: str) -> None:
    with transaction.atomic():
        enqueue([NewJob(lane, "x", {"n": name}) for name in names], now())


@contextmanager
def beside(work: Callable[[], object], stop: threading.Event | None = None) -> Iterator[threading.Thread]:
    """Run `work` in a thread with a connection of its own; at the end set `stop` and join it.

    Also when the test has failed: a worker left behind would do the work of the next ones.
    """

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield thread
    finally:
        if stop is not None:
            stop.set()
            put("stop", "now")  # whoever sleeps until there is work
        thread.join(30)
        assert not thread.is_alive()


def until(holds: Callable[[], object], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.01)


def enqueue_during_finish() -> int:
    """Enqueue a second job in a transaction that commits while the first one's finish waits for the lane.

    Answers how many rounds' jobs a worker finds afterwards.
    """
    put("conversation:1", "a")
    locked, waits = threading.Event(), threading.Event()

    def enqueues_slowly() -> None:
        with transaction.atomic():
            enqueue([NewJob("conversation:1", "x", {"n": "b"})], now())
            locked.set()
            waits.wait(10)
            with connection.cursor() as cursor:
                for _ in range(500):
                    cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
                    if cursor.fetchone()[0]:
                        break
                    time.sleep(0.01)

    held = claim("w", now(), LEASE)
    with beside(enqueues_slowly):
        assert locked.wait(10)
        waits.set()
        finish("w", [(held[0], Settled(End.DONE))], now())
    return Worker({"x": lambda jobs: [Done() for _ in jobs]}, "test").run_due(now())


def test_no_wake_up_is_lost() -> None:
    assert enqueue_during_finish() == 1
    assert not JobRow.objects.exists()
    assert not Lane.objects.exists()
    assert findings() == []


def test_without_the_version_a_wake_up_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shows that the test above can fail, and what the comparison is for."""
    blind = finish_module._FINISH.replace("l.version = t.version AS unchanged", "true AS unchanged")
    monkeypatch.setattr(finish_module, "_FINISH", blind)
    assert enqueue_during_finish() == 0
    assert [finding.code for finding in findings()] == ["lanes.unwoken"]


def test_a_job_enqueued_by_its_own_lane_runs_next() -> None:
    ran: list[str] = []

    def handler(jobs: Sequence[Job]) -> Sequence[Outcome]:
        for job in jobs:
            ran.append(job.ids["n"])
            if len(ran) < 4:
                put(job.lane, f"{len(ran)}")
        return [Done() for _ in jobs]

    put("conversation:1", "0")
    worker = Worker({"x": handler}, "test")
    while worker.run_due(now()):
        pass
    assert ran == ["0", "1", "2", "3"]


class Storm:
    """Random failures of every sort and transactions of every size, from one seed; remembers what took effect."""

    def __init__(self, seed: int) -> None:
        self.chance, self.lock = random.Random(seed), threading.Lock()
        self.effects: dict[str, list[int]] = defaultdict(list)
        self.enqueued: dict[str, int] = defaultdict(int)
        self.running: set[str] = set()
        self.at_once: list[list[str]] = []
        self.finished = threading.Event()

    def handle(self, jobs: Sequence[Job]) -> Sequence[Outcome]:
        lanes = {job.lane for job in jobs}
        with self.lock:
            if len(lanes) != len(jobs) or lanes & self.running:
                self.at_once.append(sorted(lanes))  # an assertion here would only be another failure to the worker
            self.running |= lanes
        try:
            time.sleep(self.chance.random() / 500)
            with self.lock:
                if self.chance.random() < 0.05:
                    raise RuntimeError("none of the batch took effect")
                return [self.run(job) for job in jobs]
        finally:
            with self.lock:
                self.running -= lanes

    def run(self, job: Job) -> Outcome:
        fate = self.chance.random()
        if fate < 0.1:
            return Again(now() + timedelta(milliseconds=3), "again", counts=fate < 0.05)
        self.effects[job.lane].append(int(job.ids["n"]))
        return Done()

    def enqueue(self) -> None:
        for _ in range(60):
            with transaction.atomic(), connection.cursor() as cursor:
                # Stands for a conversation's row lock: numbers are given in the order of the commits.
                cursor.execute("SELECT pg_advisory_xact_lock(4711)")
                jobs = []
                for lane in [f"lane:{self.chance.randrange(25)}" for _ in range(self.chance.randrange(1, 12))]:
                    jobs.append(NewJob(lane, "x", {"n": str(self.enqueued[lane])}))
                    self.enqueued[lane] += 1
                enqueue(jobs, now())
            time.sleep(self.chance.random() / 300)

    def work(self) -> None:
        worker = Worker({"x": self.handle}, "test")
        while not (self.finished.is_set() and not JobRow.objects.exists()):
            if not worker.run_due(now()):
                time.sleep(0.002)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_each_lane_in_order_and_each_job_once(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four workers and two enqueuers at once: effects are in order, one for each Done."""
    monkeypatch.setattr(rules, "BACKOFF_FIRST_SECONDS", 0.005)
    monkeypatch.setattr(rules, "BACKOFF_MAX_SECONDS", 0.02)
    storm = Storm(seed)
    with beside(storm.work), beside(storm.work), beside(storm.work), beside(storm.work):
        with beside(storm.enqueue), beside(storm.enqueue):
            pass
        storm.finished.set()
    assert dict(storm.effects) == {lane: list(range(count)) for lane, count in storm.enqueued.items()}
    assert not storm.at_once
    assert not parked(1)
    assert not Lane.objects.exists()


def test_a_dead_workers_lane_is_taken_over_after_its_lease() -> None:
    ran: list[str] = []

    def handler(jobs: Sequence[Job]) -> Sequence[Outcome]:
        ran.extend(job.ids["n"] for job in jobs)
        return [Done() for _ in jobs]

    put("conversation:1", "a", "b")
    (dead,) = claim("dead", now(), LEASE)
    put("conversation:1", "c")
    worker = Worker({"x": handler}, "alive", lease=LEASE)
    begun = time.monotonic()
    until(lambda: worker.run_due(now()))
    assert time.monotonic() - begun >= LEASE.total_seconds()
    while worker.run_due(now()):
        pass
    assert ran == ["a", "b", "c"]
    put("conversation:1", "d")
    finish("dead", [(dead, Settled(End.DONE))], now())  # woken from the dead: it may not touch what is another's
    assert JobRow.objects.count() == 1


@pytest.mark.parametrize("moved", [timedelta(0), timedelta(days=1)], ids=["clock runs", "clock moved by a day"])
def test_a_lease_lives_as_long_as_its_handler(moved: timedelta) -> None:
    started = threading.Event()
    taken: list[int] = []

    def slow(jobs: Sequence[Job]) -> Sequence[Outcome]:
        started.set()
        time.sleep(LEASE.total_seconds() * 3)
        return [Done() for _ in jobs]

    put("conversation:1", "a")
    lookout = Lookout(LEASE)
    with beside(lambda: Worker({"x": slow}, "slow", lease=LEASE).run_due(now())) as thread:
        assert started.wait(10)
        while thread.is_alive():
            taken.append(lookout.look(now() + moved))
            time.sleep(0.02)
    assert set(taken) == {0}
    assert not JobRow.objects.exists()


def test_what_is_given_back_counts_against_nobody() -> None:
    put("conversation:1", "a")
    claim("w", now(), LEASE)
    release("w")
    assert Lane.objects.get().owner is None
    assert JobRow.objects.get().losses == 0


def test_what_kills_its_worker_parks_alone() -> None:
    """Two jobs are claimed together and the process dies: the innocent one is done, the killer parks on its fifth."""
    put("innocent", "a")
    put("killer", "b")
    ran: list[str] = []

    class Killed(BaseException):
        """The process is gone: nothing after it runs."""

    def handler(jobs: Sequence[Job]) -> Sequence[Outcome]:
        if any(job.lane == "killer" for job in jobs):
            ran.append("killer")
            raise Killed
        ran.extend(job.lane for job in jobs)
        return [Done() for _ in jobs]

    def dies() -> bool:
        try:
            worker.run_due(now())
        except Killed:
            return True
        return False

    for _ in range(5):
        worker = Worker({"x": handler}, "w", lease=LEASE)
        until(dies)
    worker = Worker({"x": handler}, "w", lease=LEASE)
    until(lambda: worker.run_due(now()))
    assert sorted(ran) == ["innocent", *["killer"] * 5]
    assert [(job.lane, job.reason) for job in parked(5)] == [("killer", "WorkerLost")]
