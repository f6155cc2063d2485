"""Of what somebody hears, and when not."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as some

from jawort.staff.rules import Occasion, is_quiet, occasion_of

EVENING, MORNING = time(22), time(7)
counts = some.integers(0, 5)


@pytest.mark.parametrize(
    ("at", "quiet"),
    [
        (time(21, 59, 59), False),
        (time(22), True),
        (time(0), True),
        (time(6, 59, 59), True),
        (time(7), False),
        (time(12), False),
    ],
)
def test_quiet_hours_go_past_midnight(at: time, quiet: bool) -> None:
    assert is_quiet(at, EVENING, MORNING) is quiet


@given(some.times(), some.times(), some.times())
def test_it_is_quiet_in_one_of_two_halves_of_a_day(at: time, one: time, other: time) -> None:
    if one == other:
        assert not is_quiet(at, one, other)
    else:
        assert is_quiet(at, one, other) is not is_quiet(at, other, one)


@given(some.times(), some.times())
def test_it_is_quiet_from_the_beginning_on_and_not_at_the_end(begins: time, ends: time) -> None:
    assert is_quiet(begins, begins, ends) is (begins != ends)
    assert not is_quiet(ends, begins, ends)
    assert not is_quiet(begins, begins, None)
    assert not is_quiet(begins, None, ends)


@given(some.booleans(), some.booleans(), some.booleans(), counts, counts)
def test_what_somebody_has_seen_is_no_news(
    is_theirs: bool, is_named: bool, was_given: bool, came: int, unread: int
) -> None:
    said = occasion_of(is_theirs=is_theirs, is_named=is_named, was_given=was_given, came=came, unread=unread)
    assert (said is Occasion.NAMED) is is_named
    if said in {Occasion.MINE, Occasion.UNASSIGNED}:
        assert came > 0
        assert unread > 0
        assert is_theirs is (said is Occasion.MINE)
    if said is Occasion.ASSIGNED:
        assert is_theirs
        assert was_given


def test_who_waits_for_anybody_is_news_once() -> None:
    waits = [occasion_of(is_theirs=False, is_named=False, was_given=False, came=1, unread=n) for n in (1, 2, 3)]
    assert waits == [Occasion.UNASSIGNED, None, None]
    assert occasion_of(is_theirs=False, is_named=False, was_given=False, came=3, unread=3) is Occasion.UNASSIGNED
