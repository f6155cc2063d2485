"""A process that locks itself in before it touches a customer's picture: `python -I -m jawort.messaging.files.cell`.

Decoders of pictures are where hostile files do their harm, so each picture is drawn in a process of its own. Before the
first byte is read it gives up everything but computing and its two pipes: a filter of system calls (seccomp, an
allow-list) leaves no files, no sockets, no programs; memory, processor time and pixels are bounded. It reads a picture
from standard input, draws it anew, upright and without anything that is not a pixel, and writes the drawings to
standard output, the larger one first (drawing.py, cell_words.py). It needs Linux: elsewhere nothing would lock it
in, so nothing is drawn.
"""

import ctypes
import importlib
import os
import platform
import resource
import struct
import sys
from typing import Final

from jawort.core.priority import stand_back
from jawort.messaging.files.cell_words import (
    BROKEN,
    NO_CELL,
    NO_MEMORY,
    PICTURE_BYTES_MAX,
    TOO_LARGE,
    TOO_MANY_PIXELS,
)

MEMORY_BYTES_MAX: Final = 800 * 1024 * 1024
PROCESSOR_S: Final = 12
#: A picture may come a little later; the messages beside it may not.
NICE: Final = 19

PR_SET_SECCOMP, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS, SECCOMP_MODE_FILTER = 22, 4, 38, 2
LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06  # classic BPF: ld [k], jeq k, ret k
AT_NUMBER, AT_ARCHITECTURE = 0, 4  # in struct seccomp_data
ALLOW, REFUSE, KILL = 0x7FFF_0000, 0x0005_0001, 0x8000_0000  # REFUSE: the call fails with EPERM
#: By machine: its number in struct seccomp_data, and the calls that remain: read, write, close, seek and stat of what
#: is open; memory; time, yielding, futex, randomness; handling of signals; the end. Tables: Linux, unistd.h.
MACHINES: Final[dict[str, tuple[int, tuple[int, ...]]]] = {
    "x86_64": (
        0xC000_003E,
        (
            *(0, 1, 3, 5, 8, 9, 10, 11, 12, 13, 14, 15, 19, 20, 24, 25, 28),
            *(60, 96, 131, 202, 228, 230, 231, 318),
        ),
    ),
    "aarch64": (
        0xC000_00B7,
        (
            *(57, 62, 63, 64, 65, 66, 80, 93, 94, 98, 113, 115, 124, 132, 134, 135, 139),
            *(169, 214, 215, 216, 222, 226, 233, 278),
        ),
    ),
}


def lock_in() -> None:
    """Give up everything but computing and what is open. Raises OSError where that cannot be had."""
    machine = MACHINES.get(platform.machine()) if sys.platform == "linux" else None
    if machine is None:
        raise OSError("no cell for this machine")
    for limit, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CPU, PROCESSOR_S),
        (resource.RLIMIT_AS, MEMORY_BYTES_MAX),
    ):
        resource.setrlimit(limit, (most, most))
    system = ctypes.CDLL(None, use_errno=True)
    program = _program(*machine)
    held = ctypes.create_string_buffer(program, len(program))
    header = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(held)))
    for call in (
        (PR_SET_DUMPABLE, 0, 0, 0, 0),
        (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0),
        (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(header), 0, 0),
    ):
        if system.prctl(*(ctypes.c_ulong(value) for value in call)):
            raise OSError(ctypes.get_errno(), "the cell does not shut")


def main() -> int:
    """Stand back, lock in, read, draw, write; the exit code.

    The decoders are loaded after the first of these: they cost more than most pictures, and a process begins as equal
    to those that people wait for.
    """
    stand_back(NICE)
    drawing = importlib.import_module("jawort.messaging.files.drawing")
    drawing.warm_up()
    try:
        lock_in()
    except OSError:
        return NO_CELL
    picture = sys.stdin.buffer.read(PICTURE_BYTES_MAX + 1)
    if len(picture) > PICTURE_BYTES_MAX:
        return TOO_LARGE
    try:
        drawings = drawing.draw(picture)
    except OverflowError:
        return TOO_MANY_PIXELS
    except MemoryError:
        return NO_MEMORY
    except Exception:
        return BROKEN
    sys.stdout.buffer.write(b"".join(drawings))
    sys.stdout.buffer.flush()
    return 0


def _program(architecture: int, calls: tuple[int, ...]) -> bytes:
    """The filter: another machine's calls end the process, the listed ones pass, all others fail."""
    steps = [(LOAD, 0, 0, AT_ARCHITECTURE), (JUMP_IF_EQUAL, 1, 0, architecture), (RETURN, 0, 0, KILL)]
    steps.append((LOAD, 0, 0, AT_NUMBER))
    steps += [(JUMP_IF_EQUAL, len(calls) - place, 0, number) for place, number in enumerate(calls)]
    steps += [(RETURN, 0, 0, REFUSE), (RETURN, 0, 0, ALLOW)]
    return b"".join(struct.pack("HBBI", *step) for step in steps)


if __name__ == "__main__":
    os._exit(main())  # what ends an interpreter politely needs calls that are given up
