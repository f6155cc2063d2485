"""Verify the whole log in the database: every entry, tile, bundle and checkpoint against every other.

Records are commitments here; whether the stored messages still make them is checked above (messaging/proof.py).
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from jawort.core import clock
from jawort.core.finding import Finding
from jawort.ledger import shelf
from jawort.ledger.keys import CHECKPOINT
from jawort.ledger.kinds import Kind
from jawort.ledger.link import Link, own_connection
from jawort.ledger.rules import LATE_SECONDS_MAX, leaf
from jawort.ledger.tlog import auditor, checkpoint, merkle, note, tiles
from jawort.ledger.tlog.auditor import Problems
from jawort.ledger.tlog.checkpoint import Checkpoint
from jawort.ledger.tlog.tiles import TILE_WIDTH

CHUNK_ROWS = 4_096
UNSIGNED_FOR_MAX = timedelta(
    seconds=LATE_SECONDS_MAX
)  # signing follows the commit at once; more is no crash but somebody's hand

_ROWS = """
    SELECT log_index, kind, at, actor, object, related, facts, commitment, leaf FROM ledger_entry
    WHERE log_index IS NOT NULL ORDER BY log_index, id
"""
_SURPLUS_TILES = """
    SELECT level, n FROM ledger_tile
    WHERE level NOT BETWEEN 0 AND 7
       OR length(data) > 32 * least(256, (%(size)s::bigint >> (8 * level)) - n::numeric * 256) OR n < 0
    ORDER BY level, n LIMIT 1000
"""
_SURPLUS_BUNDLES = "SELECT n FROM ledger_bundle WHERE n < 0 OR n::numeric * 256 >= %(size)s ORDER BY n LIMIT 1000"


@dataclass(frozen=True, slots=True)
class Report:
    """What was found. All is sealed and unchanged if `problems` is empty and nothing is `waiting` for its seal."""

    size: int
    root: bytes
    problems: list[Finding]
    waiting: int


def verify_log(vkey: str | None = None, known: Sequence[Checkpoint] = ()) -> Report:
    """Recompute the log from its rows and compare everything that is stored of it.

    `vkey` is the verifier key as an auditor wrote it down (else the stored one is trusted), `known` are checkpoints
    kept outside: only they can show that the end of the log was cut off together with its checkpoints. Reads one
    snapshot in chunks while the log goes on growing.
    """
    link = own_connection("jawort verify")
    try:
        link.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        return _Verification(link, known).run(vkey)
    finally:
        link.close()


class _Verification:
    """One run over one snapshot."""

    def __init__(self, link: Link, known: Sequence[Checkpoint]) -> None:
        self._link = link
        self._known = known
        self._problems = Problems()
        self._rows: Iterator[tuple[Any, ...]] = iter(())
        self._row: tuple[Any, ...] | None = None

    def run(self, vkey: str | None) -> Report:
        head = self._link.execute("SELECT size, root, at FROM ledger_head WHERE id = 1").fetchone()
        if head is None:
            if self._link.execute("SELECT 1 FROM ledger_entry WHERE log_index IS NOT NULL LIMIT 1").fetchone():
                self._problems.add("head.missing", "The log has entries but no head.")
            head = (0, merkle.EMPTY_ROOT, clock.now())
        size, head_root, at = head[0], bytes(head[1]), head[2]
        log = self._key(vkey)
        signed = self._link.execute("SELECT max(size) FROM ledger_checkpoint").fetchone()
        latest = signed[0] if signed is not None else None
        if size and (latest is None or latest < size) and clock.now() - at > UNSIGNED_FOR_MAX:
            self._problems.add("checkpoint.missing", f"The log has {size} entries; signed are {latest or 0}.")
        root = self._walk(size, log)
        if root is not None and root != head_root:
            self._problems.add("head.root", "The head of the log has not the root of its tiles.")
        self._surplus(size)
        waiting = self._waiting()
        return Report(size, head_root, [Finding(*problem) for problem in self._problems.all()], waiting)

    def _waiting(self) -> int:
        """How many entries have no place yet: a moment is usual, a minute is not."""
        row = self._link.execute("SELECT count(*), min(at) FROM ledger_entry WHERE log_index IS NULL").fetchone()
        count, oldest = row or (0, None)
        late = 0.0 if oldest is None else (clock.now() - oldest).total_seconds()
        if late > LATE_SECONDS_MAX:
            text = f"{count} entries wait for their seal, the oldest for {late:.0f} s: see that a worker runs."
            self._problems.add("entry.unsealed", text)
        return int(count)

    def _key(self, vkey: str | None) -> note.Verifier | None:
        row = self._link.execute("SELECT public FROM ledger_secret WHERE name = %s", (CHECKPOINT,)).fetchone()
        stored = None if row is None else str(row[0])
        if vkey is not None and stored != vkey.strip():
            self._problems.add("key.changed", "The verifier key in the database is not the one that was given.")
        try:
            return None if vkey is None and stored is None else note.Verifier.parse(vkey or stored or "")
        except note.NoteError as error:
            self._problems.add("key.broken", str(error))
            return None

    def _walk(self, size: int, log: note.Verifier | None) -> bytes | None:
        with self._link.cursor(name="entries", binary=True) as rows:
            rows.itersize = CHUNK_ROWS
            self._rows = iter(rows.execute(_ROWS))
            self._row = next(self._rows, None)
            root = auditor.walk(shelf.reader(self._link), size, self._problems, self._marks(log), self._bundle)
            if root is not None and self._row is not None:
                self._problems.add("entry.beyond", f"Entry {self._row[0]} stands behind the end of the log ({size}).")
        return root

    def _marks(self, log: note.Verifier | None) -> Iterator[tuple[int, bytes]]:
        """Size and root of every checkpoint in rising order: the stored ones that are genuine, and the known ones."""
        known = sorted((kept.size, kept.root) for kept in self._known)
        with self._link.cursor(name="checkpoints", binary=True) as rows:
            rows.itersize = CHUNK_ROWS
            for size, root, message in rows.execute("SELECT size, root, note FROM ledger_checkpoint ORDER BY size"):
                while known and known[0][0] <= size:
                    yield known.pop(0)
                if self._signed(log, size, bytes(root), bytes(message)):
                    yield size, bytes(root)
        yield from known

    def _signed(self, log: note.Verifier | None, size: int, root: bytes, message: bytes) -> bool:
        """Whether a stored checkpoint is signed and says what its row says."""
        if log is None:
            self._problems.add("checkpoint.signature", f"The checkpoint of size {size} has no key to verify it with.")
            return False
        try:
            said, _ = checkpoint.open_checkpoint(message, log)
        except note.NoteError as error:
            self._problems.add("checkpoint.signature", f"The checkpoint of size {size} is not genuine: {error}")
            return False
        if (said.size, said.root) != (size, root):
            self._problems.add("checkpoint.row", f"The checkpoint of size {size} does not say what its row says.")
            return False
        return True

    def _bundle(self, first: int, entries: list[bytes] | None, hashes: list[bytes]) -> None:
        """Hold the rows of one bundle against it."""
        for place, expected in enumerate(hashes):
            index = first + place
            row = self._take(index)
            if row is None:
                self._problems.add("entry.missing", f"Entry {index} of the log is missing in the database.")
                continue
            made = _leaf(row)
            if made is None or made != row[8]:
                self._problems.add("entry.changed", f"Entry {index} was changed after it was written.")
            elif not (entries and entries[place] == made) and merkle.leaf_hash(made) != expected:
                self._problems.add("entry.changed", f"Entry {index} is not what the log holds of it.")

    def _take(self, index: int) -> tuple[Any, ...] | None:
        """The row at `index`, if there is one; rows that should not be there are told and passed over."""
        while self._row is not None and self._row[0] < index:
            self._problems.add("entry.double", f"There is a second entry with the place {self._row[0]}.")
            self._row = next(self._rows, None)
        if self._row is None or self._row[0] != index:
            return None
        row, self._row = self._row, next(self._rows, None)
        return row

    def _surplus(self, size: int) -> None:
        for level, n in self._link.execute(_SURPLUS_TILES, {"size": size}):
            self._problems.add("tile.surplus", f"Tile {n} of level {level} holds more than the log.")
        for (n,) in self._link.execute(_SURPLUS_BUNDLES, {"size": size}):
            self._problems.add("bundle.surplus", f"Bundle {n} holds more than the log.")
        row = self._link.execute("SELECT data FROM ledger_bundle WHERE n = %s", (size // TILE_WIDTH,)).fetchone()
        if row is not None and size % TILE_WIDTH:
            with suppress(tiles.TileError):  # what does not unpack is too much as well
                if len(tiles.unpack(bytes(row[0]))) == size % TILE_WIDTH:
                    return
            self._problems.add("bundle.surplus", f"Bundle {size // TILE_WIDTH} holds more than the log.")


def _leaf(row: tuple[Any, ...]) -> bytes | None:
    """The leaf that the row's columns make; None if they make none."""
    _, kind, at, actor, target, related, facts, commitment, _ = row
    try:
        return leaf(Kind(kind), at, actor, target, facts, commitment, related)
    except (ValueError, TypeError):
        return None
