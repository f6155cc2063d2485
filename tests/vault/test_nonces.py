"""No key seals twice with one nonce: in threads, across forks and renewed sessions, in processes started together.

AES-GCM falls with the first repetition. The bound for random nonces of 96 bits is 2^32 seals a key (NIST SP 800-38D,
8.3). A content key seals once; a session ends with its hour; wrapped keys and tokens are under AES-GCM-SIV, which a
repeated nonce does not break.
"""

import subprocess
import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jawort.front.ingest_keys import Keys, Known
from jawort.vault.transit_seal import HEADER_BYTES, SESSION_SECONDS_MAX, Session
from tests.house.tree import ROOT
from tests.vault.sealing import CHILDREN, KINDS, PUBLIC, RENEWALS, THREADS, WIDTH

PROCESSES = 2
SEALS_PER_KEY_MAX = 2**32
#: No process comes near: one core manages a tenth of it when it does nothing else.
SEALS_PER_SECOND_MAX = 1_000_000
AT = datetime(2026, 6, 8, 9, tzinfo=UTC)


def counted(files: Iterable[Path]) -> tuple[int, int]:
    """How many values there are, and how many of them are another's. Sorted by their first byte, for the memory."""
    buckets = [bytearray() for _ in range(256)]
    for file in files:
        values = file.read_bytes()
        for at in range(0, len(values), WIDTH):
            buckets[values[at]] += values[at : at + WIDTH]
    total = sum(map(len, buckets)) // WIDTH
    single = sum(len({bytes(b[at : at + WIDTH]) for at in range(0, len(b), WIDTH)}) for b in buckets)
    return total, total - single


@pytest.mark.parametrize("count", [100_000, pytest.param(10_000_000, marks=pytest.mark.long)])
def test_no_key_and_nonce_come_twice(count: int, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.vault.sealing", str(count // PROCESSES), str(tmp_path)]
    started = [subprocess.Popen(command, cwd=ROOT) for _ in range(PROCESSES)]
    assert [process.wait() for process in started] == [0] * PROCESSES
    found = {kind: counted(tmp_path.glob(f"{kind}-*")) for kind in KINDS}
    print(f"{count} seals:", *(f"{kind} {total} ({again} again)" for kind, (total, again) in found.items()))
    assert {kind: again for kind, (_, again) in found.items()} == dict.fromkeys(KINDS, 0)
    totals = {kind: total for kind, (total, _) in found.items()}
    assert totals["wrapped"] + totals["transit"] + totals["secret"] == count
    assert totals["content"] == totals["wrapped"] == totals["transit"] == 2 * totals["secret"]
    assert totals["session"] >= PROCESSES * (CHILDREN + 1) * THREADS * (RENEWALS - 1)


def session_key(session: Session | None) -> bytes:
    assert session is not None
    return session.seal(b"")[:HEADER_BYTES]


@pytest.fixture
def keys() -> Keys:
    """What the listener knows: a key for each of two days."""
    known = Keys("", bytes(32))
    known.known = Known(days={AT.date(): PUBLIC, AT.date() + timedelta(days=1): PUBLIC})
    return known


def test_a_session_ends_before_its_key_is_used_up(keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    assert SESSION_SECONDS_MAX * SEALS_PER_SECOND_MAX < SEALS_PER_KEY_MAX
    begin = time.monotonic()
    first = session_key(keys.session(AT))
    monkeypatch.setattr(time, "monotonic", lambda: begin + SESSION_SECONDS_MAX - 1)
    assert session_key(keys.session(AT)) == first
    monkeypatch.setattr(time, "monotonic", lambda: begin + SESSION_SECONDS_MAX + 1)
    assert session_key(keys.session(AT)) != first


def test_a_day_and_a_key_of_it_have_sessions_of_their_own(keys: Keys) -> None:
    first = session_key(keys.session(AT))
    assert session_key(keys.session(AT + timedelta(days=1))) != first
    before = session_key(keys.session(AT))
    keys.known = Known(days={AT.date(): PUBLIC[::-1]})
    assert session_key(keys.session(AT)) != before
