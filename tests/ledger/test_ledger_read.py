"""What the log serves: the same bytes for ever at every path that was ever good."""

import pytest

from jawort.ledger import read
from jawort.ledger.keys import signer
from jawort.ledger.sequence import Sequencer
from jawort.ledger.tlog import tiles
from tests.ledger.builders import ROOT_KEY, seal, write

pytestmark = pytest.mark.django_db(transaction=True)


def test_before_the_first_start_there_is_nothing() -> None:
    assert read.checkpoint() is None
    assert read.vkey() is None
    assert read.tile("tile/0/000") is None
    assert read.tile("tile/entries/000.p/1") is None


def test_what_was_served_stays() -> None:
    sequencer = Sequencer(signer(ROOT_KEY))
    served: dict[str, bytes] = {}
    size = 0
    for count in (1, 200, 55, 1, 300):
        write(count, size)
        size += count
        assert sequencer.integrate_once() == count
        for place in tiles.places(size):
            found = read.tile(place.path())
            assert found is not None, place
            assert served.setdefault(place.path(), found) == found
        assert {path: read.tile(path) for path in served} == served
    sequencer.close()


def test_every_width_of_a_partial_tile_is_served() -> None:
    seal(300)
    whole, bundle = read.tile("tile/0/001.p/44"), read.tile("tile/entries/001.p/44")
    assert whole is not None
    assert bundle is not None
    for width in range(1, 45):
        assert read.tile(f"tile/0/001.p/{width}") == whole[: width * 32]
        part = read.tile(f"tile/entries/001.p/{width}")
        assert part is not None
        assert bundle.startswith(part)
        assert tiles.unpack(part) == tiles.unpack(bundle)[:width]
    assert read.tile("tile/0/000.p/7") == (read.tile("tile/0/000") or b"")[: 7 * 32]


def test_what_is_not_there_is_not_served() -> None:
    seal(300)
    for path in (
        *("tile/0/001", "tile/0/001.p/45", "tile/0/002.p/1", "tile/1/000", "tile/1/000.p/2", "tile/2/000.p/1"),
        *("tile/entries/001", "tile/entries/001.p/45", "tile/entries/002.p/1", "tile/63/000", "tile/0/000.p/256"),
        *("", "checkpoint", "tile/0/../../etc", "tile/0/x999/x999/x999/x999/x999/999", "tile/9/000"),
    ):
        assert read.tile(path) is None, path
