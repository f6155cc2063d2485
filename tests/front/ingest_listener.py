"""A webhook listener to test against: a process of its own, and how the platform speaks to it."""

import contextlib
import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jawort.channels.whatsapp.signature import sign
from jawort.core.clock import now
from jawort.intake.models import Counter, RawEvent
from jawort.lines.connect import NewApp, connect
from jawort.lines.models import App
from jawort.vault.root import write_ingest_key
from jawort.vault.state import Vault
from jawort.vault.transit import ensure_days, opener
from tests.fixtures.ports import free_ports

SECRET = "test_app_secret"
PATH = "/webhooks/whatsapp"
KNOWN = (Path(__file__).parent.parent / "channels" / "payloads" / "known_answer.json").read_bytes()
KNOWN_SIGNATURE = "sha256=4dd3f7a17c89b69a9ba7e4158e3ed71d4bc6d111acd3e0d71233144f18fe1557"
REDUMPED_SIGNATURE = "sha256=671359bc31a1e231c42d6955ae352bd0f643226c55d36b914284e10bfbce0ddc"
LIMIT = 4 * 1024 * 1024
PROGRAM = """
from jawort.core.config import load
from jawort.front.ingest import serve_ingest
serve_ingest(load())
"""


@dataclass
class Listener:
    """A running listener."""

    port: int
    process: subprocess.Popen[bytes]
    before: dict[str, int] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
        try:
            connection.request(method, path, body, headers or {}, encode_chunked=not isinstance(body, bytes | None))
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def post(self, body: bytes, signature: str | None = None, secret: str = SECRET) -> int:
        return self.ask("POST", PATH, body, {"X-Hub-Signature-256": signature or sign(body, secret.encode())})[0]

    def counts(self) -> dict[str, int]:
        lines = self.ask("GET", "/metrics")[1].decode().splitlines()
        found = (line.split('"') for line in lines if line.startswith("jawort_ingest_requests_total{"))
        counts = {outcome: int(float(value.strip("} "))) for _, outcome, value in found}
        return {outcome: value - self.before.get(outcome, 0) for outcome, value in counts.items()}

    def becomes(self, wanted: str, seconds: float = 8.0) -> None:
        """Wait until /readyz says so."""
        end = time.monotonic() + seconds
        said = ""
        while time.monotonic() < end:
            with contextlib.suppress(OSError, http.client.HTTPException):
                said = self.ask("GET", "/readyz")[1].decode().strip()
                if said == wanted:
                    return
            time.sleep(0.02)
        raise AssertionError(f"the listener says {said!r}, not {wanted!r}")


@contextlib.contextmanager
def listening(database_url: str, folder: Path, vault: Vault) -> Iterator[Listener]:
    write_ingest_key(folder / "ingest.key", vault.root)
    port = free_ports()
    foreign = {name: value for name, value in os.environ.items() if not name.startswith("JAWORT_")}
    own = {"JAWORT_DATA_DIR": str(folder), "JAWORT_INGEST_PORT": str(port), "DATABASE_URL": database_url}
    process = subprocess.Popen([sys.executable, "-c", PROGRAM], env={**foreign, **own})
    try:
        yield Listener(port, process)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def an_app() -> App:
    ensure_days(now())
    line = connect(
        app=NewApp("demo", SECRET, "Geheimes Wörtchen"),
        name="Service",
        phone_number_id="106540352242922",
        waba_id="102290129340398",
        display_number="+49 155 5078 3881",
        token="access token",
        actor="system",
        at=now(),
    )
    return line.app


def stored() -> list[bytes]:
    """What lies in the queue, opened."""
    unseal = opener()
    return [unseal.open(bytes(body)) for body in RawEvent.objects.order_by("id").values_list("body", flat=True)]


def counter() -> int:
    return Counter.objects.get(name="stored/whatsapp").value if Counter.objects.exists() else 0


def verification(token: str = "Geheimes%20W%C3%B6rtchen", mode: str = "subscribe", more: str = "") -> str:
    return f"{PATH}?hub.mode={mode}&hub.challenge=1158201444&hub.verify_token={token}{more}"
