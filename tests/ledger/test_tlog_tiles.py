"""Paths, bundles, and the right edge that grows tile by tile."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jawort.ledger.tlog import tiles
from jawort.ledger.tlog.edge import Edge, tail_widths
from jawort.ledger.tlog.log import Log
from jawort.ledger.tlog.merkle import leaf_hash, verify_consistency, verify_inclusion
from jawort.ledger.tlog.tiles import AbsentError, Place, TileError
from tests.ledger.builders import Files, leaves
from tests.ledger.test_tlog_merkle import tree_hash


@pytest.mark.parametrize(
    ("place", "path"),
    [
        (Place(0, 1_234_067), "tile/0/x001/x234/067"),
        (Place(0, 5), "tile/0/005"),
        (Place(3, 1_000, 7), "tile/3/x001/000.p/7"),
        (Place(None, 0, 255), "tile/entries/000.p/255"),
    ],
)
def test_paths(place: Place, path: str) -> None:
    assert place.path() == path
    assert tiles.parse(path) == place


@given(st.integers(0, 63) | st.none(), st.integers(0, 10**18 - 1), st.integers(1, 256))
def test_every_path_comes_back(level: int | None, n: int, width: int) -> None:
    place = Place(level, n, width)
    assert tiles.parse(place.path()) == place


@pytest.mark.parametrize(
    "path",
    [
        *("", "tile/0", "tile/0/5", "tile/0/0005", "tile/0/x000/005", "tile/00/005", "tile/64/005", "tile/-1/005"),
        *("tile/0/005.p/0", "tile/0/005.p/256", "tile/0/005.p/257", "tile/0/005.p/01", "tile/0/005/", "/tile/0/005"),
        *("tile/entries/x001", "tile/data/000", "tile/0/005\n", "tile/0/٠٠٥", "tile/0/../0/005"),
        "tile/0/" + "x001/" * 6 + "001",
    ],
)
def test_what_is_no_path(path: str) -> None:
    with pytest.raises(TileError):
        tiles.parse(path)


def test_the_tiles_of_a_log_as_the_specification_counts_them() -> None:
    found = [place for place in tiles.places(70_000) if place.level is not None]
    by_level = {level: [place for place in found if place.level == level] for level in range(4)}
    assert [len(by_level[level]) for level in range(4)] == [274, 2, 1, 0]
    assert by_level[0][-1].path() == "tile/0/273.p/112"
    assert by_level[1][-1].path() == "tile/1/001.p/17"
    assert by_level[2][-1].path() == "tile/2/000.p/1"
    assert {place.path() for place in tiles.places(256)} == {"tile/entries/000", "tile/0/000", "tile/1/000.p/1"}
    assert list(tiles.places(0)) == []


@given(st.lists(st.binary(max_size=300), max_size=20), st.integers(0, 20))
def test_bundles(entries: list[bytes], count: int) -> None:
    bundle = tiles.pack(entries)
    assert tiles.unpack(bundle) == entries
    if count <= len(entries):
        assert tiles.unpack(bundle, count) == entries[:count]
    else:
        with pytest.raises(TileError):
            tiles.unpack(bundle, count)
    if bundle:
        with pytest.raises(TileError):
            tiles.unpack(bundle[:-1], len(entries))


def test_an_entry_has_at_most_65535_bytes() -> None:
    assert len(tiles.pack([b"x" * 65_535])) == 65_537
    with pytest.raises(TileError, match="65536 bytes is too long"):
        tiles.pack([b"x" * 65_536])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 700), min_size=1, max_size=5))
def test_an_edge_grows_the_same_however_it_is_cut(steps: list[int]) -> None:
    hashes = [leaf_hash(b"%d" % at) for at in range(sum(steps))]
    edge, stored, size = Edge(), dict[tuple[int, int], bytes](), 0
    for step in steps:
        stored |= edge.extend(hashes[size : size + step])
        size += step
        assert edge.size == size
        assert edge.root() == tree_hash(hashes[:size])
        again = Edge(size, [edge.tail(level) for level in range(len(tail_widths(size)))])
        assert again.root() == edge.root()
    for place in tiles.places(size):
        if place.level is not None:
            assert len(stored.pop((place.level, place.n))) == place.width * 32
    assert not stored


def test_an_edge_needs_the_tails_of_its_size() -> None:
    with pytest.raises(TileError, match="log of 3 entries"):
        Edge(3, [b"x" * 64])
    copy = Edge(1, [b"x" * 32]).copy()
    copy.extend([b"y" * 32])
    assert copy.size == 2


@pytest.mark.parametrize("size", [1, 255, 256, 257, 700, 66_000])
def test_proofs_from_tiles(size: int) -> None:
    entries = leaves(size)
    files = Files.of(entries)
    log = Log(files.read, size)
    root = log.root()
    for index in {0, size // 3, size - 1}:
        assert verify_inclusion(index, size, leaf_hash(entries[index]), root, log.prove_inclusion(index))
    for old in {1, size // 2 or 1, size - 1 or 1, size}:
        old_root = Log(Files.of(entries[:old]).read, old).root()
        assert verify_consistency(old, size, old_root, root, log.prove_consistency(old))


def test_a_log_that_is_not_whole() -> None:
    files = Files.of(leaves(300))
    log = Log(files.read, 300)
    assert len(log.entries(0)) == 256
    files["tile/0/001.p/44"] += b"x"
    with pytest.raises(TileError, match="1409 bytes, not 1408"):
        log.tile(0, 1)
    files["tile/entries/001.p/44"] = files["tile/entries/000"]
    with pytest.raises(TileError, match="256 entries, not 44"):
        log.entries(1)
    del files["tile/0/000"]
    with pytest.raises(AbsentError):
        log.tile(0, 0)
