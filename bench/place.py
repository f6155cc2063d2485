"""An installation to measure: `jawort demo --empty` with the simulator's bench profile, in processes of its own."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from jawort.cli.loopback import call

PATIENCE_S = 120.0
#: Of a core: who uses less than this for some seconds has nothing to do.
SETTLED_SHARE = 0.1
SETTLED_S = 3.0
SETTLED_PATIENCE_S = 900.0


@dataclass(frozen=True, slots=True)
class Place:
    """What `jawort demo --json` told, and how to speak with it."""

    told: dict[str, Any]
    data_dir: Path
    #: The supervisor's process id, where it is one process.
    pid: int = 0

    def api(self, method: str, path: str, body: object = None) -> Any:
        """Call the API as the supervisor."""
        return call(method, self.told["api_url"] + path, body, {"Authorization": f"Bearer {self.told['api_token']}"})

    def control(self, method: str, path: str, body: object = None) -> Any:
        """Call the simulator's control API."""
        return call(method, f"{self.told['simulator_control_url']}/{path}", body)

    def sql(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Rows of a statement, if it has any, on a connection of its own. Values in order, or one dictionary."""
        with psycopg.connect(self.told["database_url"], autocommit=True) as link:
            named = values[0] if values and isinstance(values[0], dict) else values
            done = link.execute(query.encode(), named)
            return done.fetchall() if done.description else []

    def number(self, query: str) -> int:
        """A query's one number."""
        return int(self.sql(query)[0][0] or 0)

    def command(self, *arguments: str) -> dict[str, Any]:
        """What a command of the product says in JSON."""
        command = [sys.executable, "-m", "jawort", *arguments, "--json", "--data-dir", str(self.data_dir)]
        done = subprocess.run(command, capture_output=True, check=False)
        said: dict[str, Any] = json.loads(done.stdout)
        return said

    def settled(self, role: str) -> None:
        """Wait until the process of this role has nothing to do. Raises TimeoutError."""
        (pid,) = (one["pid"] for one in self.told["processes"] if one["role"] == role)
        until(lambda: _works(pid) < SETTLED_SHARE, SETTLED_PATIENCE_S)

    def resident_mb(self) -> float:
        """Memory of all its processes, the supervisor's too: shared pages counted once, by their shares (PSS)."""
        return sum(_pss(pid) for pid in with_children(self.pid)) / 1e6


@contextmanager
def place(*, profile: str = "bench") -> Iterator[Place]:
    """A fresh installation, gone afterwards."""
    home = Path(tempfile.mkdtemp(prefix="jawort-bench-"))
    home.chmod(0o711)  # the database's own account must be able to pass
    try:
        with running(home / "data", profile=profile) as fresh:
            yield fresh
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def running(data_dir: Path, *, profile: str = "bench") -> Iterator[Place]:
    """The installation in `data_dir`, made if there is none; it stays."""
    command = [sys.executable, "-P", "-m", "jawort", "demo", "--json", "--empty", "--profile", profile]
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("JAWORT_", "DATABASE_URL"))}
    process = subprocess.Popen(
        [*command, "--data-dir", str(data_dir)], stdout=subprocess.PIPE, env=environment, start_new_session=True
    )
    assert process.stdout is not None
    try:
        yield Place(json.loads(process.stdout.readline()), data_dir, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE_S)
        process.stdout.close()


def until(holds: Callable[[], object], patience_s: float = PATIENCE_S) -> None:
    """Wait until it holds. Raises TimeoutError with what was waited for."""
    give_up = time.monotonic() + patience_s
    while not holds():
        if time.monotonic() > give_up:
            raise TimeoutError(f"This did not come within {patience_s:.0f} s: {holds}")
        time.sleep(0.05)


def with_children(pid: int) -> set[int]:
    """Process ids of `pid` and of everything below it that runs now."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(stat.parent.name))
    found: set[int] = set()
    waiting = [pid]
    while waiting:
        found.add(one := waiting.pop())
        waiting += children.get(one, [])
    return found


@contextmanager
def frozen(pids: Collection[int]) -> Iterator[None]:
    """These processes stand still meanwhile, as if they got no time."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            with suppress(ProcessLookupError):  # it was killed meanwhile
                os.kill(pid, signal.SIGCONT)


def _works(pid: int) -> float:
    """The share of a core that this process takes now."""
    before = _seconds(pid)
    time.sleep(SETTLED_S)
    return (_seconds(pid) - before) / SETTLED_S


def _seconds(pid: int) -> float:
    """Of the processor, since it began (proc(5): utime and stime)."""
    spent = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return sum(map(int, spent)) / os.sysconf("SC_CLK_TCK")


def _pss(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:  # it has ended
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)
