"""The right edge of a log in tiles: all that appending needs to know of what came before."""

from collections.abc import Sequence

from jawort.ledger.tlog.merkle import HASH_BYTES, fold, perfect_root
from jawort.ledger.tlog.tiles import TILE_BYTES, TILE_HEIGHT, TILE_WIDTH, TileError, hashes


class Edge:
    """The last, partial tile of each level of a log of `size` entries."""

    def __init__(self, size: int = 0, tails: Sequence[bytes] = ()) -> None:
        """`tails` are the partial tiles from level 0 upwards, as `tail_widths` counts them. Raises TileError."""
        widths = tail_widths(size)
        if [len(tail) for tail in tails] != [width * HASH_BYTES for width in widths]:
            raise TileError(f"These are not the partial tiles of a log of {size} entries.")
        self.size = size
        self._tails = list(tails)

    def copy(self) -> "Edge":
        """An edge that grows on its own."""
        return Edge(self.size, self._tails)

    def extend(self, leaves: Sequence[bytes]) -> dict[tuple[int, int], bytes]:
        """Append leaf hashes. Returns the tiles that changed by level and number; of partial ones all there is."""
        changed: dict[tuple[int, int], bytes] = {}
        level, fresh = 0, b"".join(leaves)
        while fresh:
            if level == len(self._tails):
                self._tails.append(b"")
            whole = self._tails[level] + fresh
            first = (self.size >> TILE_HEIGHT * level) // TILE_WIDTH
            full = len(whole) // TILE_BYTES
            roots = []
            for n in range(full):
                tile = whole[n * TILE_BYTES : (n + 1) * TILE_BYTES]
                changed[level, first + n] = tile
                roots.append(perfect_root(hashes(tile)))
            tail = whole[full * TILE_BYTES :]
            if tail:
                changed[level, first + full] = tail
            self._tails[level] = tail
            level, fresh = level + 1, b"".join(roots)
        self.size += len(leaves)
        return changed

    def tail(self, level: int) -> bytes:
        """The partial tile of a level, empty if there is none."""
        return self._tails[level] if level < len(self._tails) else b""

    def root(self) -> bytes:
        """The root of the log."""
        subtrees: list[bytes] = []
        for tail in reversed(self._tails):
            row = hashes(tail)
            at = 0
            for height in reversed(range(TILE_HEIGHT)):
                if len(row) >> height & 1:
                    subtrees.append(perfect_root(row[at : at + (1 << height)]))
                    at += 1 << height
        return fold(subtrees)


def tail_widths(size: int) -> list[int]:
    """How many hashes the partial tile of each level holds in a log of `size` entries, level 0 first; 0 for none."""
    widths = []
    while size:
        widths.append(size % TILE_WIDTH)
        size >>= TILE_HEIGHT
    return widths
