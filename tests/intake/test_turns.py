"""Whose turn it is, and how much is risked after a crash."""

import itertools
from collections import deque
from collections.abc import Iterator, Sequence

from hypothesis import given
from hypothesis import strategies as st

from jawort.intake.queue import BODIES_MAX
from jawort.intake.turns import ATTEMPTS_MAX, OLDEST_EVERY, Turns, together

bodies = st.lists(st.lists(st.sampled_from("abcde"), max_size=3, unique=True), max_size=60)


def numbered(senders: Sequence[Sequence[str]]) -> list[tuple[int, Sequence[str]]]:
    return list(enumerate(senders, 100))


def in_turn(waiting: Sequence[tuple[int, Sequence[str]]]) -> Iterator[int]:
    """What waits, in the order in which it is taken if nothing comes in between."""
    turns = Turns()
    for number, senders in waiting:
        turns.add(number, senders)
    while turns:
        yield turns.take()


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


@given(bodies, st.lists(st.booleans(), max_size=120))
def test_orders_hold_and_nothing_waits_for_ever_while_more_comes(
    senders: Sequence[Sequence[str]], comes: Sequence[bool]
) -> None:
    turns, order, coming = Turns(), list[int](), deque(numbered(senders))
    before: dict[int, int] = {}
    for more in comes:
        if more and coming:
            number, of = coming.popleft()
            before[number] = len(order) + OLDEST_EVERY * (len(turns) + 1)
            turns.add(number, of)
        elif turns:
            order.append(turns.take())
    while turns:
        order.append(turns.take())
    assert all(order.index(number) <= latest for number, latest in before.items())
    for sender in "abcde":
        his = [number for number, of in numbered(senders) if sender in of and number in before]
        assert [number for number in order if number in his] == his
    assert (sorted(order), turns.named) == (sorted(before), 0)


def test_new_senders_without_end_do_not_keep_a_second_message_waiting() -> None:
    numbers = itertools.count(1)
    turns, taken = Turns(), set[int]()
    his = [next(numbers) for _ in range(20)]
    for number in his:
        turns.add(number, ["kim"])
    for _ in range(20):
        for number in itertools.islice(numbers, 30):
            turns.add(number, [str(number)])
        taken |= {turns.take() for _ in range(20)}
    assert taken.issuperset(his)


def test_senders_of_whom_nothing_waits_are_forgotten() -> None:
    turns = Turns()
    for number in range(10_000):
        turns.add(number, [str(number)])
        turns.take()
    assert len(turns._next) <= 1_100


def test_what_names_nobody_holds_up_nobody() -> None:
    assert list(in_turn([(1, ""), (2, "a"), (3, ""), (4, ""), (5, "b"), (6, "a")])) == [1, 2, 5, 3, 6, 4]


def test_after_each_crash_fewer_are_tried_and_the_blamed_one_was_alone_twice() -> None:
    groups = [together(attempts, BODIES_MAX) for attempts in range(ATTEMPTS_MAX)]
    assert groups == [300, 37, 4, 1, 1]
