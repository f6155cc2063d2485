"""The bodies that wait, as a consumer sees them: which it takes next, loaded and still sealed.

What waits stands in the table alone. Remembered is only who sent what, in memory and while it waits; forgetting that
costs a second look.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from sys import intern

from django.db import connection

from jawort.channels.whatsapp.senders import senders
from jawort.intake.turns import in_turn, together
from jawort.vault.seal import Unreadable
from jawort.vault.transit_seal import Opener

BODIES_MAX = 300
BYTES_MAX = 16 * 1024 * 1024  # loaded at once; the last body may go beyond
WINDOW_MAX = 20_000  # so many of the oldest take turns; what lies behind them waits until it is among these
LOOKED_AT_MAX = 2_000  # in a round, for their senders

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
    _senders: dict[int, tuple[str, ...]] = field(default_factory=dict, init=False)

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
            numbers = in_turn((n, self._senders[n]) for n in numbers if n in self._senders)
        else:
            self._senders.clear()
        return _load(numbers[:BODIES_MAX])

    def _waiting(self) -> list[tuple[int, int]]:
        with connection.cursor() as cursor:
            cursor.execute(_WAITING, [self.source, WINDOW_MAX])
            return [(number, attempts) for number, attempts in cursor.fetchall()]

    def _look_at(self, numbers: Sequence[int]) -> None:
        """Find out the senders of some that are new here, and forget those of what has gone."""
        self._senders = {number: self._senders[number] for number in numbers if number in self._senders}
        new = [number for number in numbers if number not in self._senders]
        for raw in _load(new[:LOOKED_AT_MAX]):
            self._senders[raw.id] = self._senders_of(raw)

    def _senders_of(self, raw: Waiting) -> tuple[str, ...]:
        try:
            return tuple(intern(sender) for sender in senders(self.opener.open(raw.sealed)))
        except Unreadable:  # its turn is now: it parks with its reason when it is taken
            return ()


def _load(numbers: Sequence[int]) -> list[Waiting]:
    if not numbers:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_LOAD, [list(numbers), BYTES_MAX])
        return [Waiting(id_, attempts, taken, bytes(body)) for id_, attempts, taken, body in cursor.fetchall()]
