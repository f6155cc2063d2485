"""When a link to an own page opens, how often a code may be wanted, and how often guessed. No database."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from jawort.messaging.own_page.rules import (
    CODES_A_DAY_MAX,
    TRIES_MAX,
    Condition,
    Facts,
    Sent,
    condition,
    may_try,
    one_more,
)

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_a_link_is_open_until_its_end_and_not_at_it() -> None:
    link = Facts(NOW)
    assert condition(link, NOW - MINUTE) is Condition.OPEN
    assert condition(link, NOW) is Condition.EXPIRED


def test_withdrawn_comes_first_then_ended_then_withheld() -> None:
    assert condition(Facts(NOW, NOW, withheld=True), NOW + MINUTE) is Condition.WITHDRAWN
    assert condition(Facts(NOW, withheld=True), NOW + MINUTE) is Condition.EXPIRED
    assert condition(Facts(NOW, withheld=True), NOW - MINUTE) is Condition.WITHHELD


@given(st.lists(st.integers(0, 3), max_size=40))
def test_no_day_sees_more_codes_than_it_may(steps: list[int]) -> None:
    """However codes are wanted over the days: `steps` are the days between one wish and the next."""
    day, sent, counted = date(2026, 11, 26), Sent(None, 0), dict[date, int]()
    for step in steps:
        day += timedelta(days=step)
        if (more := one_more(sent, day)) is not None:
            sent = more
            counted[day] = counted.get(day, 0) + 1
    assert all(codes <= CODES_A_DAY_MAX for codes in counted.values())
    assert sent.codes == (counted.get(sent.day, 0) if sent.day else 0)


def test_a_code_ends_with_time_and_with_tries() -> None:
    assert may_try(NOW + MINUTE, TRIES_MAX - 1, NOW)
    assert not may_try(NOW + MINUTE, TRIES_MAX, NOW)
    assert not may_try(NOW, 0, NOW)
    assert not may_try(None, 0, NOW)
