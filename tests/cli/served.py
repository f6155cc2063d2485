"""`jawort serve` as an installation has it, with the simulator where WhatsApp would be, and whatever it logs."""

import json
import os
import re
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from jawort.cli.loopback import Unanswered, ask, call
from jawort.cli.postgres import running
from tests.fixtures.ports import free_ports

PATIENCE_S = 90.0
PHONE_NUMBER_ID, WABA_ID = "106540352242922", "102290129340398"
WORD = secrets.token_hex(16)


#: Who listens on the first port, the second, and so on.
PORTS = ("front", "ingest", "simulator", "work", "work-2")


@dataclass(slots=True)
class Served:
    """A running `serve`. Ports: desk, listener, simulator, two workers."""

    data_dir: Path
    port: int
    process: subprocess.Popen[bytes]
    log: Path
    api_token: str = ""

    @property
    def told(self) -> dict[str, Any]:
        """What bench.bodies needs to write webhooks."""
        return {
            "webhook_url": f"{self.url('ingest')}/webhooks/whatsapp",
            "app_secret": WORD,
            "phone_number_id": PHONE_NUMBER_ID,
            "waba_id": WABA_ID,
        }

    def url(self, process: str) -> str:
        """Where a process listens."""
        return f"http://127.0.0.1:{self.port + PORTS.index(process)}"

    def api(self, method: str, path: str, body: object = None) -> Any:
        """Call the API as a supervisor's program."""
        return call(method, f"{self.url('front')}/api/v1{path}", body, {"Authorization": f"Bearer {self.api_token}"})

    def simulator(self, method: str, path: str, body: object = None) -> Any:
        """Call the simulator's control API."""
        return call(method, f"{self.url('simulator')}/__sim/{path}", body)

    def says(self, process: str, path: str) -> tuple[int, str]:
        """Status and text of a page; 0 while nobody answers."""
        try:
            status, body = ask("GET", self.url(process) + path)
        except Unanswered:
            return 0, ""
        return status, body.decode()

    def ready(self, *processes: str) -> bool:
        """Whether these say that they can do their work."""
        return all(
            self.says(process, "/readyz")[0] == 200 for process in processes or ("front", "ingest", "work", "work-2")
        )

    def sql(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of a query, on a connection of its own."""
        dsn = running(self.data_dir)
        assert dsn is not None
        with psycopg.connect(dsn, autocommit=True) as link:
            return link.execute(query.encode()).fetchall()

    def lines(self) -> list[dict[str, Any]]:
        """What was logged so far, each line as the JSON that it has to be."""
        whole = self.log.read_text(encoding="utf-8").rpartition("\n")[0]
        return [json.loads(line) for line in whole.splitlines()]

    def pids(self) -> dict[str, int]:
        """Process ids by role: the children of `serve`."""
        roles = {"front": "front", "front --only ingest": "ingest", "work": "work"}
        found: dict[str, int] = {}
        for child in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split():
            try:
                command = Path(f"/proc/{child}/cmdline").read_bytes().decode().replace("\0", " ").strip()
            except OSError:  # it has ended
                continue
            if "postgres" in command.partition(" ")[0]:
                found["postgresql"] = int(child)
            elif role := roles.get(command.partition("-m jawort ")[2]):
                second = f"JAWORT_WORK_PORT={self.port + PORTS.index('work-2')}".encode()
                found["work-2" if second in Path(f"/proc/{child}/environ").read_bytes() else role] = int(child)
        return found

    def command(self, *arguments: str) -> str:
        """What a command of the product says."""
        command = [sys.executable, "-P", "-m", "jawort", *arguments, "--data-dir", str(self.data_dir)]
        done = subprocess.run(command, capture_output=True, check=True, timeout=PATIENCE_S, env=_environ(self.port))
        return done.stdout.decode()


def until(holds: Callable[[], object], patience_s: float = PATIENCE_S) -> None:
    """Wait until it holds."""
    give_up = time.monotonic() + patience_s
    while not holds():
        assert time.monotonic() < give_up, "it did not come"
        time.sleep(0.05)


def _environ(port: int) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("JAWORT_", "DATABASE_URL"))}
    return kept | {
        "JAWORT_PORT": str(port),
        "JAWORT_INGEST_PORT": str(port + 1),
        "JAWORT_WORK_PORT": str(port + 3),
        "JAWORT_GRAPH_URL": f"http://127.0.0.1:{port + 2}/v26.0",
    }


@contextmanager
def served(home: Path) -> Iterator[Served]:
    """`serve` with a line, a person with a token, and the simulator; ended with all that it started."""
    port = free_ports(5)
    log = home / "log"
    with log.open("wb") as output:
        command = [sys.executable, "-P", "-m", "jawort", "serve", "--data-dir", str(home / "data")]
        process = subprocess.Popen(command, env=_environ(port), stderr=output)
    here = Served(home / "data", port, process, log)
    try:
        with _simulator(port):
            until(lambda: process.poll() is not None or here.ready("front", "work"))
            assert process.poll() is None, log.read_text()
            _furnish(here, home)
            until(here.ready)
            yield here
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE_S)


@contextmanager
def _simulator(port: int) -> Iterator[None]:
    settings = {
        "PORT": str(port + 2),
        "APP_SECRET": WORD,
        "VERIFY_TOKEN": WORD,
        "ACCESS_TOKEN": WORD,
        "CALLBACK_URL": f"http://127.0.0.1:{port + 1}/webhooks/whatsapp",
        "PHONE_NUMBER_ID": PHONE_NUMBER_ID,
        "WABA_ID": WABA_ID,
        "PROFILE": "bench",
        "SEED": str(secrets.randbelow(2**31)),
    }
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("JAWORT_", "DATABASE_URL"))}
    environ |= {f"SIMULATOR_{name}": value for name, value in settings.items()}
    process = subprocess.Popen([sys.executable, "-P", "-m", "jawort", "simulator"], env=environ)
    try:
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def _furnish(here: Served, home: Path) -> None:
    """A line, a person, a token, as an operator makes them."""
    word = home / "word"
    word.write_text(WORD, encoding="ascii")
    files = [f"--{name}-file={word}" for name in ("token", "secret", "verify-token")]
    about = ["--name=Service", "--app=App", f"--waba-id={WABA_ID}", "--number=+49 30 23125000", "--rate=1000"]
    here.command("lines", f"--connect={PHONE_NUMBER_ID}", *about, *files)
    here.command("staff", "--hire=bob@firma.example", "--name=Bob", "--role=supervisor")
    said = here.command("staff", "--token=bob@firma.example", "--name=Test")
    found = re.search(r"shown this once: (\S+)", said)
    assert found is not None
    here.api_token = found[1]
