"""Workers that run: woken by what is enqueued, through a lost connection, at the pace of their lanes."""

import threading
import time
from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.db import connection, transaction

from jawort.core.clock import now
from jawort.lanes import work
from jawort.lanes.claim import Share
from jawort.lanes.ears import Ears
from jawort.lanes.enqueue import CHANNEL, LOOK, NewJob, enqueue
from jawort.lanes.models import Job as JobRow
from jawort.lanes.outcome import Done, Handler, Job, Outcome
from jawort.lanes.pace import set_pace
from jawort.lanes.work import Worker
from tests.lanes.test_lanes_together import beside, put, until

pytestmark = pytest.mark.django_db(transaction=True)


def test_run_is_woken_and_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    """With an hour between two looks only a wake-up, and a timer that it has seen, can be why a job runs."""
    monkeypatch.setattr(work, "LOOK_SECONDS", 3_600.0)
    ran: dict[str, float] = {}

    def handler(jobs: Sequence[Job]) -> Sequence[Outcome]:
        ran.update({job.ids["n"]: time.monotonic() for job in jobs})
        return [Done() for _ in jobs]

    stop, ears = threading.Event(), Ears()
    worker = Worker({"x": handler}, "test", ears=ears)
    with beside(lambda: ears.run(stop), stop), beside(lambda: worker.run(stop), stop):
        put("warm", "up")
        until(lambda: "up" in ran)
        time.sleep(0.1)
        for n in range(5):
            put("conversation:1", str(n))
            until(lambda name=str(n): name in ran)  # type: ignore[misc]
        begun = time.monotonic()
        with transaction.atomic():
            enqueue([NewJob("t", "x", {"n": "timer"}, due_at=now() + timedelta(seconds=0.9))], now())
        until(lambda: "timer" in ran)
        assert ran["timer"] - begun >= 0.9


def test_one_pair_of_ears_wakes_whose_work_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when the connection was lost meanwhile: what was said before it is back is looked for then."""
    monkeypatch.setattr(work, "LOOK_SECONDS", 3_600.0)
    ran: list[tuple[str, str]] = []

    def by(name: str) -> Handler:
        def handler(jobs: Sequence[Job]) -> Sequence[Outcome]:
            ran.extend((name, job.ids["n"]) for job in jobs)
            return [Done() for _ in jobs]

        return handler

    def file(name: str) -> None:
        with transaction.atomic():
            enqueue([NewJob("file:1", "x", {"n": name}, pace="files")], now())

    stop, ears = threading.Event(), Ears()
    set_pace("files", 100, now())
    files = Worker({"x": by("files")}, "files", share=Share(("files",), others=False), ears=ears)
    rest = Worker({"x": by("rest")}, "rest", share=Share(("files",)), ears=ears)
    with (
        beside(lambda: ears.run(stop), stop),
        beside(lambda: files.run(stop), stop),
        beside(lambda: rest.run(stop), stop),
    ):
        file("a")
        put("conversation:1", "b")
        until(lambda: sorted(ran) == [("files", "a"), ("rest", "b")])
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
                " AND datname = current_database() AND pid <> pg_backend_pid()"
            )
            assert cursor.fetchone() == (1,)
        file("c")
        until(lambda: ran[-1] == ("files", "c"))


def test_run_outlives_a_lost_database_connection() -> None:
    ran: list[str] = []

    def handler(jobs: Sequence[Job]) -> Sequence[Outcome]:
        ran.extend(job.ids["n"] for job in jobs)
        return [Done() for _ in jobs]

    stop, ears = threading.Event(), Ears()
    worker = Worker({"x": handler}, "test", ears=ears)
    with beside(lambda: ears.run(stop), stop), beside(lambda: worker.run(stop), stop):
        put("conversation:1", "a")
        until(lambda: ran == ["a"] and not JobRow.objects.exists())  # done to the end, or it would be done again
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            assert cursor.fetchone()[0] >= 1
        put("conversation:1", "b")
        until(lambda: ran == ["a", "b"])


def test_a_paced_backlog_gets_its_rate_while_running() -> None:
    started: list[float] = []

    def handler(jobs: Sequence[Job]) -> Sequence[Outcome]:
        started.extend([time.monotonic()] * len(jobs))
        return [Done() for _ in jobs]

    set_pace("line:1", 100, now(), burst=5)
    with transaction.atomic():
        enqueue([NewJob(f"recipient:{n}", "x", {}, pace="line:1") for n in range(105)], now())
    stop = threading.Event()
    run = Worker({"x": handler}, "a").run
    with beside(lambda: run(stop), stop), beside(lambda: Worker({"x": handler}, "b").run(stop), stop):
        until(lambda: len(started) == 105, 20)
    assert max(started) - min(started) >= 0.95


def test_workers_wake_for_work_of_theirs() -> None:
    """One word for each pace of what is due soon; what is due later needs none, for all look each second."""
    with connection.cursor() as ears:
        ears.execute(f"LISTEN {CHANNEL}")
    later = now() + 2 * LOOK
    with transaction.atomic():
        enqueue(
            [NewJob(f"lane:{n}", "x", {"n": "1"}, pace=pace) for n, pace in enumerate((None, "files", None))], now()
        )
        enqueue([NewJob("lane:9", "x", {"n": "1"}, due_at=later, pace="line:1")], now())
    heard = [word.payload for word in connection.connection.notifies(timeout=1, stop_after=2)]
    assert sorted(heard) == ["", "files"]
    files, rest = Share(("files",), others=False), Share(("files",))
    assert [files.takes(pace) for pace in ("", "files", "line:1")] == [False, True, False]
    assert [rest.takes(pace) for pace in ("", "files", "line:1")] == [True, False, True]


def test_whoever_takes_the_next_job_is_woken() -> None:
    """A file goes before its message: another worker takes what follows, and must not wait for its next look."""
    with transaction.atomic():
        jobs = [NewJob("lane:1", "x", {"n": "file"}, pace="files"), NewJob("lane:1", "x", {"n": "word"}, pace="line:1")]
        enqueue(jobs, now())
    done = Worker({"x": lambda jobs: [Done() for _ in jobs]}, "files", share=Share(("files",), others=False))
    with connection.cursor() as ears:
        ears.execute(f"LISTEN {CHANNEL}")
    assert done.run_due(now()) == 1
    assert [word.payload for word in connection.connection.notifies(timeout=1, stop_after=1)] == ["line:1"]
    assert done.run_due(now()) == 0
