"""A whole installation in processes of its own: database, listener, desk, worker, and WhatsApp's stand-in."""

import json
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, ProxyHandler, build_opener

import pytest

from jawort.cli.loopback import ask
from tests.fixtures.ports import free_ports

PATIENCE_S = 60


@dataclass(frozen=True, slots=True)
class Answer:
    """What an HTTP call came to."""

    status: int
    body: Any


@dataclass(frozen=True, slots=True)
class Installation:
    """What `jawort demo --json` told, and how to speak with it."""

    told: dict[str, Any]
    data_dir: Path

    def api(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        """Call the API with the supervisor's token."""
        headers = {"Authorization": f"Bearer {self.told['api_token']}"} | headers
        return call(method, self.told["api_url"] + path, body, headers)

    def phone(self, path: str, body: object = None) -> Answer:
        """Tell the simulator what a customer does."""
        return call("POST", f"{self.told['simulator_control_url']}/{path}", body or {}, {})

    def items(self, path: str) -> list[dict[str, Any]]:
        """Every item of a list, page by page."""
        found: list[dict[str, Any]] = []
        after = ""
        while True:
            page = self.api("GET", f"{path}?limit=200{after}").body
            found += page["items"]
            if page["next"] is None:
                return found
            after = f"&after={page['next']}"

    def command(self, *arguments: str) -> dict[str, Any]:
        """What a command of the product says in JSON."""
        command = [sys.executable, "-m", "jawort", *arguments, "--json", "--data-dir", str(self.data_dir)]
        done = subprocess.run(command, capture_output=True, check=False, timeout=PATIENCE_S)
        said: dict[str, Any] = json.loads(done.stdout)
        return said


def call(method: str, url: str, body: object, headers: dict[str, str]) -> Answer:
    """One call; whatever it came to."""
    status, text = ask(method, url, body, headers)
    return Answer(status, json.loads(text) if text else None)


class Desk:
    """The supervisor's browser, as far as forms need one."""

    def __init__(self, installation: Installation) -> None:
        self.url = installation.told["api_url"].removesuffix("/api/v1")
        cookies = HTTPCookieProcessor()
        self.jar, self.browser = cookies.cookiejar, build_opener(ProxyHandler({}), cookies)
        bob = next(one for one in installation.told["sign_ins"] if one["role"] == "supervisor")
        self.get("/accounts/login/")
        self.post("/accounts/login/", login=bob["email"], password=bob["password"])

    def get(self, path: str) -> str:
        """The page."""
        with self.browser.open(self.url + path, timeout=PATIENCE_S) as page:
            return str(page.read().decode())

    def post(self, path: str, **form: str) -> str:
        """The page that a form leads to."""
        token = next(one.value for one in self.jar if "csrf" in one.name)
        sent = urlencode({"csrfmiddlewaretoken": token, **form}).encode()
        with self.browser.open(self.url + path, sent, timeout=PATIENCE_S) as page:
            return str(page.read().decode())


def eventually(holds: Callable[[], object]) -> None:
    """Wait until it holds; what does not come within a minute does not come."""
    give_up = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < give_up, "it did not come"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    """An empty one for the tests of a file.

    Below /tmp, where the database's account can reach it: then all that is stored lies below the data directory.
    """
    home = Path(tempfile.mkdtemp(prefix="jawort-scenario-", dir="/tmp"))
    home.chmod(0o755)
    data_dir = home / "data"
    arguments = ["--json", "--empty", "--port", str(free_ports(3)), "--data-dir", str(data_dir)]
    process = subprocess.Popen([sys.executable, "-m", "jawort", "demo", *arguments], stdout=subprocess.PIPE)
    assert process.stdout is not None
    try:
        running = Installation(json.loads(process.stdout.readline()), data_dir)
        yield running
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE_S)
        process.stdout.close()
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(autouse=True)
def world(installation: Installation) -> Iterator[None]:
    """After every scenario `doctor` finds nothing, which looks at the log and at every record too."""
    yield
    finds_nothing(installation, "doctor", "findings")


@pytest.fixture(autouse=True, scope="module")
def log(installation: Installation) -> Iterator[None]:
    """After the last scenario of a file `verify` says the same of all of them together."""
    yield
    finds_nothing(installation, "verify", "problems")


def finds_nothing(installation: Installation, command: str, findings: str) -> None:
    """What is under way has a minute to come to its end."""
    give_up = time.monotonic() + PATIENCE_S
    while (told := installation.command(command)[findings]) and time.monotonic() < give_up:
        time.sleep(0.1)
    assert told == [], command
