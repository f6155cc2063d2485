"""A disk runs full, each in turn: PostgreSQL's data, its log, and the data directory with the ledger's mark.

What comes in is refused with 503 rather than lost, what leaves stops, and with space all goes on by itself. Volumes in
memory stand for the disks. STORM_FULL_S says how long each of them stays full.
"""

import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench.place import Place, running, until
from jawort.cli.postgres_account import Account
from tests.long.weather import PATIENCE_S, Traffic, comes_in, flows, say, settle

FULL_S = float(os.environ.get("STORM_FULL_S", "30"))
MEGABYTES = {"data": 500, "wal": 160, "home": 32}
#: Small enough that a new segment of the log is soon needed; vacuum gives back what the webhooks took.
SETTINGS = "max_wal_size = 48MB\nmin_wal_size = 32MB\nautovacuum_naptime = 5s\n"
FAT_BYTES = 100_000  # a webhook
BLOCK = bytes(4_096)


@contextmanager
def volume(place: Path, megabytes: int) -> Iterator[Path]:
    """A disk of this size at `place`; skips the test where none can be mounted."""
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=711", "jawort-storm", str(place)]
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"no volume can be mounted here: {done.stderr.strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


@dataclass(frozen=True, slots=True)
class Disks:
    """Three volumes, and the installation on them."""

    data: Path
    wal: Path
    home: Path

    def install(self) -> None:
        """An installation whose cluster lies on `data`, with its log on `wal`; the root key and the mark on `home`."""
        account = Account.of(self.data / "none")
        account.own(self.data / "pg")
        (self.home / "pg").symlink_to(self.data / "pg")
        settings = self.data / "pg.settings"
        settings.mkdir(mode=0o711)
        (settings / "local.conf").write_text(SETTINGS)
        (settings / "local.conf").chmod(0o644)
        with running(self.home):
            pass
        subprocess.run(["mv", self.data / "pg" / "pg_wal", self.wal / "pg_wal"], check=True)
        (self.data / "pg" / "pg_wal").symlink_to(self.wal / "pg_wal")


@pytest.fixture
def disks() -> Iterator[Disks]:
    """Fresh ones, with an installation that does not run yet."""
    top = Path(tempfile.mkdtemp(prefix="jawort-disks-"))
    top.chmod(0o711)  # the database's own account must be able to pass
    try:
        with ExitStack() as stack:
            mounted = {name: stack.enter_context(volume(top / name, size)) for name, size in MEGABYTES.items()}
            made = Disks(**mounted)
            made.install()
            yield made
    finally:
        shutil.rmtree(top, ignore_errors=True)


@contextmanager
def full(disk: Path) -> Iterator[None]:
    """Nothing more fits meanwhile; what is given back is taken again."""
    ended = threading.Event()

    def fill() -> None:
        with (disk / "ballast").open("wb", buffering=0) as ballast:
            while not ended.is_set():
                with suppress(OSError):
                    while ballast.write(BLOCK):
                        pass
                ended.wait(0.02)

    filler = threading.Thread(target=fill, daemon=True)
    filler.start()
    try:
        yield
    finally:
        ended.set()
        filler.join()
        (disk / "ballast").unlink()


def refused_in(traffic: Traffic) -> bool:
    return traffic.statuses[503] > 0


def refused_out(traffic: Traffic) -> bool:
    return any(answer.word == "ledger_late" for answer in traffic.answers)


def log_tail(here: Place) -> str:
    return (here.data_dir / "pg.log").read_text(errors="replace")


@pytest.mark.long
@pytest.mark.parametrize(("name", "felt"), [("data", refused_in), ("wal", refused_in), ("home", refused_out)])
def test_a_full_disk_stops_and_space_lets_go_on(
    disks: Disks, name: str, felt: Callable[[Traffic], bool], capsys: pytest.CaptureFixture[str]
) -> None:
    with running(disks.home) as here:
        traffic = Traffic(here, padding=FAT_BYTES)
        with traffic:
            calm = flows(here)
            assert not felt(traffic)
            with full(getattr(disks, name)):
                began = time.monotonic()
                until(lambda: felt(traffic), PATIENCE_S)
                noticed = time.monotonic() - began
                if name == "home":
                    comes_in(here)  # the ledger stands still, and what comes in waits for it
                time.sleep(FULL_S)
            back = flows(here)
        states = settle(traffic)
        panics = log_tail(here).count("PANIC")
    felt_after = f"felt after {noticed:.0f} s, full for {FULL_S:.0f} s more"
    flowed = f"traffic flowed {back:.1f} s after there was space ({calm:.1f} s in calm)"
    say(capsys, f"{name}: {felt_after}; {panics} panics; {flowed}; {traffic.figures()}; ended {dict(states)}")
    assert (panics > 0) == (name == "wal"), "PostgreSQL stops when it cannot write its log, and only then"
    assert set(states) <= {"delivered", "read", "unknown", "refused"}
