"""Whose turn it is, and how much is risked after a crash."""

import itertools
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from jawort.intake.queue import BODIES_MAX
from jawort.intake.turns import ATTEMPTS_MAX, OLDEST_EVERY, in_turn, together

bodies = st.lists(st.lists(st.sampled_from("abcde"), max_size=3, unique=True), max_size=60)


def numbered(senders: Sequence[Sequence[str]]) -> list[tuple[int, Sequence[str]]]:
    return list(enumerate(senders, 100))


@given(bodies)
def test_everything_gets_its_turn_once(senders: Sequence[Sequence[str]]) -> None:
    assert sorted(in_turn(numbered(senders))) == [number for number, _ in numbered(senders)]


@given(bodies)
def test_what_one_sender_wrote_keeps_its_order(senders: Sequence[Sequence[str]]) -> None:
    order = list(in_turn(numbered(senders)))
    for sender in "abcde":
        his = [number for number, of in numbered(senders) if sender in of]
        assert [number for number in order if number in his] == his


@given(st.integers(0, 200), st.integers(1, 50))
def test_whoever_writes_first_waits_for_one_body_of_each_other(flood: int, others: int) -> None:
    waiting = numbered([["flood"]] * flood + [[str(other)] for other in range(others)])
    first = waiting[-1][0]
    places_of_the_oldest = others // (OLDEST_EVERY - 1) + 1
    assert list(in_turn(waiting)).index(first) <= others + places_of_the_oldest


@given(bodies)
def test_nothing_waits_much_longer_than_without_turns(senders: Sequence[Sequence[str]]) -> None:
    order = list(in_turn(numbered(senders)))
    for before, (number, _) in enumerate(numbered(senders)):
        assert order.index(number) <= before * OLDEST_EVERY


def test_new_senders_without_end_do_not_keep_a_second_message_waiting() -> None:
    numbers = itertools.count(1)
    waiting: list[tuple[int, Sequence[str]]] = [(next(numbers), ["kim"]) for _ in range(20)]
    for _ in range(20):
        waiting += [(number, [str(number)]) for number in itertools.islice(numbers, 30)]
        taken = set(itertools.islice(in_turn(waiting), 20))
        waiting = [(number, of) for number, of in waiting if number not in taken]
    assert ["kim"] not in [of for _, of in waiting]


def test_what_names_nobody_holds_up_nobody() -> None:
    assert list(in_turn([(1, ""), (2, "a"), (3, ""), (4, ""), (5, "b"), (6, "a")])) == [1, 2, 5, 3, 6, 4]


def test_after_each_crash_fewer_are_tried_and_the_blamed_one_was_alone_twice() -> None:
    groups = [together(attempts, BODIES_MAX) for attempts in range(ATTEMPTS_MAX)]
    assert groups == [300, 37, 4, 1, 1]
