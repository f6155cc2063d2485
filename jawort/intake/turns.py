"""Who comes next where more waits than a batch holds, and how much is risked at once after a crash. Pure."""

from collections.abc import Hashable, Iterable, Iterator, Sequence

#: A body that was in hand so often when the process died is what kills it. The last two times it was alone.
ATTEMPTS_MAX = 5
#: One of so many places belongs to the oldest body, whosever it is. By turns alone the second body of a sender would
#: wait for as long as enough new senders come.
OLDEST_EVERY = 10


def in_turn(waiting: Iterable[tuple[int, Sequence[Hashable]]]) -> Iterator[int]:
    """Ids of bodies, given oldest first each with its senders, in the order in which they are to be taken.

    Senders take turns, the oldest first: whoever sends a thousand waits for the others a thousand times, and they wait
    for him once. What names nobody takes turns as one sender. Whatever the turns, nothing waits longer than
    `OLDEST_EVERY` times what lies before it. What one sender wrote keeps its order, also where a body is of several.
    """
    turns: dict[Hashable, int] = {}
    order: list[tuple[int, int]] = []
    for number, senders in waiting:
        of = senders or ("",)
        turn = max(turns.get(sender, 0) for sender in of)
        for sender in of:
            turns[sender] = turn + 1
        order.append((turn, number))
    by_age = [number for _, number in order]
    order.sort()
    return _merged([number for _, number in order], by_age)


def _merged(by_turn: Sequence[int], by_age: Sequence[int]) -> Iterator[int]:
    """Two orders of the same ids made one. What comes before another in both does so here."""
    gone: set[int] = set()
    turn, age = iter(by_turn), iter(by_age)
    for place in range(len(by_turn)):
        queue = turn if place % OLDEST_EVERY else age
        number = next(number for number in queue if number not in gone)
        gone.add(number)
        yield number


def together(attempts: int, most: int) -> int:
    """How many bodies that were in hand `attempts` times when a process died are tried at once: ever fewer, then one.

    One by one from the beginning, the innocent would be in hand for so long that the next crash, which has nothing to
    do with them either, would find them there again.
    """
    return max(most >> (3 * attempts), 1)
