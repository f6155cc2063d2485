"""`jawort serve` as an installation has it, with the simulator where WhatsApp would be, and whatever it logs."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.place import until
from jawort.cli.loopback import Unanswered, ask
from tests.fixtures.installation import Installation
from tests.fixtures.ports import free_ports

#: Who listens on the first port, the second, and so on.
PORTS = ("front", "ingest", "simulator", "work", "work-2", "search")


@dataclass(frozen=True, slots=True)
class Served:
    """A running `serve`."""

    made: Installation
    process: subprocess.Popen[bytes]

    @property
    def told(self) -> dict[str, Any]:
        """What bench.bodies needs to write webhooks, and more."""
        return self.made.place.told

    @property
    def data_dir(self) -> Path:
        """Where root key and database live."""
        return self.made.place.data_dir

    @property
    def log(self) -> Path:
        """What it logs."""
        return self.made.home / "serve.log"

    def url(self, process: str) -> str:
        """Where a process listens."""
        return f"http://127.0.0.1:{self.made.port + PORTS.index(process)}"

    def api(self, method: str, path: str, body: object = None) -> Any:
        """Call the API as a supervisor's program."""
        return self.made.place.api(method, path, body)

    def simulator(self, method: str, path: str, body: object = None) -> Any:
        """Call the simulator's control API."""
        return self.made.place.control(method, path, body)

    def sql(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of a query, on a connection of its own."""
        return self.made.place.sql(query)

    def says(self, process: str, path: str) -> tuple[int, str]:
        """Status and text of a page; 0 while nobody answers."""
        try:
            status, body = ask("GET", self.url(process) + path)
        except Unanswered:
            return 0, ""
        return status, body.decode()

    def ready(self, *processes: str) -> bool:
        """Whether these say that they can do their work."""
        everybody = [process for process in PORTS if process != "simulator"]
        return all(self.says(process, "/readyz")[0] == 200 for process in processes or everybody)

    def lines(self) -> list[dict[str, Any]]:
        """What was logged so far, each line as the JSON that it has to be."""
        whole = self.log.read_text(encoding="utf-8").rpartition("\n")[0]
        return [json.loads(line) for line in whole.splitlines()]

    def pids(self) -> dict[str, int]:
        """Process ids by role: the children of `serve`."""
        roles = {"front": "front", "front --only ingest": "ingest", "work": "work", "search": "search"}
        found: dict[str, int] = {}
        for child in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split():
            try:
                command = Path(f"/proc/{child}/cmdline").read_bytes().decode().replace("\0", " ").strip()
            except OSError:  # it has ended
                continue
            if "postgres" in command.partition(" ")[0]:
                found["postgresql"] = int(child)
            elif role := roles.get(command.partition("-m jawort ")[2]):
                second = f"JAWORT_WORK_PORT={self.made.port + PORTS.index('work-2')}".encode()
                found["work-2" if second in Path(f"/proc/{child}/environ").read_bytes() else role] = int(child)
        return found


@contextmanager
def served(home: Path) -> Iterator[Served]:
    """`serve` with a line, persons, a token, and the simulator; ended with all that it started. `home` stays."""
    made = Installation(home, free_ports(6), tells=True)
    try:
        made.start_simulator()
        here = Served(made, made.start("serve"))
        made.set_up()
        until(here.ready)
        yield here
    finally:
        made.end()
