"""The bodies that wait, as a consumer sees them: which it takes next, loaded and still sealed.

What waits stands in the table alone. Remembered is only what came from the same sender, by hashes, in memory and while
it waits; forgetting that costs a second look.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice, takewhile

from django.db import connection

from jawort.channels.whatsapp.senders import senders
from jawort.intake.turns import in_turn, together
from jawort.vault.seal import Unreadable
from jawort.vault.transit_seal import Opener

BODIES_MAX = 300
BYTES_MAX = 16 * 1024 * 1024  # loaded at once; the last body may go beyond
WINDOW_MAX = 20_000  # so many of the oldest take turns; what lies behind them waits until it is among these
LOOKED_AT_MAX = 2_000  # in a round, for their senders
REMEMBERED_MAX = 1_000_000  # for all bodies together: 20,000 of a thousand customers each would fill the memory

_WAITING = """
SELECT id, attempts FROM intake_rawevent WHERE source = %s AND parked_at IS NULL ORDER BY id LIMIT %s
"""
# Lengths are known without reading the bodies, so what is beyond the limit is not loaded.
_LOAD = """
SELECT id, attempts, taken, body FROM (
    SELECT id, attempts, taken, body, turn,
           sum(octet_length(body)) OVER (ORDER BY turn) - octet_length(body) AS before
      FROM unnest(%s::bigint[]) WITH ORDINALITY AS wanted (id, turn) JOIN intake_rawevent USING (id)
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
    """What waits of one source."""

    source: str
    opener: Opener
    _senders: dict[int, Sequence[int]] = field(default_factory=dict, init=False)

    def next(self) -> list[Waiting]:
        """The bodies to take now: those that were in hand when a process died before all others, and apart."""
        waiting = self._waiting()
        if suspects := [(number, attempts) for number, attempts in waiting if attempts]:
            _, first = suspects[0]
            alike = [number for number, attempts in suspects if attempts == first]
            return _load(alike[: together(first, BODIES_MAX)])
        numbers = [number for number, _ in waiting]
        if len(numbers) > BODIES_MAX:
            self._look_at(numbers)
            # Nothing overtakes what was not looked at: it may be of the same sender.
            known = takewhile(self._senders.__contains__, numbers)
            numbers = list(islice(in_turn((number, self._senders[number]) for number in known), BODIES_MAX))
        else:
            self._senders.clear()
        return _load(numbers)

    def _waiting(self) -> list[tuple[int, int]]:
        with connection.cursor() as cursor:
            cursor.execute(_WAITING, [self.source, WINDOW_MAX])
            return [(number, attempts) for number, attempts in cursor.fetchall()]

    def _look_at(self, numbers: Sequence[int]) -> None:
        """Find out the senders of some that are new here, and forget those of what has gone."""
        self._senders = {number: self._senders[number] for number in numbers if number in self._senders}
        new = [number for number in numbers if number not in self._senders]
        remembered = sum(map(len, self._senders.values()))
        for raw in _load(new[:LOOKED_AT_MAX]):  # one at least, so that there is always something to take
            self._senders[raw.id] = self._senders_of(raw)
            remembered += len(self._senders[raw.id])
            if remembered >= REMEMBERED_MAX:
                break

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
