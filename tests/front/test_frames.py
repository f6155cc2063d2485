"""Frames that were packed apart are one body of gzip together, whatever they hold and in whatever order they come."""

import zlib

from hypothesis import given
from hypothesis import strategies as st

from jawort.front.frames import GZIP_HEAD, frame
from jawort.web.packed_pages import BLUR_BYTES_MAX

EVENTS = st.lists(st.text(max_size=2_000).map(str.encode), max_size=8)


def unpacked(body: bytes) -> bytes:
    return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(body)


def without_comments(said: bytes) -> bytes:
    return b"".join(line for line in said.splitlines(keepends=True) if not line.startswith(b": "))


@given(EVENTS)
def test_any_of_them_in_any_order_is_a_body(events: list[bytes]) -> None:
    frames = [frame(b"data: %s\n\n" % one.replace(b"\n", b"").replace(b"\r", b"")) for one in events]
    body = GZIP_HEAD + b"".join(one.packed for one in (*frames, *reversed(frames)))
    plain = b"".join(one.plain for one in (*frames, *reversed(frames)))
    assert b"".join(without_comments(unpacked(body)).split()) == b"".join(plain.split())


def test_many_rows_that_are_alike_are_small_and_their_length_is_blurred() -> None:
    rows = b"".join(b"data: <li class='row'><a href='/inbox/%d/'>Kim Muster</a></li>\n" % n for n in range(80)) + b"\n"
    lengths = {len(frame(rows).packed) for _ in range(60)}
    assert max(lengths) < len(rows) / 5
    assert 5 < len(lengths) <= BLUR_BYTES_MAX * 2
