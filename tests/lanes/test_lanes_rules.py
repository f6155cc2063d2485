"""What becomes of a job after a run."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from jawort.lanes.outcome import Again, Done, Job, Park
from jawort.lanes.rules import (
    ATTEMPTS_MAX,
    BACKOFF_FIRST_SECONDS,
    BACKOFF_MAX_SECONDS,
    BACKOFF_SPREAD,
    End,
    Settled,
    backoff,
    failed,
    settle,
)

AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def a_job(attempts: int = 0) -> Job:
    return Job(7, "conversation:1", "deliver", {"message": "1"}, attempts, AT)


@given(st.integers(1, 10_000), st.integers(0, 1 << 60))
def test_backoff_grows_within_its_bounds(attempts: int, key: int) -> None:
    wait = backoff(attempts, key).total_seconds()
    assert BACKOFF_FIRST_SECONDS <= wait <= BACKOFF_MAX_SECONDS * (1 + BACKOFF_SPREAD)
    assert backoff(attempts + 1, key).total_seconds() >= wait


@given(st.integers(0, ATTEMPTS_MAX - 1), st.text(max_size=400))
def test_attempts_end_in_a_park_with_the_reason(attempts: int, reason: str) -> None:
    settled = settle(a_job(attempts), Again(AT, reason))
    if attempts + 1 < ATTEMPTS_MAX:
        assert settled == Settled(End.AGAIN, attempts + 1, AT, reason[:200])
    else:
        assert settled == Settled(End.PARK, attempts + 1, None, reason[:200] or "no reason given")


def test_a_run_that_does_not_count_starts_the_attempts_again() -> None:
    assert settle(a_job(ATTEMPTS_MAX - 1), Again(AT, "every hour", counts=False)) == Settled(
        End.AGAIN, 0, AT, "every hour"
    )


def test_done_and_parked() -> None:
    assert settle(a_job(), Done()) == Settled(End.DONE)
    assert settle(a_job(2), Park("template_paused")) == Settled(End.PARK, 2, None, "template_paused")


def test_only_the_class_of_an_exception_is_kept() -> None:
    again = failed(a_job(), KeyError("+49 151 23456789"), AT)
    assert again.reason == "KeyError"
    assert again.at >= AT + timedelta(seconds=1)
