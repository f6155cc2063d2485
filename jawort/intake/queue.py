"""The bodies that wait, as a consumer sees them: which it takes next, loaded and still sealed.

What waits stands in the table alone. Remembered is only whose turn it is, by hashes of senders, in memory and while it
waits; forgetting that costs a second look. Whatever is remembered is held against the table each time: somebody may
have committed late, failed, or put a body back.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import connection

from jawort.channels.whatsapp.senders import senders
from jawort.intake.turns import Turns, together
from jawort.vault.seal import Unreadable
from jawort.vault.transit_seal import Opener

BODIES_MAX = 300
BYTES_MAX = 16 * 1024 * 1024  # loaded at once; the last body may go beyond
WINDOW_MAX = 20_000  # so many of the oldest take turns; what lies behind them waits until it is among these
LOOKED_AT_MAX = 2_000  # in a round, for their senders
REMEMBERED_MAX = 1_000_000  # for all bodies together: 20,000 of a thousand customers each would fill the memory

_WAITING = """
SELECT id, attempts FROM intake_rawevent
 WHERE source = %s AND parked_at IS NULL AND id > %s ORDER BY id LIMIT %s
"""
_COUNT = "SELECT count(*) FROM intake_rawevent WHERE source = %s AND parked_at IS NULL AND id <= %s"
# Lengths are known without reading the bodies, so what is beyond the limit is not loaded.
_LOAD = """
SELECT id, attempts, taken, body FROM (
    SELECT id, attempts, taken, body, turn,
           sum(octet_length(body)) OVER (ORDER BY turn) - octet_length(body) AS before
      FROM unnest(%b::bigint[]) WITH ORDINALITY AS wanted (id, turn) JOIN intake_rawevent USING (id)
     WHERE parked_at IS NULL
) w WHERE before < %s ORDER BY turn
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One body of the queue as it lies there."""

    id: int
    attempts: int
    taken: int
    sealed: bytes


@dataclass(slots=True)
class Queue:
    """What waits of one source. For one consumer, from when it holds the lock for as long as it does."""

    source: str
    opener: Opener
    _turns: Turns = field(default_factory=Turns, init=False)
    _bytes: dict[int, int] = field(default_factory=dict, init=False)  # of what takes turns
    _looked_at: int = field(default=0, init=False)  # up to this id

    def next(self) -> list[Waiting]:
        """The bodies to take now: those that were in hand when a process died before all others, and apart."""
        if not self._turns or self._count() != len(self._turns):
            self._forget()
        new = self._new()
        if suspects := [(number, attempts) for number, attempts in new if attempts]:
            _, first = suspects[0]
            alike = [number for number, attempts in suspects if attempts == first]
            return _load(alike[: together(first, BODIES_MAX)])
        numbers = [number for number, _ in new]
        if len(self._turns) + len(numbers) <= BODIES_MAX:
            numbers = [*self._bytes, *numbers]
            self._forget()
            return _load(numbers)
        self._look_at(numbers[:LOOKED_AT_MAX])
        return _load(self._whose_turn())

    def _count(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, [self.source, self._looked_at])
            (count,) = cursor.fetchone()
            return int(count)

    def _new(self) -> list[tuple[int, int]]:
        """Ids and attempts of what nobody has looked at: at first as far as the window goes, for what was in hand when

        a process died lies anywhere in it; later so many as will be looked at."""
        most = min(WINDOW_MAX - len(self._turns), LOOKED_AT_MAX) if self._turns else WINDOW_MAX
        with connection.cursor() as cursor:
            cursor.execute(_WAITING, [self.source, self._looked_at, most])
            return [(number, attempts) for number, attempts in cursor.fetchall()]

    def _forget(self) -> None:
        self._turns, self._bytes, self._looked_at = Turns(), {}, 0

    def _look_at(self, numbers: Sequence[int]) -> None:
        """Find out the senders of some that are new here, oldest first: what comes later may be of the same sender."""
        if self._turns.named >= REMEMBERED_MAX:
            return
        for raw in _load(numbers):
            self._turns.add(raw.id, self._senders_of(raw))
            self._bytes[raw.id] = len(raw.sealed)
            self._looked_at = raw.id
            if self._turns.named >= REMEMBERED_MAX:
                break

    def _whose_turn(self) -> list[int]:
        numbers: list[int] = []
        loaded = 0
        while self._turns and len(numbers) < BODIES_MAX and loaded < BYTES_MAX:
            numbers.append(self._turns.take())
            loaded += self._bytes.pop(numbers[-1])
        return numbers

    def _senders_of(self, raw: Waiting) -> Sequence[int]:
        try:
            return array("q", map(hash, senders(self.opener.open(raw.sealed))))
        except Unreadable:  # it parks with its reason when it is taken
            return array("q")


def _load(numbers: Sequence[int]) -> list[Waiting]:
    if not numbers:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_LOAD, [list(numbers), BYTES_MAX])
        return [Waiting(id_, attempts, taken, bytes(body)) for id_, attempts, taken, body in cursor.fetchall()]
