"""Tiles and entry bundles (C2SP tlog-tiles 0.1): how a log is cut into files of at most 256 hashes or entries."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from jawort.ledger.tlog.merkle import HASH_BYTES

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT
TILE_BYTES = TILE_WIDTH * HASH_BYTES
ENTRY_BYTES_MAX = 65_535
LEVEL_MAX = 63  # what the specification allows; 2 ** 64 entries fill eight

_PATH = re.compile(
    r"tile/(?P<level>entries|0|[1-9][0-9]?)/(?P<n>(?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


class TileError(ValueError):
    """Not the path, the tile or the bundle that it should be."""


class AbsentError(TileError):
    """There is nothing at this path."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a tile stands: its `level` (None for a bundle of entries), its number, how many of 256 it holds."""

    level: int | None
    n: int
    width: int = TILE_WIDTH

    def path(self) -> str:
        """The path below the log's prefix: 1234067 is written x001/x234/067."""
        digits = str(self.n)
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
        number = "/".join([f"x{group}" for group in groups[:-1]] + groups[-1:])
        level = "entries" if self.level is None else str(self.level)
        partial = "" if self.width == TILE_WIDTH else f".p/{self.width}"
        return f"tile/{level}/{number}{partial}"


def parse(path: str) -> Place:
    """The place that `path` names. Each place has one path only; raises TileError for all others."""
    match = _PATH.fullmatch(path)
    if match is None:
        raise TileError("This is no path of a tile.")
    level = None if match["level"] == "entries" else int(match["level"])
    place = Place(level, int(match["n"].replace("x", "").replace("/", "")), int(match["width"] or TILE_WIDTH))
    if place.path() != path or place.width > TILE_WIDTH or (level or 0) > LEVEL_MAX:
        raise TileError("This is no path of a tile.")
    return place


def width(level: int, n: int, size: int) -> int:
    """How many hashes tile `n` of `level` holds in a log of `size` entries: 0 to 256. A bundle has that of level 0."""
    return max(0, min(TILE_WIDTH, (size >> TILE_HEIGHT * level) - n * TILE_WIDTH))


def places(size: int) -> Iterator[Place]:
    """Every tile and bundle of a log of `size` entries."""
    for level in (None, *range(LEVEL_MAX)):
        hashes = size >> TILE_HEIGHT * (level or 0)
        if not hashes:
            return
        for n in range(-(-hashes // TILE_WIDTH)):
            yield Place(level, n, width(level or 0, n, size))


def pack(entries: Iterable[bytes]) -> bytes:
    """The entries as a bundle: two bytes of length before each. Raises TileError for one that is too long."""
    parts: list[bytes] = []
    for entry in entries:
        if len(entry) > ENTRY_BYTES_MAX:
            raise TileError(f"An entry of {len(entry)} bytes is too long for a bundle.")
        parts += (len(entry).to_bytes(2, "big"), entry)
    return b"".join(parts)


def unpack(bundle: bytes, count: int | None = None) -> list[bytes]:
    """The entries of a bundle; with `count` its first ones only. Raises TileError if it ends too early or too late."""
    entries: list[bytes] = []
    at = 0
    while at < len(bundle) and len(entries) != count:
        end = at + 2 + int.from_bytes(bundle[at : at + 2], "big")
        if at + 2 > len(bundle) or end > len(bundle):
            raise TileError("This bundle ends inside an entry.")
        entries.append(bundle[at + 2 : end])
        at = end
    if count is not None and len(entries) != count:
        raise TileError(f"This bundle holds {len(entries)} entries, not {count}.")
    return entries


def hashes(tile: bytes) -> list[bytes]:
    """The hashes of a tile."""
    return [tile[at : at + HASH_BYTES] for at in range(0, len(tile), HASH_BYTES)]
