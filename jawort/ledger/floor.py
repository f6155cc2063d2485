"""Up to which entry nothing waits any more, so that looking for what waits never walks over what has its place.

Without it every look passes the dead index entries of all that was integrated since the oldest snapshot was taken: a
backup of an hour would slow down the sequencer, and with it every gate that asks for the ledger's lag.

An id is given before its transaction is visible, so the floor rises in three steps: note the last id given; a moment
later, when every transaction that holds one of those ids has a transaction number, note the next number; and once all
below that have ended and nothing up to the id waits, that is the new floor. Should a transaction ever take longer than
the moment between its id and its number, its entry is found by the next full look.
"""

import time

from jawort.ledger.link import Link

NUMBERED_SECONDS = 1.0  # between nextval and the transaction number lies one row's INSERT: microseconds


class Floor:
    """The floor as one sequencer knows it. `id` 0 means: look at everything."""

    def __init__(self) -> None:
        self.id = 0
        self._next: int | None = None
        self._noted = 0.0
        self._horizon: int | None = None

    @property
    def rising(self) -> bool:
        """Whether a higher floor has been noted and is not yet certain."""
        return self._next is not None

    def rise(self, link: Link) -> bool:
        """Take the next step, if it can be taken. True if the floor is higher than before."""
        if self._next is None:
            row = link.execute("SELECT last_value FROM ledger_entry_id_seq WHERE is_called").fetchone()
            if row is not None and row[0] > self.id:
                self._next, self._noted = row[0], time.monotonic()
            return False
        if self._horizon is None:
            if time.monotonic() - self._noted >= NUMBERED_SECONDS:
                self._horizon = self._ask(link, "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
            return False
        ended = self._ask(
            link,
            """
            SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint >= %s AND NOT EXISTS (
                SELECT FROM ledger_entry WHERE log_index IS NULL AND id > %s AND id <= %s)
            """,
            self._horizon,
            self.id,
            self._next,
        )
        if ended:
            self.id, self._next, self._horizon = self._next, None, None
        return bool(ended)

    @staticmethod
    def _ask(link: Link, query: str, *parameters: int) -> int:
        row = link.execute(query.encode(), parameters).fetchone()
        if row is None:
            raise RuntimeError("A query without rows.")
        return int(row[0])
