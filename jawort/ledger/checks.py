"""What must hold of the ledger at rest, fast enough for every `doctor`. The whole log is `jawort verify`'s."""

from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from jawort.core import clock
from jawort.core.finding import Finding
from jawort.ledger import mark, queries, shelf
from jawort.ledger.link import own_connection
from jawort.ledger.read import vkey
from jawort.ledger.tlog.checkpoint import Checkpoint
from jawort.ledger.tlog.log import Log
from jawort.ledger.tlog.tiles import TileError

LAG_SECONDS_MAX = 10.0  # the sequencer follows within a second; twice this and outbound stops
UNSIGNED_SECONDS_MAX = 10.0

_STATE = """
    SELECT h.size, h.at, c.size, h.root = c.root, (SELECT max(log_index) FROM ledger_entry)
    FROM ledger_head AS h LEFT JOIN LATERAL (
        SELECT size, root FROM ledger_checkpoint ORDER BY size DESC LIMIT 1
    ) AS c ON true
"""


@dataclass(frozen=True, slots=True)
class Marked:
    """What lay beside the root key at the moment of reading, to be held against a database read later."""

    kept: Checkpoint | None
    broken: str = ""

    @classmethod
    def read(cls, path: Path) -> "Marked":
        """Read it; a file that is none is a finding of its own."""
        try:
            return cls(mark.read(path))
        except mark.MarkError as error:
            return cls(None, str(error))

    def findings(self) -> list[Finding]:
        """Whether the log goes on from where it was signed; without a mark nothing can be said."""
        if self.broken:
            return [Finding("ledger.mark", self.broken)]
        if self.kept is None:
            return []
        link = own_connection("jawort mark")
        try:
            size = queries.size()
            name = (vkey() or "none").partition("+")[0]
            found = mark.contradiction(self.kept, name, size, Log(shelf.reader(link), size).root_of)
        except TileError:
            return []  # verifying the log names what is not whole
        finally:
            link.close()
        return [found] if found else []


def findings() -> list[Finding]:
    """One finding for each thing that does not hold."""
    at = clock.now()
    found = []
    if queries.refuses():
        text = "The sequencer refuses to sign, and nothing leaves: its log and “jawort verify” say why."
        found.append(Finding("ledger.refused", text))
    lag = queries.lag(at)
    if lag > LAG_SECONDS_MAX:
        found.append(Finding("ledger.lag", f"An entry waits for its place in the log since {lag:.0f} s: no sequencer?"))
    with connection.cursor() as cursor:
        cursor.execute(_STATE)  # one statement, one snapshot: the log may grow while we look
        row = cursor.fetchone()
    if row is None:
        return found
    size, head_at, signed, same_root, last = row
    if last is not None and last + 1 != size:
        found.append(Finding("ledger.head", f"The log has {size} entries; the last one has place {last}."))
    if signed is not None and (signed > size or (signed == size and not same_root)):
        found.append(Finding("ledger.checkpoint", f"The log of {size} entries contradicts the checkpoint of {signed}."))
    if signed != size and (at - head_at).total_seconds() > UNSIGNED_SECONDS_MAX:
        found.append(Finding("ledger.unsigned", f"The log has {size} entries; signed are {signed or 0}."))
    return found
