"""How old a server is: never accuse a current one, always name one that missed a scheduled release."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jawort.cli.postgres_age import LIVES, age, minor_at_least, second_thursday


@pytest.mark.parametrize(
    ("year", "month", "day"), [(2025, 11, 13), (2026, 2, 12), (2026, 5, 14), (2026, 8, 13), (2026, 11, 12)]
)
def test_scheduled_days(year: int, month: int, day: int) -> None:
    """The days that the project's roadmap names."""
    assert second_thursday(year, month) == date(year, month, day)


def test_an_old_minor_is_named() -> None:
    """18.3 after the releases of November 2025 to November 2026 has missed some."""
    assert [note.code for note in age(180_003, date(2026, 11, 23))] == ["postgresql.old"]
    assert age(180_006, date(2026, 11, 23)) == []


def test_a_dead_major_is_named() -> None:
    """After its five years a major gets no corrections, whatever its minor."""
    assert [note.code for note in age(150_099, date(2028, 1, 1))] == ["postgresql.end_of_life"]


def test_an_unknown_major_is_left_alone() -> None:
    """A newer PostgreSQL than this table."""
    assert age(190_000, date(2027, 1, 1)) == []


@given(st.sampled_from(sorted(LIVES)), st.integers(0, 1_800))
def test_the_least_minor_never_falls(major: int, days: int) -> None:
    """Day by day the least number stays or grows, from 0 on the day of the first release."""
    first, _ = LIVES[major]
    today = first + timedelta(days=days)
    assert minor_at_least(first, first) == 0
    assert minor_at_least(first, today) <= minor_at_least(first, today + timedelta(days=1))
