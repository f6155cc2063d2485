"""Who tries passwords too often waits; who tries many at once gains nothing."""

from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from jawort.core import clock as core_clock
from jawort.staff.lockout import FAILURES_OF_ADDRESS_MAX, FAILURES_OF_PLACE_MAX, LOCKED_FOR, Tried, admits, forget
from tests.fixtures.time import Clock

ALICE = Tried("alice@firma.example", "203.0.113.7")


def test_many_at_once_are_no_more_than_one_after_the_other(transactional_db: None, clock: Clock) -> None:
    def attempt(_: int) -> bool:
        try:
            return admits(ALICE, clock.at)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(24))) == FAILURES_OF_ADDRESS_MAX


def test_the_quarter_of_an_hour_runs_from_the_last_attempt_that_was_tried(db: None, clock: Clock) -> None:
    assert admits(ALICE, core_clock.now())
    clock.forward(minutes=14)
    assert all(admits(ALICE, core_clock.now()) for _ in range(FAILURES_OF_ADDRESS_MAX - 1))
    clock.forward(minutes=14)
    assert not admits(ALICE, core_clock.now())
    clock.forward(minutes=1)
    assert admits(ALICE, core_clock.now())


def test_a_place_is_locked_for_the_whole_time_and_slips_of_a_day_do_not_add_up(db: None, clock: Clock) -> None:
    def one(number: int) -> bool:
        return admits(Tried(f"{number}@firma.example", "203.0.113.7"), core_clock.now())

    for number in range(2 * FAILURES_OF_PLACE_MAX):
        assert one(number)
        clock.forward(minutes=1)
    clock.forward(seconds=LOCKED_FOR.total_seconds())
    assert one(1_000)
    clock.forward(minutes=14)
    assert all(one(2_000 + number) for number in range(FAILURES_OF_PLACE_MAX - 1))
    clock.forward(minutes=14)
    assert not one(3_000)
    clock.forward(minutes=1)
    assert one(3_000)


def test_right_passwords_do_not_use_up_a_place(db: None, clock: Clock) -> None:
    for _ in range(2 * FAILURES_OF_PLACE_MAX):
        assert admits(ALICE, core_clock.now())
        forget(ALICE)
