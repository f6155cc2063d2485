"""Streams come out as they went in, and nothing opens that was cut, exchanged, moved or changed."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jawort.vault.chunks import CHUNK_BYTES, chunks_of, new_key, open_chunk, seal_chunks
from jawort.vault.seal import TAG_BYTES, Unreadable

BOUND = b"jw/1\0test\0"
KEY = new_key()
SIZES = [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES, 3 * CHUNK_BYTES - 7]


def opened(chunks: list[bytes], *, key: bytes = KEY, bound: bytes = BOUND) -> bytes:
    last = len(chunks) - 1
    return b"".join(open_chunk(key, bound, place, place == last, chunk) for place, chunk in enumerate(chunks))


@pytest.mark.parametrize("size", SIZES)
def test_a_stream_comes_out_as_it_went_in(size: int) -> None:
    plain = bytes(i % 251 for i in range(size))
    chunks = list(seal_chunks(KEY, BOUND, [plain]))
    assert opened(chunks) == plain
    assert len(chunks) == chunks_of(size)
    assert all(len(chunk) == CHUNK_BYTES + TAG_BYTES for chunk in chunks[:-1])


@given(
    st.lists(st.integers(0, CHUNK_BYTES // 2), max_size=12).map(sorted),
    st.integers(0, 2 * CHUNK_BYTES + 3),
)
def test_it_does_not_matter_in_which_pieces_it_comes(cuts: list[int], size: int) -> None:
    plain = b"%d" % size * (size // len(b"%d" % size) + 1)
    plain = plain[:size]
    edges = [0, *cuts, max(size, *cuts, 0)]
    blocks = [plain[a:b] for a, b in pairwise(edges)]
    key = new_key()
    assert opened(list(seal_chunks(key, BOUND, blocks)), key=key) == plain


def test_only_one_chunk_is_held() -> None:
    given_out = 0

    def blocks() -> object:
        nonlocal given_out
        for _ in range(64):
            given_out += 1
            yield bytes(CHUNK_BYTES // 4)

    stream = seal_chunks(KEY, BOUND, blocks())  # type: ignore[arg-type]
    for chunk_number in range(1, 4):
        next(stream)
        assert given_out <= 4 * chunk_number + 1


class TestNothingOpens:
    CHUNKS = list(seal_chunks(KEY, BOUND, [b"a" * CHUNK_BYTES, b"b" * CHUNK_BYTES, b"c"]))

    def test_that_was_cut_off(self) -> None:
        with pytest.raises(Unreadable):
            opened(self.CHUNKS[:-1])

    def test_that_was_prolonged(self) -> None:
        with pytest.raises(Unreadable):
            opened([*self.CHUNKS, self.CHUNKS[-1]])

    def test_in_another_order(self) -> None:
        with pytest.raises(Unreadable):
            opened([self.CHUNKS[1], self.CHUNKS[0], self.CHUNKS[2]])

    def test_of_another_stream(self) -> None:
        with pytest.raises(Unreadable):
            opened(self.CHUNKS, bound=BOUND + b"2")

    def test_under_another_key(self) -> None:
        with pytest.raises(Unreadable):
            opened(self.CHUNKS, key=new_key())

    @pytest.mark.parametrize("at", [0, 1, CHUNK_BYTES, CHUNK_BYTES + TAG_BYTES - 1])
    def test_that_was_changed(self, at: int) -> None:
        changed = bytearray(self.CHUNKS[0])
        changed[at] ^= 1
        with pytest.raises(Unreadable):
            open_chunk(KEY, BOUND, 0, False, bytes(changed))

    def test_shorter_than_a_tag(self) -> None:
        with pytest.raises(Unreadable):
            open_chunk(KEY, BOUND, 0, True, b"")
