"""When an alarm is raised, when it ends, and when a line is silent: rules, at any time that one gives them."""

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jawort.alarms.rules import (
    ENDS_AFTER,
    EXPIRES_WITHIN,
    LOOKED_WITHIN,
    SILENT_MIN,
    WEEK,
    Cause,
    Code,
    Ear,
    Open,
    Seen,
    SelfTested,
    Watched,
    causes,
    change,
    is_unwatched,
    silent,
    watched_since,
)
from tests.fixtures.time import MONDAY

BERLIN = ZoneInfo("Europe/Berlin")
LINE = UUID(int=7)
HOUR = timedelta(hours=1)
PARKED, DISK = Cause(Code.PARKED), Cause(Code.DISK)
WELL = SelfTested("", None, "", "")


def codes(seen: Seen, at: datetime = MONDAY) -> list[Code]:
    return [cause.code for cause in causes(seen, at, BERLIN)]


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (Seen(), []),
        (Seen(parked=True), [Code.PARKED]),
        (Seen(notices=True), [Code.NOTICES]),
        (Seen(ledger=["ledger.lag"]), [Code.LEDGER]),
        (Seen(free=0.09), [Code.DISK]),
        (Seen(free=0.11), []),
        (Seen([Watched(LINE, tested=WELL)]), []),
        (Seen([Watched(LINE)]), []),  # of what was never tested nothing is known to be wrong
        (Seen([Watched(LINE, "whatsapp.190", True, WELL)]), [Code.TOKEN_REFUSED]),
        (Seen([Watched(LINE, "", False, SelfTested("whatsapp.190", None, "unknown", ""))]), [Code.TOKEN_REFUSED]),
        (Seen([Watched(LINE, "", False, SelfTested("whatsapp.-1", None, "unknown", ""))]), []),
        (Seen([Watched(LINE, "whatsapp.131031", True, WELL)]), [Code.LINE_STOPPED]),
        (Seen([Watched(LINE, tested=SelfTested("", None, "unsubscribed", ""))]), [Code.UNSUBSCRIBED]),
        (Seen([Watched(LINE, tested=SelfTested("", None, "", "unreachable"))]), [Code.CALLBACK]),
        (Seen([Watched(LINE, tested=SelfTested("", MONDAY + EXPIRES_WITHIN, "", ""))]), [Code.TOKEN_EXPIRES]),
        (Seen([Watched(LINE, tested=SelfTested("", MONDAY + EXPIRES_WITHIN + HOUR, "", ""))]), []),
    ],
)
def test_what_deserves_an_alarm(seen: Seen, expected: list[Code]) -> None:
    assert codes(seen) == expected


def test_what_matters_most_comes_first() -> None:
    seen = Seen([Watched(LINE, tested=SelfTested("", None, "unsubscribed", ""))], True, True, ["ledger.lag"], 0.01)
    assert codes(seen) == [Code.LEDGER, Code.DISK, Code.UNSUBSCRIBED, Code.PARKED, Code.NOTICES]


def test_an_alarm_is_raised_once_and_ends_when_its_cause_stays_away() -> None:
    at = MONDAY
    assert change([], [PARKED, PARKED], at).raised == [PARKED]
    alarm = Open(LINE, PARKED, at)
    still = change([alarm], [PARKED], at + HOUR)
    assert (still.raised, still.seen, still.ended) == ([], [LINE], [])
    almost = change([alarm], [], at + ENDS_AFTER - timedelta(seconds=1))
    assert (almost.raised, almost.seen, almost.ended) == ([], [], [])
    assert change([alarm], [DISK], at + ENDS_AFTER).ended == [alarm]


@given(st.lists(st.tuples(st.integers(1, 20), st.sets(st.sampled_from([PARKED, DISK]))), max_size=30))
def test_however_causes_come_and_go_each_has_one_alarm_at_most(looks: list[tuple[int, set[Cause]]]) -> None:
    """Whatever is wrong has an alarm at once; whatever has none is not wrong; none ends while its cause is there."""
    at, standing, number = MONDAY, list[Open](), 0
    for minutes, now in looks:
        at += timedelta(minutes=minutes)
        found = change(standing, list(now), at)
        assert not {alarm.cause for alarm in found.ended} & now
        gone = {alarm.id for alarm in found.ended}
        standing = [
            Open(alarm.id, alarm.cause, at if alarm.id in found.seen else alarm.seen_at)
            for alarm in standing
            if alarm.id not in gone
        ]
        for cause in found.raised:
            number += 1
            standing.append(Open(UUID(int=number), cause, at))
        assert len({alarm.cause for alarm in standing}) == len(standing)
        assert now <= {alarm.cause for alarm in standing}


def working_week(per_hour: int, at: datetime, weeks: int = 4) -> dict[datetime, int]:
    """So many updates in each hour from 8 to 18 on working days in Berlin, for so many weeks before `at`."""
    hours = {}
    hour = at.replace(minute=0) - weeks * WEEK
    while hour < at:
        wall = hour.astimezone(BERLIN)
        if wall.weekday() < 5 and 8 <= wall.hour < 18:
            hours[hour] = per_hour
        hour += HOUR
    return hours


def is_silent(hours: dict[datetime, int], since: datetime, at: datetime) -> bool:
    return silent(Ear(hours, since), since, at, BERLIN)


class TestSilence:
    """MONDAY is eleven o'clock in Berlin."""

    def test_at_an_hour_that_is_usually_busy_it_takes_ten_missing_updates(self) -> None:
        hours = working_week(10, MONDAY)
        assert not is_silent(hours, MONDAY, MONDAY + timedelta(minutes=59))
        assert is_silent(hours, MONDAY, MONDAY + HOUR)

    def test_however_busy_it_takes_half_an_hour(self) -> None:
        hours = working_week(10_000, MONDAY)
        assert not is_silent(hours, MONDAY, MONDAY + SILENT_MIN - timedelta(minutes=1))
        assert is_silent(hours, MONDAY, MONDAY + SILENT_MIN)

    def test_nights_and_weekends_are_as_long_as_they_are(self) -> None:
        friday = MONDAY + timedelta(days=4, hours=7)
        hours = working_week(100, friday)
        assert not is_silent(hours, friday, friday + timedelta(days=2, hours=14))  # to Monday, eight o'clock
        assert is_silent(hours, friday, friday + timedelta(days=2, hours=14, minutes=30))

    def test_a_new_line_is_never_silent(self) -> None:
        assert not is_silent({}, MONDAY, MONDAY + 3 * WEEK)
        assert not is_silent(working_week(100, MONDAY, weeks=2), MONDAY, MONDAY + timedelta(hours=5))
        assert is_silent(working_week(100, MONDAY, weeks=3), MONDAY, MONDAY + timedelta(hours=5))

    def test_one_holiday_among_the_weeks_changes_nothing(self) -> None:
        hours = working_week(10, MONDAY)
        kept = {hour: count for hour, count in hours.items() if hour.date() != (MONDAY - WEEK).date()}
        assert is_silent(kept, MONDAY, MONDAY + HOUR)

    def test_two_quiet_weeks_make_it_usual(self) -> None:
        hours = working_week(10, MONDAY)
        days = {(MONDAY - WEEK).date(), (MONDAY - 2 * WEEK).date()}
        assert not is_silent({h: n for h, n in hours.items() if h.date() not in days}, MONDAY, MONDAY + HOUR)

    def test_silence_never_becomes_usual(self) -> None:
        hours = working_week(10, MONDAY)
        assert all(is_silent(hours, MONDAY, MONDAY + timedelta(days=days)) for days in range(1, 60))

    def test_the_clock_on_the_wall_counts_when_summer_time_begins(self) -> None:
        """At 17 o'clock UTC on the day after, it is 19 o'clock: closed, where a week before it was 18."""
        begin = datetime(2026, 3, 30, 16, 0, tzinfo=UTC)  # Monday after the change, 18 o'clock
        hours = working_week(50, begin)
        assert not is_silent(hours, begin, begin + timedelta(hours=3))

    @given(st.integers(0, 200), st.integers(0, 24 * 20), st.integers(0, 24 * 20))
    def test_who_is_silent_stays_so_until_something_is_heard(self, per_hour: int, first: int, more: int) -> None:
        hours = working_week(per_hour, MONDAY)
        if is_silent(hours, MONDAY, MONDAY + first * HOUR):
            assert is_silent(hours, MONDAY, MONDAY + (first + more) * HOUR)

    def test_what_was_missed_while_nobody_looked_is_no_silence(self) -> None:
        hours = working_week(100, MONDAY)
        line = Watched(LINE, tested=WELL, ear=Ear(hours, MONDAY - timedelta(hours=2)))
        assert codes(Seen([line], watched_since=MONDAY - timedelta(days=1))) == [Code.LINE_SILENT]
        assert codes(Seen([line], watched_since=MONDAY)) == []


def test_looking_without_a_gap() -> None:
    begun, at = MONDAY, MONDAY + timedelta(days=1)
    assert watched_since(None, None, at) == at
    assert watched_since(begun, at - timedelta(minutes=1), at) == begun
    assert watched_since(begun, at - LOOKED_WITHIN, at) == at
    assert watched_since(begun, at + HOUR, at) == at  # the clock was set back


def test_where_nobody_has_looked_yet_nobody_is_missing() -> None:
    assert not is_unwatched(None, MONDAY)
    assert not is_unwatched(MONDAY, MONDAY + LOOKED_WITHIN - timedelta(seconds=1))
    assert is_unwatched(MONDAY, MONDAY + LOOKED_WITHIN)
