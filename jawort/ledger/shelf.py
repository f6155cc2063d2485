"""Where the tiles and bundles stand: rows that hold what there is of a tile, from which narrower ones are cut."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from jawort.ledger.link import Link
from jawort.ledger.tlog import tiles
from jawort.ledger.tlog.edge import Edge, tail_widths
from jawort.ledger.tlog.log import Read
from jawort.ledger.tlog.merkle import HASH_BYTES
from jawort.ledger.tlog.tiles import TILE_HEIGHT, TILE_WIDTH, AbsentError, Place, TileError

Fetch = Callable[[str, Sequence[int]], Sequence[Any] | None]
"""Runs a query with its parameters and returns its first row."""

_TILE = "SELECT substr(data, 1, %s) FROM ledger_tile WHERE level = %s AND n = %s"
_BUNDLE = "SELECT data FROM ledger_bundle WHERE n = %s"


def cut(fetch: Fetch, place: Place) -> bytes:
    """The tile or bundle at `place`, no wider than it says. Raises AbsentError if there is none, TileError if less.

    A row only grows: what was served once as a partial tile can be served again.
    """
    if place.level is None:
        row = fetch(_BUNDLE, (place.n,))
        if row is None:
            raise AbsentError(place.path())
        data = bytes(row[0])
        entries = tiles.unpack(data, place.width)
        # Of a full row everything, so that an audit sees what is too much.
        return data if place.width == TILE_WIDTH else tiles.pack(entries)
    row = fetch(_TILE, (place.width * HASH_BYTES, place.level, place.n))
    if row is None:
        raise AbsentError(place.path())
    data = bytes(row[0])
    if len(data) != place.width * HASH_BYTES:
        raise TileError(f"{place.path()} has {len(data)} bytes, not {place.width * HASH_BYTES}.")
    return data


def reader(link: Link) -> Read:
    """Reads paths of tiles and bundles over `link`."""

    def fetch(query: str, parameters: Sequence[int]) -> Sequence[Any] | None:
        return link.execute(query.encode(), parameters, binary=True).fetchone()

    return lambda path: cut(fetch, tiles.parse(path))


def load_edge(link: Link, size: int) -> tuple[Edge, list[bytes]]:
    """The right edge of a log of `size` entries and the entries of its partial bundle.

    Raises TileError if the stored tiles are not what a log of that size has.
    """
    read = reader(link)
    tails = [
        read(Place(level, size >> TILE_HEIGHT * (level + 1), width).path()) if width else b""
        for level, width in enumerate(tail_widths(size))
    ]
    rest = size % TILE_WIDTH
    entries = tiles.unpack(read(Place(None, size // TILE_WIDTH, rest).path())) if rest else []
    return Edge(size, tails), entries


def write_tiles(link: Link, changed: Mapping[tuple[int, int], bytes]) -> None:
    """Write tiles by level and number, in the transaction that is open."""
    keys = sorted(changed)
    link.execute(
        """
        INSERT INTO ledger_tile (level, n, data)
        SELECT * FROM unnest(%b::smallint[], %b::bigint[], %b::bytea[])
        ON CONFLICT (level, n) DO UPDATE SET data = excluded.data
        """,
        ([level for level, _ in keys], [n for _, n in keys], [changed[key] for key in keys]),
    )


def write_bundles(link: Link, changed: Mapping[int, bytes]) -> None:
    """Write bundles by number, in the transaction that is open."""
    keys = sorted(changed)
    link.execute(
        """
        INSERT INTO ledger_bundle (n, data)
        SELECT * FROM unnest(%b::bigint[], %b::bytea[])
        ON CONFLICT (n) DO UPDATE SET data = excluded.data
        """,
        (keys, [changed[key] for key in keys]),
    )
