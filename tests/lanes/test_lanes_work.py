"""One worker: order, due times, failures, parks, priorities, paces."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from jawort.lanes.checks import findings
from jawort.lanes.claim import Share, next_at
from jawort.lanes.enqueue import NewJob, enqueue
from jawort.lanes.models import Job as JobRow
from jawort.lanes.models import Lane, Pace
from jawort.lanes.outcome import Again, Done, Job, Outcome, Park
from jawort.lanes.pace import rest, set_pace
from jawort.lanes.parked import parked, replay
from jawort.lanes.rules import ATTEMPTS_MAX
from jawort.lanes.set_back import earn_again
from jawort.lanes.work import Worker
from jawort.ledger.models import Entry

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class Diary:
    """A handler that writes down what it ran; `answers` are its outcomes by name, the last one for good."""

    def __init__(self, **answers: list[Outcome | Exception]) -> None:
        self.answers = answers
        self.ran: list[str] = []
        self.batches: list[int] = []

    def __call__(self, jobs: Sequence[Job]) -> Sequence[Outcome]:
        self.batches.append(len(jobs))
        outcomes: list[Outcome] = []
        for job in jobs:
            answers = self.answers.get(job.ids["n"], [Done()])
            answer = answers.pop(0) if len(answers) > 1 else answers[0]
            if isinstance(answer, Exception):
                raise answer
            outcomes.append(answer)
        self.ran += [job.ids["n"] for job in jobs]
        return outcomes

    def worker(self) -> Worker:
        return Worker({"x": self}, "test")


def put(*names: str, lane: str = "conversation:1", at: datetime = AT, **more: object) -> None:
    enqueue([NewJob(lane, "x", {"n": name}, **more) for name in names], at)  # type: ignore[arg-type]


def all_due(worker: Worker, at: datetime = AT) -> int:
    rounds = 0
    while worker.run_due(at):
        rounds += 1
    return rounds


def test_a_lane_runs_in_order_one_job_a_round_and_disappears() -> None:
    diary = Diary()
    put("a", "b")
    put("c")
    assert all_due(diary.worker()) == 3
    assert diary.ran == ["a", "b", "c"]
    assert not Lane.objects.exists()
    assert not JobRow.objects.exists()


def test_lanes_run_in_one_batch() -> None:
    diary = Diary()
    for lane in range(250):
        put(str(lane), lane=f"conversation:{lane}")
    assert diary.worker().run_due(AT) == 200
    assert diary.batches == [200]
    assert diary.worker().run_due(AT) == 50


def test_a_clock_read_early_does_not_overtake() -> None:
    """Two requests read the clock, then wait for each other: the lane keeps the order of the locks."""
    diary = Diary()
    put("first to lock", at=AT + timedelta(milliseconds=5))
    put("second to lock", at=AT)
    all_due(diary.worker(), AT + timedelta(seconds=1))
    assert diary.ran == ["first to lock", "second to lock"]


def test_a_timer_blocks_nobody_and_runs_when_due() -> None:
    diary = Diary()
    worker = diary.worker()
    put("timer", due_at=AT + timedelta(hours=1))
    assert worker.run_due(AT) == 0
    put("now")
    all_due(worker)
    assert diary.ran == ["now"]
    all_due(worker, AT + timedelta(hours=1))
    assert diary.ran == ["now", "timer"]


def test_a_timer_that_is_due_goes_before_what_came_later() -> None:
    diary = Diary()
    put("timer", due_at=AT + timedelta(minutes=1))
    put("later", at=AT + timedelta(minutes=2))
    all_due(diary.worker(), AT + timedelta(minutes=3))
    assert diary.ran == ["timer", "later"]


def test_a_failed_job_keeps_its_place() -> None:
    later = AT + timedelta(minutes=5)
    diary = Diary(a=[Again(later, "line_paused"), Done()])
    worker = diary.worker()
    put("a", "b")
    all_due(worker)
    put("c", at=AT + timedelta(minutes=1))
    assert all_due(worker, AT + timedelta(minutes=4)) == 0
    all_due(worker, later)
    assert diary.ran == ["a", "a", "b", "c"]


def test_a_periodic_job_arms_itself_again_for_good() -> None:
    rounds = ATTEMPTS_MAX * 2
    diary = Diary(sweep=[Again(AT + timedelta(hours=n + 1), "hourly", counts=False) for n in range(rounds)])
    worker = diary.worker()
    put("sweep", lane="retention")
    for hour in range(rounds):
        assert worker.run_due(AT + timedelta(hours=hour, minutes=-1)) == 0
        assert worker.run_due(AT + timedelta(hours=hour)) == 1
    assert not parked(10)


def test_a_parked_job_lets_the_next_pass_and_can_be_replayed() -> None:
    diary = Diary(a=[Park("template_paused"), Done()])
    worker = diary.worker()
    put("a", "b")
    all_due(worker)
    assert diary.ran == ["a", "b"]
    assert not Lane.objects.exists()
    (job,) = parked(10)
    assert (job.lane, job.ids, job.reason) == ("conversation:1", {"n": "a"}, "template_paused")
    assert [finding.code for finding in findings()] == ["lanes.parked"]
    assert replay(job.id, actor="system", at=AT)
    assert not replay(job.id, actor="system", at=AT)
    told = Entry.objects.filter(kind__startswith="job.").order_by("pk").values_list("kind", "facts__job")
    assert list(told) == [("job.parked", job.id), ("job.replayed", job.id)]
    all_due(worker)
    assert diary.ran == ["a", "b", "a"]
    assert not parked(10)


def test_an_exception_spares_the_rest_of_its_batch() -> None:
    diary = Diary(bad=[RuntimeError("text of a customer")])
    for name in ("good", "bad", "better"):
        put(name, lane=name)
    diary.worker().run_due(AT)
    assert diary.batches == [3, 1, 1, 1]
    assert diary.ran == ["good", "better"]
    row = JobRow.objects.get()
    assert (row.ids, row.attempts, row.reason) == ({"n": "bad"}, 1, "RuntimeError")
    assert Lane.objects.get().held_until is not None


def test_a_job_that_always_fails_parks_with_the_class_of_its_exception() -> None:
    diary = Diary(bad=[RuntimeError("text of a customer")])
    worker = diary.worker()
    put("bad", "next")
    for _ in range(ATTEMPTS_MAX):
        lane = Lane.objects.get()
        assert worker.run_due(max(lane.due_at, AT)) == 1
    (job,) = parked(1)
    assert (job.attempts, job.reason) == (ATTEMPTS_MAX, "RuntimeError")
    all_due(worker, Lane.objects.get().due_at)
    assert diary.ran == ["next"]


def test_a_kind_without_handler_waits_and_a_wrong_count_is_a_failure() -> None:
    put("a")
    enqueue([NewJob("other", "unknown", {})], AT)
    assert Worker({"x": lambda jobs: []}, "test").run_due(AT) == 2
    reasons = set(JobRow.objects.values_list("kind", "reason"))
    assert reasons == {("x", "AnswersMissing"), ("unknown", "NoHandler")}


def test_a_broken_transaction_of_a_handler_does_not_spread() -> None:
    def divides(jobs: Sequence[Job]) -> Sequence[Outcome]:
        with transaction.atomic(), connection.cursor() as cursor:
            for job in jobs:
                cursor.execute("SELECT 1 / %s", [0 if job.ids["n"] == "bad" else 1])
        return [Done()] * len(jobs)

    for name in ("good", "bad"):
        put(name, lane=name)
    Worker({"x": divides}, "test").run_due(AT)
    assert JobRow.objects.get().reason == "DataError"


def test_priority_decides_between_lanes_not_within_one() -> None:
    diary = Diary()
    worker = diary.worker()
    for n in range(210):
        put("campaign", lane=f"recipient:{n}")
    put("reply 1", lane="conversation:1", at=AT + timedelta(seconds=1), priority=5)
    put("reply 2", lane="conversation:1", at=AT + timedelta(seconds=1), priority=9)
    worker.run_due(AT + timedelta(seconds=2))
    assert diary.ran.count("reply 1") == 1
    assert "reply 2" not in diary.ran
    worker.run_due(AT + timedelta(seconds=2))
    assert diary.ran.count("reply 2") == 1


def test_priority_out_of_range_and_no_transaction_are_refused() -> None:
    with pytest.raises(ValueError, match="priority is 0 to 9"):
        put("a", priority=10)
    enqueue([], AT)


def test_ids_come_back_as_given() -> None:
    seen: list[Job] = []

    def see(jobs: Sequence[Job]) -> Sequence[Outcome]:
        seen.extend(jobs)
        return [Done()]

    enqueue([NewJob("lane’s “name”", "x", {"text": "{},\\'\""})], AT)
    Worker({"x": see}, "test").run_due(AT)
    assert (seen[0].lane, seen[0].ids, seen[0].due_at) == ("lane’s “name”", {"text": "{},\\'\""}, AT)


def test_pace_is_kept_over_workers_and_lets_others_pass() -> None:
    set_pace("line:1", 50, AT, burst=5)
    diary = Diary()
    workers = [diary.worker(), diary.worker()]
    for n in range(400):
        put("paced", lane=f"recipient:{n}", pace="line:1")
    put("free", lane="conversation:1", at=AT + timedelta(seconds=1))
    for tick in range(100):
        at = AT + timedelta(milliseconds=20 * tick)
        workers[tick % 2].run_due(at)
        started = diary.ran.count("paced")
        assert started <= 5 + 50 * (tick * 0.02) + 1e-6
    assert started >= 50 * 0.02 * 99
    assert diary.ran.count("free") == 1


def test_a_pace_that_rests_starts_nothing_and_then_goes_on() -> None:
    set_pace("line:1", 10, AT, burst=5)
    rest("line:1", 4, AT)
    put("paced", lane="recipient:1", pace="line:1")
    put("free", lane="recipient:2")
    diary = Diary()
    worker = diary.worker()
    worker.run_due(AT + timedelta(seconds=3.9))
    assert diary.ran == ["free"]
    rest("line:1", 1, AT)  # a shorter one changes nothing
    worker.run_due(AT + timedelta(seconds=3.9))
    assert diary.ran == ["free"]
    worker.run_due(AT + timedelta(seconds=4.1))
    assert diary.ran == ["free", "paced"]


def test_a_pace_that_nobody_set_is_made_and_can_be_changed() -> None:
    put("a", pace="line:2")
    assert (Pace.objects.get().rate, Pace.objects.get().burst) == (80, 20)
    set_pace("line:2", 4, AT)
    assert (Pace.objects.get().rate, Pace.objects.get().tokens) == (4, 1)


def test_the_pace_is_that_of_the_job_that_runs() -> None:
    """Jobs of one lane may have different paces: the unpaced one goes at once, the paced one takes a token."""
    set_pace("line:1", 1, AT, burst=1)
    diary = Diary()
    worker = diary.worker()
    put("fetch")
    put("send", "send too", pace="line:1")
    put("note")
    all_due(worker)
    assert diary.ran == ["fetch", "send"]
    assert worker.run_due(AT + timedelta(seconds=0.5)) == 0
    all_due(worker, AT + timedelta(seconds=1))
    assert diary.ran == ["fetch", "send", "send too", "note"]


def test_a_timer_of_another_pace_that_becomes_first_does_not_get_stuck() -> None:
    set_pace("line:1", 1, AT, burst=1)
    diary = Diary()
    put("timer", due_at=AT + timedelta(hours=1), pace="line:1")
    put("sooner", due_at=AT + timedelta(minutes=1))
    all_due(diary.worker(), AT + timedelta(hours=2))
    assert diary.ran == ["sooner", "timer"]


def test_checks_see_what_nobody_would() -> None:
    put("a", lane="late", at=AT - timedelta(days=3000))
    put("b", lane="asleep")
    Lane.objects.filter(name="asleep").delete()
    put("c", lane="paced", pace="line:1")
    Pace.objects.all().delete()
    assert {finding.code for finding in findings()} == {"lanes.late", "lanes.unwoken", "lanes.pace_missing"}


def test_timers_are_not_looked_at_by_a_claim() -> None:
    for chunk in range(5):
        names = range(chunk * 1000, chunk * 1000 + 1000)
        enqueue([NewJob(f"timer:{n}", "x", {}, due_at=AT + timedelta(days=1)) for n in names], AT)
    put("now")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE lanes_lane")
        cursor.execute("SELECT pg_stat_get_xact_tuples_returned('lanes_lane_free'::regclass)")
        before = cursor.fetchone()[0]
        assert Diary().worker().run_due(AT) == 1
        cursor.execute("SELECT pg_stat_get_xact_tuples_returned('lanes_lane_free'::regclass)")
        assert cursor.fetchone()[0] - before < 1000  # dead entries of other tests may be among them, 5,000 timers not


def test_a_clock_that_is_set_back_holds_nothing_up() -> None:
    """What was due stays due, what was held for a pause is held for its rest, and the pace goes on."""
    diary = Diary(again=[Again(AT + timedelta(seconds=30), "busy"), Done()])
    worker = diary.worker()
    set_pace("line:1", 1, AT, burst=1)
    put("again", lane="a")
    put("paced", "paced too", lane="b", pace="line:1")
    put("alarm", lane="c", due_at=AT + timedelta(days=30))
    all_due(worker)
    assert diary.ran == ["again", "paced"]
    put("later", lane="d", at=AT + timedelta(seconds=1))
    hour_ago = AT - timedelta(hours=1)
    all_due(worker, hour_ago)
    all_due(worker, hour_ago + timedelta(seconds=2))
    assert sorted(diary.ran[2:]) == ["later", "paced too"]
    all_due(worker, hour_ago + timedelta(seconds=31))
    assert diary.ran[4:] == ["again"]
    all_due(worker, AT + timedelta(days=29))
    assert "alarm" not in diary.ran, "a date is no pause"
    all_due(worker, AT + timedelta(days=30))
    assert diary.ran[5:] == ["alarm"]


def test_a_worker_that_starts_after_the_clock_was_set_back_has_its_pace() -> None:
    set_pace("line:1", 1, AT, burst=1)
    assert "lanes.ahead" not in {finding.code for finding in findings()}
    earn_again(AT - timedelta(hours=1))
    assert Pace.objects.get().at == AT - timedelta(hours=1)


class TestShares:
    def test_slow_work_has_workers_of_its_own(self) -> None:
        diary = Diary()
        put("film", lane="file:1", pace="files")
        put("word")
        put("letter", lane="conversation:2", pace="line:1")
        fast = Worker({"x": diary}, "fast", share=Share(("files",)))
        slow = Worker({"x": diary}, "slow", share=Share(("files",), others=False))
        assert fast.run_due(AT) == 2
        assert set(diary.ran) == {"word", "letter"}
        assert (fast.run_due(AT), slow.run_due(AT)) == (0, 1)
        assert diary.ran[-1] == "film"

    def test_nobody_waits_for_lanes_of_others(self) -> None:
        put("film", lane="file:1", pace="files")
        assert next_at(AT, Share(("files",))) is None
        assert next_at(AT, Share(("files",), others=False)) == AT
        put("word")
        assert next_at(AT, Share(("files",))) == AT

    def test_one_at_once(self) -> None:
        diary = Diary()
        put("a", lane="file:1")
        put("b", lane="file:2")
        one = Worker({"x": diary}, "one", at_once=1)
        assert [one.run_due(AT) for _ in range(3)] == [1, 1, 0]
