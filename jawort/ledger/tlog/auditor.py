"""Audit a whole log: read every entry, rebuild the tree, compare each tile and each checkpoint with it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from jawort.ledger.tlog import checkpoint, merkle, note, tiles
from jawort.ledger.tlog.checkpoint import Checkpoint
from jawort.ledger.tlog.edge import Edge, tail_widths
from jawort.ledger.tlog.log import Log, Read
from jawort.ledger.tlog.tiles import TILE_HEIGHT, TILE_WIDTH, AbsentError, Place, TileError

PROBLEMS_TOLD_MAX = 100
PROBLEMS_SOUGHT_MAX = 1_000  # then the audit gives up: a log that claims a size beyond all bounds must not bind it

Watch = Callable[[int, list[bytes] | None, list[bytes]], None]
"""Called for every bundle: index of its first entry, its entries if they can be read, its leaf hashes by the tree."""


class Problem(NamedTuple):
    """One thing that should hold and does not: a `code` for machines, one sentence for people."""

    code: str
    text: str


class Problems:
    """What was found, in the order of finding; no more than PROBLEMS_TOLD_MAX are kept."""

    def __init__(self) -> None:
        self.count = 0
        self._kept: list[Problem] = []
        self._end: list[Problem] = []

    def add(self, code: str, text: str) -> None:
        """Note one."""
        self.count += 1
        if self.count <= PROBLEMS_TOLD_MAX:
            self._kept.append(Problem(code, text))

    def give_up(self, text: str) -> None:
        """Note that nothing more was looked for: told in any case, after all others."""
        self._end = [Problem("given.up", text)]

    def all(self) -> list[Problem]:
        """All that were kept, one that counts the rest, and how far it was looked if not to the end."""
        rest = self.count - len(self._kept)
        more = [Problem("more", f"{rest} further problems are not listed.")] if rest else []
        return [*self._kept, *more, *self._end]


@dataclass(frozen=True, slots=True)
class Report:
    """What an audit found. The log holds what its checkpoint says if `problems` is empty."""

    origin: str
    size: int
    root: bytes
    problems: list[Problem] = field(default_factory=list)


def audit(read: Read, log: note.Verifier, known: Iterable[Checkpoint] = ()) -> Report:
    """Read the log behind `read` from its checkpoint to its last entry.

    `known` are checkpoints that the auditor kept from earlier: the log must still begin with each of them. Raises
    NoteError if there is no checkpoint that `log` has signed, AbsentError if there is none at all.
    """
    head, _ = checkpoint.open_checkpoint(read("checkpoint"), log)
    problems = Problems()
    marks = sorted([*((kept.size, kept.root) for kept in known), (head.size, head.root)])
    for kept in known:
        if kept.origin != head.origin:
            problems.add("checkpoint.origin", f"A kept checkpoint is of the log {kept.origin}, not {head.origin}.")
    walk(read, head.size, problems, marks)
    return Report(head.origin, head.size, head.root, problems.all())


def walk(
    read: Read, size: int, problems: Problems, marks: Iterable[tuple[int, bytes]] = (), watch: Watch | None = None
) -> bytes | None:
    """Rebuild the tree of the first `size` entries and return its root; add what differs to `problems`.

    `marks` are (size, root) of checkpoints in rising order. One bundle is in memory at a time. None if there were so
    many problems that it gave up.
    """
    log, edge, ruler = Log(read, size), Edge(), _Ruler(problems, marks)
    for n in range(-(-size // TILE_WIDTH)):
        if problems.count >= PROBLEMS_SOUGHT_MAX:
            problems.give_up(f"The audit ended at entry {n * TILE_WIDTH}: nothing after it was looked at.")
            return None
        entries, hashes = _leaves(log, n, problems)
        if watch is not None:
            watch(n * TILE_WIDTH, entries, hashes)
        ruler.extend(hashes)
        for (level, place), data in edge.extend(hashes).items():
            if level and len(data) == tiles.TILE_BYTES:
                _compare(log, level, place, data, problems)
    for level, width in enumerate(tail_widths(size)):
        if level and width:
            _compare(log, level, size >> TILE_HEIGHT * (level + 1), edge.tail(level), problems)
    ruler.finish(size)
    return edge.root()


def _leaves(log: Log, n: int, problems: Problems) -> tuple[list[bytes] | None, list[bytes]]:
    """The entries of bundle `n`, and the leaf hashes to go on with.

    Where bundle and tile differ, those go on that the tile above was made from: one change is told as one problem.
    """
    entries, stored = _bundle(log, n, problems), _tile(log, 0, n, problems)
    if entries is None:
        return None, tiles.hashes(stored) if stored else [merkle.EMPTY_ROOT] * tiles.width(0, n, log.size)
    computed = [merkle.leaf_hash(entry) for entry in entries]
    if stored is None or b"".join(computed) == stored:
        return entries, computed
    kept = tiles.hashes(stored)
    which = _places([n * TILE_WIDTH + at for at, leaf in enumerate(kept) if leaf != computed[at]])
    above = _above(log, n)
    if above is not None and above == merkle.perfect_root(computed):
        problems.add("tile.changed", f"{which}: the tile does not hold the hash of the entry.")
        return entries, computed
    if above is not None and above == merkle.perfect_root(kept):
        problems.add("bundle.changed", f"{which}: the bundle does not hold what the tree holds.")
    else:
        problems.add("leaf.differs", f"{which}: bundle and tile do not agree.")
    return entries, kept


def _above(log: Log, n: int) -> bytes | None:
    """What the tile above says of full tile `n` of level 0; None if it says nothing."""
    if n >= log.size // TILE_WIDTH:
        return None
    try:
        return log.node(TILE_HEIGHT, n)
    except TileError:
        return None


def _bundle(log: Log, n: int, problems: Problems) -> list[bytes] | None:
    path = Place(None, n, tiles.width(0, n, log.size)).path()
    try:
        return log.entries(n)
    except AbsentError:
        problems.add("bundle.missing", f"{path} is missing.")
    except TileError as error:
        problems.add("bundle.broken", str(error))
    return None


def _tile(log: Log, level: int, n: int, problems: Problems) -> bytes | None:
    path = Place(level, n, tiles.width(level, n, log.size)).path()
    try:
        return log.tile(level, n)
    except AbsentError:
        problems.add("tile.missing", f"{path} is missing.")
    except TileError as error:
        problems.add("tile.broken", str(error))
    return None


def _compare(log: Log, level: int, n: int, data: bytes, problems: Problems) -> None:
    stored = _tile(log, level, n, problems)
    if stored is not None and stored != data:
        path = Place(level, n, tiles.width(level, n, log.size)).path()
        problems.add("tile.changed", f"{path} is not what the tiles below it make.")


def _places(indices: list[int]) -> str:
    shown = ", ".join(str(index) for index in indices[:5])
    more = f" and {len(indices) - 5} more" if len(indices) > 5 else ""
    return f"Entry {shown}" if len(indices) == 1 else f"Entries {shown}{more}"


class _Ruler:
    """Holds checkpoints against the growing tree. Tells of the first that differs and counts the rest."""

    def __init__(self, problems: Problems, marks: Iterable[tuple[int, bytes]]) -> None:
        self._problems = problems
        self._marks: Iterator[tuple[int, bytes]] = chain(marks)
        self._next = next(self._marks, None)
        self._tree = merkle.Growth()
        self._first: int | None = None
        self._wrong = 0
        self._settle()

    def extend(self, hashes: list[bytes]) -> None:
        """Grow by one tile: at once, or leaf by leaf if a checkpoint lies within."""
        end = self._tree.size + len(hashes)
        if len(hashes) == TILE_WIDTH and (self._next is None or self._next[0] >= end):
            self._tree.append(merkle.perfect_root(hashes), TILE_HEIGHT)
            self._settle()
            return
        for leaf in hashes:
            self._tree.append(leaf)
            self._settle()

    def finish(self, size: int) -> None:
        """Tell what was found, also of checkpoints beyond the end of the log."""
        if self._first is not None:
            more = f", nor do {self._wrong - 1} later ones" if self._wrong > 1 else ""
            self._problems.add(
                "checkpoint.root", f"The checkpoint of size {self._first} has not the root of the log{more}."
            )
        beyond = [] if self._next is None else [self._next[0], *(mark[0] for mark in self._marks)]
        if beyond:
            self._problems.add(
                "log.truncated", f"The log has {size} entries; a signed checkpoint says that it had {beyond[-1]}."
            )

    def _settle(self) -> None:
        while self._next is not None and self._next[0] <= self._tree.size:
            size, root = self._next
            if size != self._tree.size or root != self._tree.root():
                self._first = size if self._first is None else self._first
                self._wrong += 1
            self._next = next(self._marks, None)
