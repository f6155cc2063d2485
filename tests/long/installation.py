"""An installation as an operator sets it up: `jawort` in processes of their own, WhatsApp's stand-in beside."""

import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.place import Place, until
from jawort.cli.kinship import vow
from jawort.cli.loopback import Unanswered, ask
from jawort.cli.postgres import running
from tests.fixtures.ports import free_ports

PHONE_NUMBER_ID, WABA_ID, PORTFOLIO = "106540352242922", "102290129340398", "506914307656634"
NUMBER = "+49 30 23125000"  # reserved for fiction by the Bundesnetzagentur
BOSS = {"role": "supervisor", "email": "bob@firma.example", "password": "correct horse battery staple"}
ADMINISTRATOR = {"role": "administrator", "email": "ada@firma.example", "password": "correct horse battery staple"}
RATE_PER_S = 1_000
STOP_S = 30


def _secrets() -> dict[str, str]:
    return {name: secrets.token_hex(16) for name in ("app", "verify", "token")}


@dataclass(slots=True)
class Installation:
    """Where it lives, its ports (desk, webhooks, simulator, a second desk), and all that runs of it."""

    home: Path
    port: int
    database_url: str = ""
    secrets: dict[str, str] = field(default_factory=_secrets)
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    place: Place = field(init=False)

    def __post_init__(self) -> None:
        self.place = Place(self._told(), self.home / "data")

    def start(self, *arguments: str, **environ: str) -> subprocess.Popen[bytes]:
        """`jawort` with these arguments; what it says goes to its log."""
        with (self.home / f"{arguments[0]}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "jawort", *arguments],
                env=self.environment() | environ,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
                preexec_fn=vow(signal.SIGTERM),
            )
        self.processes.append(process)
        return process

    @property
    def graph_url(self) -> str:
        """WhatsApp, as the product is told."""
        return f"http://127.0.0.1:{self.port + 2}/v26.0"

    def start_simulator(self) -> None:
        """The judge: it is never killed, and answers only when it is asked to."""
        given = {
            "PORT": str(self.port + 2),
            "APP_SECRET": self.secrets["app"],
            "VERIFY_TOKEN": self.secrets["verify"],
            "ACCESS_TOKEN": self.secrets["token"],
            "CALLBACK_URL": self.place.told["webhook_url"],
            "PHONE_NUMBER_ID": PHONE_NUMBER_ID,
            "WABA_ID": WABA_ID,
            "PORTFOLIO": PORTFOLIO,
            "DISPLAY_NUMBER": NUMBER,
            "PROFILE": "bench",
        }
        self.start("simulator", **{f"SIMULATOR_{name}": value for name, value in given.items()})

    def set_up(self) -> None:
        """Hire two and connect the line, by the commands that an operator uses; then wait for every door."""
        until(self.serves)
        self._command(*self._hire(ADMINISTRATOR))
        said = self._command(*self._hire(BOSS), "--token", BOSS["email"])
        found = re.search(r"Token, shown this once: (\S+)", said)
        assert found is not None, said
        self.place.told["api_token"] = found.group(1)
        line = ("lines", "--connect", PHONE_NUMBER_ID, "--name", "Service", "--app", "App", "--waba-id", WABA_ID)
        numbers = ("--portfolio", PORTFOLIO, "--number", NUMBER, "--rate", str(RATE_PER_S))
        files = {"--token-file": "token", "--secret-file": "app", "--verify-token-file": "verify"}
        keys = [word for option, name in files.items() for word in (option, self._file(name, self.secrets[name]))]
        self._command(*line, *numbers, *keys)
        until(self.is_up)

    def serves(self) -> bool:
        """Whether the desk answers."""
        return answers(f"{self.place.told['url']}/readyz") == 200

    def is_up(self) -> bool:
        """Whether every door is open, and the database where it says."""
        told = self.place.told
        told["database_url"] = self.database_url or running(self.place.data_dir) or ""
        doors = (f"{told['url']}/readyz", f"{told['listener_url']}/healthz", f"{told['simulator_control_url']}/state")
        return bool(told["database_url"]) and all(answers(door) == 200 for door in doors)

    def desk(self, port: int) -> Place:
        """The same installation through another front."""
        url = f"http://127.0.0.1:{port}"
        return Place(self.place.told | {"url": url, "api_url": f"{url}/api/v1"}, self.place.data_dir)

    def findings(self) -> list[str]:
        """What `doctor` and `verify` say is wrong."""
        doctor = json.loads(self._command("doctor", "--json", check=False))["findings"]
        verify = json.loads(self._command("verify", "--json", check=False))["problems"]
        return [f"{one['code']}: {one['text']}" for one in (*doctor, *verify)]

    def environment(self) -> dict[str, str]:
        """What every process of it gets: nothing of the tests' own."""
        kept = {n: v for n, v in os.environ.items() if not n.startswith(("JAWORT_", "DJANGO_", "DATABASE_URL"))}
        given = {
            "JAWORT_DATA_DIR": str(self.home / "data"),
            "JAWORT_PORT": str(self.port),
            "JAWORT_INGEST_PORT": str(self.port + 1),
            "JAWORT_WORK_PORT": "0",
            "JAWORT_GRAPH_URL": self.graph_url,
        }
        return kept | given | ({"DATABASE_URL": self.database_url} if self.database_url else {})

    def end(self) -> None:
        """End what still runs, in the order opposite to its start."""
        for process in reversed(self.processes):
            process.terminate()
            try:
                process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _told(self) -> dict[str, Any]:
        return {
            "url": f"http://127.0.0.1:{self.port}",
            "listener_url": f"http://127.0.0.1:{self.port + 1}",
            "webhook_url": f"http://127.0.0.1:{self.port + 1}/webhooks/whatsapp",
            "api_url": f"http://127.0.0.1:{self.port}/api/v1",
            "simulator_control_url": f"http://127.0.0.1:{self.port + 2}/__sim",
            "app_secret": self.secrets["app"],
            "phone_number_id": PHONE_NUMBER_ID,
            "waba_id": WABA_ID,
            "database_url": self.database_url,
            "sign_ins": [BOSS],
        }

    def _hire(self, one: Mapping[str, str]) -> list[str]:
        about = ["--name", one["email"].partition("@")[0], "--role", one["role"]]
        return ["staff", "--hire", one["email"], *about, "--password-file", self._file("password", one["password"])]

    def _command(self, *arguments: str, check: bool = True) -> str:
        """What a command prints. Raises CalledProcessError, unless its exit code is one of its answers."""
        command = [sys.executable, "-P", "-m", "jawort", *arguments]
        done = subprocess.run(command, env=self.environment(), stdout=subprocess.PIPE, text=True, check=check)
        return done.stdout

    def _file(self, name: str, content: str) -> str:
        path = self.home / name
        path.write_text(content)
        path.chmod(0o600)
        return str(path)


def answers(url: str) -> int:
    """The status of an address, 0 while nobody answers."""
    try:
        return ask("GET", url)[0]
    except Unanswered:
        return 0


@contextmanager
def installation(database_url: str = "") -> Iterator[Installation]:
    """An empty one, with the simulator running and nothing else; gone afterwards.

    Below /tmp, where the database's account can reach it.
    """
    home = Path(tempfile.mkdtemp(prefix="jawort-long-", dir="/tmp"))
    home.chmod(0o711)
    made = Installation(home, free_ports(4), database_url)
    try:
        made.start_simulator()
        yield made
    finally:
        made.end()
        shutil.rmtree(home, ignore_errors=True)
