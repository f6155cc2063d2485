"""A log behind a function that reads its paths: hashes of subtrees and proofs, from tiles alone."""

from collections.abc import Callable

from jawort.ledger.tlog import merkle, tiles
from jawort.ledger.tlog.tiles import Place, TileError

Read = Callable[[str], bytes]
"""The bytes at a path below the log's prefix ("checkpoint", "tile/0/000.p/3"). Raises AbsentError if there is none."""

_CACHE_TILES_MAX = 256


class Log:
    """A log of `size` entries. Nothing it reads is verified; what it proves is."""

    def __init__(self, read: Read, size: int) -> None:
        self.size = size
        self._read = read
        self._cache: dict[Place, bytes] = {}

    def tile(self, level: int, n: int) -> bytes:
        """The hashes of one tile as wide as the log's size makes it. Raises TileError."""
        place = Place(level, n, tiles.width(level, n, self.size))
        if place in self._cache:
            return self._cache[place]
        data = self._read(place.path())
        if len(data) != place.width * merkle.HASH_BYTES:
            raise TileError(f"{place.path()} has {len(data)} bytes, not {place.width * merkle.HASH_BYTES}.")
        if len(self._cache) >= _CACHE_TILES_MAX:
            self._cache.clear()
        self._cache[place] = data
        return data

    def entries(self, n: int) -> list[bytes]:
        """The entries of one bundle. Raises TileError."""
        place = Place(None, n, tiles.width(0, n, self.size))
        entries = tiles.unpack(self._read(place.path()))
        if len(entries) != place.width:
            raise TileError(f"{place.path()} holds {len(entries)} entries, not {place.width}.")
        return entries

    def node(self, height: int, index: int) -> bytes:
        """The hash of a perfect subtree."""
        level, within = divmod(height, tiles.TILE_HEIGHT)
        n, place = divmod(index << within, tiles.TILE_WIDTH)
        row = tiles.hashes(self.tile(level, n))
        return merkle.perfect_root(row[place : place + (1 << within)])

    def root(self) -> bytes:
        """The root of the log."""
        return self.root_of(self.size)

    def root_of(self, size: int) -> bytes:
        """The root of the log as it was with its first `size` entries."""
        return merkle.root(size, self.node)

    def prove_inclusion(self, index: int) -> list[bytes]:
        """The proof that entry `index` is in the log."""
        return merkle.prove_inclusion(index, self.size, self.node)

    def prove_consistency(self, old: int) -> list[bytes]:
        """The proof that the log begins with its first `old` entries (at least 1)."""
        return merkle.prove_consistency(old, self.size, self.node)
