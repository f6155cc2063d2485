"""Who comes next where more waits than a batch holds, and how much is risked at once after a crash. Pure."""

from collections.abc import Iterable, Sequence

#: A body that was in hand so often when the process died is what kills it. The last two times it was alone.
ATTEMPTS_MAX = 5


def in_turn(waiting: Iterable[tuple[int, Sequence[str]]]) -> list[int]:
    """Ids of bodies, given oldest first each with its senders, in the order in which they are to be taken.

    Senders take turns, the oldest first: whoever sends a thousand waits for the others a thousand times, and they wait
    for him once. What one sender wrote keeps its order, also where a body is of several.
    """
    turns: dict[str, int] = {}
    order: list[tuple[int, int]] = []
    for number, senders in waiting:
        turn = max((turns.get(sender, 0) for sender in senders), default=0)
        for sender in senders:
            turns[sender] = turn + 1
        order.append((turn, number))
    order.sort()
    return [number for _, number in order]


def together(attempts: int, most: int) -> int:
    """How many bodies that were in hand `attempts` times when a process died are tried at once: ever fewer, then one.

    One by one from the beginning, the innocent would be in hand for so long that the next crash, which has nothing to
    do with them either, would find them there again.
    """
    return max(most >> (3 * attempts), 1)
