"""The sequencer: gives committed entries their place in the log, and signs what stands.

One at a time: an advisory lock on a connection of its own keeps a second one waiting, and a number in `ledger_head`,
raised by each that takes over and checked in every transaction, keeps out one that believes it still holds the lock.
Integrated is committed first and signed after; whoever comes after a crash between the two signs the same thing. In
between, size and root are kept beside the root key (mark.py): a database that has gone back in time is not continued.
"""

import logging
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

import psycopg

from jawort.core import clock
from jawort.ledger import handouts, mark, shelf
from jawort.ledger.floor import Floor
from jawort.ledger.link import Link, own_connection
from jawort.ledger.mark import MarkError
from jawort.ledger.tlog import checkpoint, merkle, tiles
from jawort.ledger.tlog.checkpoint import Checkpoint
from jawort.ledger.tlog.edge import Edge
from jawort.ledger.tlog.log import Log
from jawort.ledger.tlog.note import NoteError, Signer
from jawort.ledger.tlog.tiles import TILE_WIDTH, TileError

log = logging.getLogger(__name__)

LOCK = 0x4A574C31  # "JWL1"; advisory locks are per database
ROUND_ENTRIES_MAX = 10_000  # a transaction of well under a second
PAUSE_SECONDS = 0.25  # between rounds that were not full; a seal follows its message within this
RETRY_SECONDS = 1.0  # while the database is away
REFUSED_RETRY_SECONDS = 10.0  # while the log contradicts itself: `verify` says where, nothing heals by itself
TIDY_SECONDS = 600.0

_WAITING = "SELECT id, leaf FROM ledger_entry WHERE log_index IS NULL AND id > %s ORDER BY id LIMIT %s"
_PLACE = """
    UPDATE ledger_entry AS e SET log_index = p.place
    FROM (SELECT id, %b::bigint + ordinality - 1 AS place FROM unnest(%b::bigint[]) WITH ORDINALITY AS u (id)) AS p
    WHERE e.id = p.id AND e.log_index IS NULL
"""


class FencedError(Exception):
    """Another sequencer has taken over."""


class InconsistentError(Exception):
    """What is stored contradicts what was signed. Nothing is signed until it is put right."""


@dataclass
class _Lead:
    """What the leading sequencer knows without asking. Given up with the lock."""

    fence: int
    edge: Edge
    root: bytes
    rest: list[bytes]  # entries of the partial bundle
    signed: tuple[int, bytes] | None  # size and root of the latest checkpoint
    refused: bool  # whether the one before refused
    floor: Floor = field(default_factory=Floor)


class Sequencer:
    """Integrates and signs. Use it in one thread at a time; `close` lets the next one in.

    `mark` is the file beside the root key. None keeps nothing outside the database: for tests of what lies inside.
    """

    def __init__(self, signer: Signer, mark: Path | None = None) -> None:
        self._signer = signer
        self._mark = mark
        self._link: Link | None = None
        self._lead: _Lead | None = None
        self._tidied = float("-inf")

    def run(self, stop: Event) -> None:
        """Work until `stop` is set: at most a pause after the last commit everything is integrated and signed.

        Waits while another sequencer leads and while the database is away.
        """
        while not stop.is_set():
            stop.wait(self.attempt())
        self.close()

    def attempt(self) -> float:
        """One round, whatever comes of it; after how many seconds to try the next."""
        try:
            done = self.integrate_once()
            self._tidy()
        except psycopg.Error as error:
            log.warning("sequencer: the database refused or is away (%s)", type(error).__name__)
            return RETRY_SECONDS
        except InconsistentError as error:
            log.critical("sequencer: refuses to sign: %s", error)
            return REFUSED_RETRY_SECONDS
        except OSError as error:
            log.critical("sequencer: signs nothing, for its mark cannot be written (%s)", error.strerror)
            return REFUSED_RETRY_SECONDS
        return 0.0 if done == ROUND_ENTRIES_MAX else PAUSE_SECONDS

    def integrate_once(self) -> int:
        """One round: sign what was left unsigned, integrate at most 10,000 entries, sign them.

        Returns how many entries were integrated; 0 also while another sequencer leads. Raises InconsistentError
        instead of signing what contradicts an earlier checkpoint, psycopg.Error if the database is away, OSError if the
        mark cannot be written; all of them give up the lead.
        """
        try:
            if self._lead is None and not self._take_lead():
                return 0
            self.sign()
            self._relent()
            done = self.integrate()
            self.sign()
            self._raise_floor(done)
        except FencedError:
            self.close()
            return 0
        except InconsistentError:
            self._refuse()
            self.close()
            raise
        except BaseException:
            self.close()
            raise
        return done

    def close(self) -> None:
        """Give up the lead and the connection."""
        self._lead = None
        link, self._link = self._link, None
        if link is None:
            return
        with suppress(psycopg.Error), link:  # rolls back and closes
            link.rollback()
            link.execute("SELECT pg_advisory_unlock_all()")  # at once; the end of the connection takes a moment

    def integrate(self) -> int:
        """Give the waiting entries their places, write tiles and bundles, move the head: one transaction."""
        link, lead = self._leading()
        with link.transaction():
            waiting = link.execute(_WAITING, (lead.floor.id, ROUND_ENTRIES_MAX), binary=True).fetchall()
            if not waiting:
                return 0
            self._hold_head(link, lead)
            leaves = [bytes(leaf) for _, leaf in waiting]
            edge = lead.edge.copy()
            placed = link.execute(_PLACE, (edge.size, [entry_id for entry_id, _ in waiting]))
            if placed.rowcount != len(waiting):
                raise InconsistentError("Entries that waited for a place have gone or got one from elsewhere.")
            shelf.write_tiles(link, edge.extend([merkle.leaf_hash(leaf) for leaf in leaves]))
            rest, root = self._write_bundles(link, lead, leaves), edge.root()
            link.execute(
                "UPDATE ledger_head SET size = %s, root = %s, at = %s WHERE id = 1",
                (edge.size, root, clock.now()),
            )
        lead.edge, lead.root, lead.rest = edge, root, rest
        return len(leaves)

    def sign(self) -> None:
        """Sign the head as it stands, unless it is signed. Raises InconsistentError instead of a second truth."""
        link, lead = self._leading()
        size, root = lead.edge.size, lead.root
        if lead.signed == (size, root):
            return
        self._agrees(link, lead.signed, size, root)
        with link.transaction():
            self._hold_head(link, lead)
            self._keep(size, root)
            note = checkpoint.sign(Checkpoint(self._signer.verifier.name, size, root), self._signer)
            link.execute(
                "INSERT INTO ledger_checkpoint (size, root, note, at) VALUES (%s, %s, %s, %s)",
                (size, root, note, clock.now()),
            )
            link.execute("SELECT pg_notify('jawort_live', %s)", (f'{{"s":[{size}]}}',))
        lead.signed = (size, root)

    def _keep(self, size: int, root: bytes) -> None:
        """Write the mark, before anything is signed."""
        if self._mark is not None:
            mark.keep(self._mark, Checkpoint(self._signer.verifier.name, size, root))

    def _refuse(self) -> None:
        """Say so in the database: the gate asks there, and lets nothing out from now on."""
        if self._link is not None:
            with suppress(psycopg.Error):
                self._link.execute("UPDATE ledger_head SET refused = true WHERE id = 1 AND NOT refused")

    def _relent(self) -> None:
        """What was refused has been put right."""
        link, lead = self._leading()
        if lead.refused:
            link.execute("UPDATE ledger_head SET refused = false WHERE id = 1 AND fence = %s", (lead.fence,))
            lead.refused = False

    def _raise_floor(self, done: int) -> None:
        """Let the next look for what waits begin higher."""
        link, lead = self._leading()
        if (done or lead.floor.rising) and lead.floor.rise(link):
            link.execute("UPDATE ledger_head SET floor = %s WHERE id = 1 AND fence = %s", (lead.floor.id, lead.fence))

    def _tidy(self) -> None:
        """Delete old marks of hand-outs, and look at everything again. Only the leading process does it."""
        if self._link is None or self._lead is None or time.monotonic() - self._tidied < TIDY_SECONDS:
            return
        self._lead.floor = Floor()
        self._link.execute("DELETE FROM ledger_handout WHERE bucket < %s", (handouts.oldest_kept(clock.now()),))
        self._tidied = time.monotonic()

    def _leading(self) -> tuple[Link, _Lead]:
        if self._link is None or self._lead is None:
            raise FencedError("This sequencer does not lead.")
        return self._link, self._lead

    def _take_lead(self) -> bool:
        """Lock, raise the fence, load the edge. False if another sequencer holds the lock."""
        if self._link is None:
            self._link = own_connection("jawort sequencer")
            self._link.execute("SET lock_timeout = '5s'; SET statement_timeout = '60s'")
        row = self._link.execute("SELECT pg_try_advisory_lock(%s)", (LOCK,)).fetchone()
        if row is None or not row[0]:
            return False
        with self._link.transaction():
            self._link.execute(
                "INSERT INTO ledger_head (id, size, root, fence, floor, refused, at) "
                "VALUES (1, 0, %s, 0, 0, false, %s) ON CONFLICT DO NOTHING",
                (merkle.EMPTY_ROOT, clock.now()),
            )
            head = self._link.execute(
                "UPDATE ledger_head SET fence = fence + 1 WHERE id = 1 RETURNING fence, size, root, refused"
            ).fetchone()
        if head is None:
            raise InconsistentError("The log has no head.")
        fence, size, root, refused = head
        try:
            edge, rest = shelf.load_edge(self._link, size)
        except TileError as error:
            raise InconsistentError(f"The right edge of the log is not whole: {error}") from None
        if edge.root() != bytes(root):
            raise InconsistentError(f"The tiles of the log do not make the root of its head (size {size}).")
        signed = self._latest(self._link)
        self._follows_the_mark(self._link, size, signed)
        self._lead = _Lead(fence, edge, bytes(root), rest, signed, refused)
        return True

    def _follows_the_mark(self, link: Link, size: int, signed: tuple[int, bytes] | None) -> None:
        """Refuse a log that has gone back behind what was signed. Where there is no mark yet, it is made."""
        if self._mark is None:
            return
        try:
            kept = mark.read(self._mark)
            if kept is None:
                if signed is not None:
                    self._keep(*signed)
                return
            found = mark.contradiction(kept, self._signer.verifier.name, size, Log(shelf.reader(link), size).root_of)
        except (MarkError, TileError) as error:
            raise InconsistentError(str(error)) from None
        if found is not None:
            raise InconsistentError(found.text)

    def _latest(self, link: Link) -> tuple[int, bytes] | None:
        """Size and root of the latest checkpoint, by its own signature and not by its row's word."""
        row = link.execute("SELECT size, root, note FROM ledger_checkpoint ORDER BY size DESC LIMIT 1").fetchone()
        if row is None:
            return None
        try:
            said, _ = checkpoint.open_checkpoint(bytes(row[2]), self._signer.verifier)
        except NoteError as error:
            raise InconsistentError(f"The latest checkpoint (size {row[0]}) is not one of ours: {error}") from None
        if (said.size, said.root) != (row[0], bytes(row[1])):
            raise InconsistentError(f"The latest checkpoint (size {row[0]}) does not say what its row says.")
        return said.size, said.root

    def _hold_head(self, link: Link, lead: _Lead) -> None:
        """Lock the head until the end of the transaction, and make sure that it is where this sequencer left it."""
        row = link.execute("SELECT fence, size, root FROM ledger_head WHERE id = 1 FOR UPDATE").fetchone()
        if row is None or row[0] != lead.fence:
            raise FencedError("Another sequencer has taken over.")
        if (row[1], bytes(row[2])) != (lead.edge.size, lead.root):
            raise InconsistentError("The head of the log was changed by somebody else.")

    def _agrees(self, link: Link, signed: tuple[int, bytes] | None, size: int, root: bytes) -> None:
        """Prove from the stored tiles, not from memory, that the log of this size begins with the one signed last."""
        old_size, old_root = signed or (0, merkle.EMPTY_ROOT)
        if old_size > size:
            raise InconsistentError(f"The log has {size} entries; it has signed that it had {old_size}.")
        stored = Log(shelf.reader(link), size)
        try:
            if old_size == 0:
                holds = stored.root() == root and old_root == merkle.EMPTY_ROOT
            else:
                proof = stored.prove_consistency(old_size)
                holds = merkle.verify_consistency(old_size, size, old_root, root, proof)
        except TileError as error:
            raise InconsistentError(f"The tiles of the log are not whole: {error}") from None
        if not holds:
            raise InconsistentError(f"The log of size {size} does not begin with the one of size {old_size}.")

    def _write_bundles(self, link: Link, lead: _Lead, leaves: list[bytes]) -> list[bytes]:
        """Write the bundles that `leaves` fill or begin; the entries of the last one if it is partial."""
        first = lead.edge.size // TILE_WIDTH
        entries = lead.rest + leaves
        shelf.write_bundles(
            link,
            {
                first + at // TILE_WIDTH: tiles.pack(entries[at : at + TILE_WIDTH])
                for at in range(0, len(entries), TILE_WIDTH)
            },
        )
        return entries[len(entries) - len(entries) % TILE_WIDTH :]
