"""Identifiers: UUIDv7 (RFC 9562 section 5.7), made here because PostgreSQL 15 cannot."""

import os
import threading
import time
from uuid import UUID

_lock = threading.Lock()
_last = 0  # the last 60-bit (millisecond, sequence) pair handed out, so that ids of one process only grow


def uuid7() -> UUID:
    """A new id. Ids of one process sort in the order they were made; across processes by millisecond.

    Time is the machine's, not `clock.now()`: an id is no business time and must not jump back with a moved clock.
    """
    global _last
    with _lock:
        _last = max(_last + 1, time.time_ns() // 1_000_000 << 12)
        moment, sequence = _last >> 12, _last & 0xFFF
    tail = int.from_bytes(os.urandom(8), "big") & (1 << 62) - 1
    return UUID(int=moment << 80 | 0x7 << 76 | sequence << 64 | 0b10 << 62 | tail)
