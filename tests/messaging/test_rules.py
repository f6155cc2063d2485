"""How a message moves, over all orders of reports."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jawort.messaging.rules import (
    OFFER_AGAIN_AFTER,
    PAIR_BURST,
    PAIR_EVERY,
    RANK,
    WINDOW,
    State,
    advance,
    advanced,
    may_reopen,
    may_retry,
    pair_wait,
    window_end,
)

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
REPORTS = [State.SENT, State.DELIVERED, State.READ, State.PLAYED, State.FAILED]
STARTS = [State.QUEUED, State.CLAIMED, State.CALLING, State.UNKNOWN, State.ACCEPTED]


@given(st.sampled_from(STARTS), st.lists(st.sampled_from(REPORTS), max_size=5))
def test_the_order_of_reports_does_not_matter(start: State, reports: list[State]) -> None:
    assert len({advanced(start, order) for order in permutations(reports)}) == 1


@given(st.sampled_from(STARTS), st.lists(st.sampled_from(REPORTS), max_size=12))
def test_a_message_never_moves_backwards(start: State, reports: list[State]) -> None:
    state = start
    for reported in reports:
        after = advance(state, reported)
        if after is not State.FAILED and state is not State.FAILED:
            assert RANK[after] >= RANK[state]
        state = after


@given(st.sampled_from(STARTS), st.lists(st.sampled_from(REPORTS), max_size=6))
def test_a_report_told_twice_counts_once(start: State, reports: list[State]) -> None:
    assert advanced(start, reports) == advanced(start, [r for r in reports for _ in range(2)])


@pytest.mark.parametrize("arrived", [State.DELIVERED, State.READ, State.PLAYED])
def test_what_arrived_cannot_fail(arrived: State) -> None:
    assert advance(arrived, State.FAILED) is arrived
    assert advance(State.FAILED, arrived) is arrived


def test_a_failure_beats_one_tick() -> None:
    assert advance(State.SENT, State.FAILED) is State.FAILED
    assert advance(State.FAILED, State.SENT) is State.FAILED


@given(st.sampled_from(REPORTS))
def test_a_refused_message_stays_refused(reported: State) -> None:
    assert advance(State.REFUSED, reported) is State.REFUSED


def test_a_clock_that_runs_ahead_wins_no_window() -> None:
    assert window_end(AT + timedelta(hours=3), AT) == AT + WINDOW
    assert window_end(AT - timedelta(hours=3), AT) == AT - timedelta(hours=3) + WINDOW


def test_a_week_to_reopen() -> None:
    assert may_reopen(AT, AT + timedelta(days=7))
    assert not may_reopen(AT, AT + timedelta(days=7, seconds=1))


def test_of_an_unknown_message_nothing_is_offered_for_ten_minutes() -> None:
    assert not may_retry(State.UNKNOWN, AT, AT + OFFER_AGAIN_AFTER - timedelta(seconds=1))
    assert may_retry(State.UNKNOWN, AT, AT + OFFER_AGAIN_AFTER)
    assert may_retry(State.FAILED, AT, AT)
    assert may_retry(State.REFUSED, None, AT)
    assert not any(may_retry(state, AT, AT + timedelta(days=1)) for state in (State.SENT, State.READ, State.QUEUED))


def test_a_burst_to_one_person_then_one_every_six_seconds() -> None:
    full_at = now = AT
    left: list[datetime] = []
    while len(left) < PAIR_BURST + 3:
        if (until := pair_wait(full_at, now)) is None:
            left.append(now)
            full_at = max(full_at, now) + PAIR_EVERY
        else:
            now = until
    assert left == [AT] * PAIR_BURST + [AT + PAIR_EVERY * n for n in (1, 2, 3)]


def test_a_clock_that_was_set_back_holds_up_nobody() -> None:
    assert pair_wait(None, AT) is None
    assert pair_wait(AT + PAIR_EVERY * PAIR_BURST, AT) == AT + PAIR_EVERY
    assert pair_wait(AT + PAIR_EVERY * PAIR_BURST, AT - timedelta(hours=1)) is None
