"""Who comes next where more waits than a batch holds, and how much is risked at once after a crash. Pure."""

from collections import deque
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush

#: A body that was in hand so often when the process died is what kills it. The last two times it was alone.
ATTEMPTS_MAX = 5
#: One of so many places belongs to the oldest body, whosever it is. By turns alone the second body of a sender would
#: wait for as long as enough new senders come.
OLDEST_EVERY = 10


@dataclass(slots=True)
class Turns:
    """Bodies that wait, added oldest first each with its senders, and the order in which they are to be taken.

    Senders take turns, the oldest first: whoever sends a thousand waits for the others a thousand times, and they wait
    for him once. What names nobody takes turns as one sender. Whatever the turns, nothing waits longer than
    `OLDEST_EVERY` times what lies before it. What one sender wrote keeps its order, also where a body is of several.
    Each body costs the same, however many wait.
    """

    named: int = field(default=0, init=False)  # senders of what waits, over all bodies
    _waiting: dict[int, Sequence[Hashable]] = field(default_factory=dict, init=False)  # each with its senders
    _by_turn: list[tuple[int, int]] = field(default_factory=list, init=False)  # a heap
    _by_age: deque[int] = field(default_factory=deque, init=False)
    _next: dict[Hashable, int] = field(default_factory=dict, init=False)  # the turn of each sender's next body
    _turn: int = field(default=0, init=False)  # whose turn it is: of nobody an earlier one comes any more
    _taken: int = field(default=0, init=False)
    _tidy_at: int = field(default=1_000, init=False)

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, body: int, senders: Sequence[Hashable]) -> None:
        """`body`, younger than all that were added before."""
        of = senders or ("",)
        turn = max(self._turn, max(self._next.get(sender, 0) for sender in of))
        self._next.update(dict.fromkeys(of, turn + 1))
        self._waiting[body] = of
        self.named += len(of)
        heappush(self._by_turn, (turn, body))
        self._by_age.append(body)
        self._tidy()

    def take(self) -> int:
        """Whose turn it is now. Raises IndexError if nothing waits."""
        oldest = self._taken % OLDEST_EVERY == 0
        while True:
            if oldest:
                body = self._by_age.popleft()
            else:
                self._turn, body = heappop(self._by_turn)
            if body in self._waiting:  # else it was taken by the other order
                break
        self._taken += 1
        self.named -= len(self._waiting.pop(body))
        return body

    def _tidy(self) -> None:
        """Forget senders of whom nothing waits, each time that their number has doubled."""
        if len(self._next) >= self._tidy_at:
            here = {sender for senders in self._waiting.values() for sender in senders}
            self._next = {sender: turn for sender, turn in self._next.items() if sender in here}
            self._tidy_at = 2 * len(self._next) + 1_000


def together(attempts: int, most: int) -> int:
    """How many bodies that were in hand `attempts` times when a process died are tried at once: ever fewer, then one.

    One by one from the beginning, the innocent would be in hand for so long that the next crash, which has nothing to
    do with them either, would find them there again.
    """
    return max(most >> (3 * attempts), 1)
