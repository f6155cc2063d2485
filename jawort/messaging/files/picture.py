"""Customers' pictures drawn anew, in a cell (cell.py): bytes in and out over pipes, no files, no network, an end."""

import subprocess
import sys
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from jawort.messaging.files.cell_words import EXITS, HEADER, PICTURE_BYTES_MAX, TYPES

#: The cell's own bound is processor time; one that only waits ends here.
WALL_S: Final = 30.0
DRAWINGS_BYTES_MAX: Final = 8 * 1024 * 1024
CELL = (sys.executable, "-I", "-B", "-m", "jawort.messaging.files.cell")


#: One dot, black: what a cell can draw wherever there can be one.
_DOT: Final = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a49444154789c636000000002000148afa4710000000049454e44ae426082"
)


class CannotDraw(Exception):
    """The picture cannot be shown. `reason` is a code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture drawn anew, of one of the cell's types."""

    type: str
    width: int
    height: int
    content: bytes


def draw(
    blocks: Iterable[bytes], size: int, *, command: tuple[str, ...] | None = None, wall_s: float = WALL_S
) -> list[Drawing]:
    """The picture for the page and the small one, from a picture's bytes. Raises CannotDraw; always ends."""
    if size > PICTURE_BYTES_MAX:
        raise CannotDraw("picture_too_large")
    cell = subprocess.Popen(  # noqa: S603 - our own program, nothing of the picture in its arguments
        command or CELL,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
        cwd="/",
        start_new_session=True,  # where sessions share the processors, it gets a share of its own, the smallest
    )
    watch = threading.Timer(wall_s, cell.kill)
    watch.start()
    try:
        drawn = _through(cell, blocks)
        code = cell.wait()
    finally:
        watch.cancel()
        cell.kill()
        cell.wait()
    if code:
        raise CannotDraw(EXITS.get(code, "picture_hung" if code < 0 else "picture_broken"))
    return _drawings(drawn)


def can_draw() -> bool:
    """Whether a cell shuts and draws on this machine: a container may forbid what it needs."""
    try:
        return len(draw([_DOT], len(_DOT))) == 2
    except CannotDraw:
        return False


def _through(cell: subprocess.Popen[bytes], blocks: Iterable[bytes]) -> bytes:
    """What the cell answers; it reads all before it writes anything."""
    assert cell.stdin is not None
    assert cell.stdout is not None
    with cell.stdout as answer:
        try:
            with cell.stdin as ask:
                for block in blocks:
                    ask.write(block)
        except BrokenPipeError:
            return b""  # it has ended; its exit code says why
        drawn = answer.read(DRAWINGS_BYTES_MAX + 1)
    if len(drawn) > DRAWINGS_BYTES_MAX:
        cell.kill()
    return drawn


def _drawings(drawn: bytes) -> list[Drawing]:
    found, at = [], 0
    while at < len(drawn):
        if at + HEADER.size > len(drawn):
            raise CannotDraw("picture_broken")
        kind, width, height, length = HEADER.unpack_from(drawn, at)
        at += HEADER.size
        if kind >= len(TYPES) or at + length > len(drawn):
            raise CannotDraw("picture_broken")
        found.append(Drawing(TYPES[kind], width, height, drawn[at : at + length]))
        at += length
    if len(found) != 2:
        raise CannotDraw("picture_broken")
    return found
