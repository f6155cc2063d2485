"""The webhook listener as the platform meets it: a process, a port, HTTP, a real database."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from jawort.channels.whatsapp.signature import sign
from jawort.core.clock import now
from jawort.front.ingest_counts import Count, none
from jawort.front.ingest_protocol import HEAD_BYTES_MAX
from jawort.intake.models import Counter, RawEvent
from jawort.lines import rotate
from jawort.lines.connect import NewApp, connect
from jawort.lines.models import App
from jawort.vault.models import TransitDay
from jawort.vault.root import write_ingest_key
from jawort.vault.state import Vault
from jawort.vault.transit import ensure_days, opener
from tests.fixtures.keys import ROOT_KEY
from tests.fixtures.postgres import url_of_test_database

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
        counts = {outcome: int(value.strip("} ")) for _, outcome, value in found}
        return {outcome: value - self.before.get(outcome, 0) for outcome, value in counts.items()}

    def becomes(self, wanted: str, seconds: float = 8.0) -> None:
        """Wait until /healthz says so."""
        end = time.monotonic() + seconds
        said = ""
        while time.monotonic() < end:
            with contextlib.suppress(OSError, http.client.HTTPException):
                said = self.ask("GET", "/healthz")[1].decode()
                if said == wanted:
                    return
            time.sleep(0.02)
        raise AssertionError(f"the listener says {said!r}, not {wanted!r}")


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@contextlib.contextmanager
def listening(database_url: str, folder: Path, vault: Vault) -> Iterator[Listener]:
    write_ingest_key(folder / "ingest.key", vault.root)
    port = free_port()
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


@pytest.fixture(scope="module")
def long_lived(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Listener]:
    """One listener for all tests that leave it alive: starting one takes a second."""
    with listening(url_of_test_database(), tmp_path_factory.mktemp("listener"), Vault(ROOT_KEY)) as running:
        yield running


@pytest.fixture
def listener(database_url: str, long_lived: Listener) -> Listener:
    """The long-lived one, knowing this test's app and no other's."""
    rotate.notify_listener()
    long_lived.becomes("no app is connected")
    an_app()
    long_lived.becomes("ok")
    long_lived.before = {}
    long_lived.before = long_lived.counts()
    return long_lived


@pytest.fixture
def own_listener(database_url: str, tmp_path: Path, vault: Vault) -> Iterator[Listener]:
    """One that the test may end."""
    an_app()
    with listening(database_url, tmp_path, vault) as running:
        running.becomes("ok")
        yield running


def stored() -> list[bytes]:
    """What lies in the queue, opened."""
    unseal = opener()
    return [unseal.open(bytes(body)) for body in RawEvent.objects.order_by("id").values_list("body", flat=True)]


def counter() -> int:
    return Counter.objects.get(name="stored/whatsapp").value if Counter.objects.exists() else 0


def test_nothing_of_django_is_in_the_process() -> None:
    program = "import sys, jawort.front.ingest; print([m for m in sys.modules if m.partition('.')[0] == 'django'])"
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True).stdout
    assert said.strip() == "[]"


def test_a_signed_body_is_stored_sealed(listener: Listener) -> None:
    before = now()
    assert listener.post(KNOWN, KNOWN_SIGNATURE) == 200
    row = RawEvent.objects.get()
    assert (row.source, row.attempts, row.parked_at, row.reason) == ("whatsapp", 0, None, "")
    assert before - timedelta(seconds=2) <= row.received_at <= now()
    for clear in (b"4915112345678", b"M\\u00fcller", b"whatsapp_business_account", b"Gr\\u00fc"):
        assert clear not in bytes(row.body)
    assert stored() == [KNOWN]
    assert counter() == 1
    assert listener.counts() == {**none(), Count.STORED: 1}


UNSIGNED: list[dict[str, str]] = [
    {},
    {"X-Hub-Signature-256": ""},
    {"X-Hub-Signature-256": REDUMPED_SIGNATURE},
    {"X-Hub-Signature-256": KNOWN_SIGNATURE.removeprefix("sha256=")},
    {"X-Hub-Signature-256": KNOWN_SIGNATURE + "00"},
    {"X-Hub-Signature": "sha1=" + "0" * 40},
    {"X-Hub-Signature-256": sign(KNOWN, b"another secret")},
    {"X-Hub-Signature-256": sign(b"", SECRET.encode())},
]


def test_without_a_good_signature_nothing_is_stored(listener: Listener) -> None:
    for header in UNSIGNED:
        assert listener.ask("POST", PATH, KNOWN, header)[0] == 401, header
    assert not RawEvent.objects.exists()
    assert listener.counts() == {**none(), Count.UNSIGNED: len(UNSIGNED)}


def test_what_is_no_json_is_stored_all_the_same(listener: Listener) -> None:
    for body in (b"", b"\x00\xff", b"{" * 1_000):
        assert listener.post(body) == 200
    assert stored() == [b"", b"\x00\xff", b"{" * 1_000]


def test_the_limit_is_four_megabytes(listener: Listener) -> None:
    assert listener.post(b"x" * LIMIT) == 200
    assert listener.post(b"x" * (LIMIT + 1)) == 413
    assert [len(body) for body in stored()] == [LIMIT]
    assert listener.counts()[Count.TOO_LARGE] == 1


def test_a_length_that_nobody_claimed_is_limited_too(listener: Listener) -> None:
    header = {"X-Hub-Signature-256": KNOWN_SIGNATURE, "Transfer-Encoding": "chunked"}
    pieces = [b"x" * 65_536] * (LIMIT // 65_536 + 1)
    assert listener.ask("POST", PATH, iter(pieces), header)[0] == 413
    assert listener.ask("POST", PATH, iter([KNOWN[:100], KNOWN[100:]]), header)[0] == 200
    assert stored() == [KNOWN]


def raw(listener: Listener, data: bytes, *, hang_up: bool = False) -> bytes:
    """Send these bytes; what comes back until the other side closes."""
    with socket.create_connection(("127.0.0.1", listener.port), timeout=15) as wire:
        with contextlib.suppress(ConnectionError):
            wire.sendall(data)
        if hang_up:
            return b""
        found = b""
        with contextlib.suppress(ConnectionError):
            while part := wire.recv(65_536):
                found += part
        return found


def head(length: int, more: str = "") -> bytes:
    lines = [f"POST {PATH} HTTP/1.1", "Host: x", f"Content-Length: {length}", f"X-Hub-Signature-256: {KNOWN_SIGNATURE}"]
    return ("\r\n".join(lines) + f"\r\n{more}\r\n").encode()


def test_a_huge_claim_is_refused_before_it_is_read(listener: Listener) -> None:
    assert raw(listener, head(10**12)).startswith(b"HTTP/1.1 413")


def test_a_body_shorter_than_claimed_is_not_stored(listener: Listener) -> None:
    raw(listener, head(len(KNOWN) + 10) + KNOWN, hang_up=True)
    end = time.monotonic() + 5
    while not listener.counts()[Count.ABORTED] and time.monotonic() < end:
        time.sleep(0.05)
    assert listener.counts()[Count.ABORTED] == 1
    assert not RawEvent.objects.exists()


def test_a_body_longer_than_claimed_ends_where_it_was_claimed_to(listener: Listener) -> None:
    assert raw(listener, head(len(KNOWN), "Connection: close\r\n") + KNOWN + b"more").startswith(b"HTTP/1.1 200")
    assert stored() == [KNOWN]


def test_a_head_without_end_is_cut(listener: Listener) -> None:
    assert b" 200 " not in raw(listener, head(0)[:-2] + b"X-Long: " + b"a" * (2 * HEAD_BYTES_MAX))
    assert listener.post(KNOWN) == 200


def verification(token: str = "Geheimes%20W%C3%B6rtchen", mode: str = "subscribe", more: str = "") -> str:
    return f"{PATH}?hub.mode={mode}&hub.challenge=1158201444&hub.verify_token={token}{more}"


def test_the_callback_is_verified(listener: Listener) -> None:
    assert listener.ask("GET", verification()) == (200, b"1158201444")


UNVERIFIED = [
    PATH,
    verification(token=""),
    verification(token="wrong"),
    verification(token=SECRET),
    verification(mode="unsubscribe"),
    verification(mode=""),
    verification().replace("hub.challenge=1158201444", "hub.challenge="),
    verification(more="&hub.mode=subscribe"),
    verification(more="&a=b" * 50),
    verification().replace("1158201444", "1" * 2_000),
]


def test_a_wrong_verification_is_refused(listener: Listener) -> None:
    for path in UNVERIFIED:
        assert listener.ask("GET", path) == (403, b""), path
    assert listener.counts() == {**none(), Count.VERIFY_REFUSED: len(UNVERIFIED)}


def test_there_is_nothing_else(listener: Listener) -> None:
    for path in ("/", PATH + "/", "/webhooks", "/inbox/", "/webhooks/whatsapp%2F"):
        assert listener.ask("GET", path)[0] == 404
        assert listener.ask("POST", path, KNOWN)[0] == 404
    for method in ("PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"):
        assert listener.ask(method, PATH, b"x")[0] == 405
    assert listener.ask("POST", "/metrics", b"x")[0] == 405


def test_figures_are_for_this_machine_only(listener: Listener) -> None:
    assert listener.ask("GET", "/metrics")[0] == 200
    for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP"):
        assert listener.ask("GET", "/metrics", headers={name: "127.0.0.1"})[0] == 404


def test_many_at_once_are_stored_exactly_once_and_in_groups(listener: Listener) -> None:
    bodies = [b"%d " % n + os.urandom(200).hex().encode() for n in range(600)]
    with ThreadPoolExecutor(32) as pool:
        assert set(pool.map(listener.post, bodies)) == {200}
    assert sorted(stored()) == sorted(bodies)
    assert counter() == 600
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT xmin::text) FROM intake_rawevent")
        (transactions,) = cursor.fetchone()
    assert transactions < 600


def test_the_consumer_is_told(listener: Listener, database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as waiting:
        waiting.execute("LISTEN jawort_intake")
        assert listener.post(KNOWN) == 200
        assert [notify.payload for notify in waiting.notifies(timeout=5, stop_after=1)] == [""]


def test_a_new_secret_counts_at_once_and_the_old_one_until_dropped(listener: Listener) -> None:
    app = App.objects.get()
    assert listener.post(b"1", secret="new secret") == 401
    rotate.begin(app.id, "new secret", actor="system", at=now())
    end = time.monotonic() + 2  # by notify, not by the next look three seconds later
    while listener.post(b"2", secret="new secret") != 200:
        assert time.monotonic() < end
    assert listener.post(b"3") == 200
    rotate.finish(app.id, actor="system", at=now())
    end = time.monotonic() + 2
    while listener.post(b"4") != 401:
        assert time.monotonic() < end
    assert listener.post(b"5", secret="new secret") == 200


def test_without_a_key_for_today_nothing_is_taken(listener: Listener) -> None:
    TransitDay.objects.all().delete()
    rotate.notify_listener()
    listener.becomes("no transit key for today")
    assert listener.post(KNOWN) == 503
    assert listener.counts() == {**none(), Count.NO_KEY: 1}
    ensure_days(now())
    rotate.notify_listener()
    listener.becomes("ok")
    assert listener.post(KNOWN) == 200


def test_a_lost_connection_is_made_again(listener: Listener) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE datname = current_database() AND application_name LIKE 'jawort ingest%%'"
        )
        assert cursor.fetchone() == (2,)
    answers = {listener.post(b"first")}
    listener.becomes("ok")
    answers.add(listener.post(KNOWN))
    assert answers <= {200, 503}
    assert listener.post(KNOWN) == 200
    assert stored()[-1] == KNOWN


def test_without_a_database_the_sender_is_asked_to_come_again(tmp_path: Path, vault: Vault) -> None:
    with listening(f"postgresql://nobody@/none?host={tmp_path}", tmp_path, vault) as listener:
        listener.becomes("database away")
        assert listener.post(KNOWN) == 503
        assert listener.ask("GET", verification())[0] == 503
        assert listener.counts()[Count.AWAY] == 2


@contextlib.contextmanager
def blocked(database_url: str) -> Iterator[None]:
    """Nobody stores anything meanwhile."""
    with psycopg.connect(database_url) as holder:
        holder.execute("LOCK TABLE intake_rawevent IN ACCESS EXCLUSIVE MODE")
        yield


def test_what_waits_is_bounded(listener: Listener, database_url: str) -> None:
    body = b"x" * LIMIT
    signature = sign(body, SECRET.encode())
    with ThreadPoolExecutor(20) as pool:
        with blocked(database_url):
            answers = [pool.submit(listener.post, body, signature) for _ in range(20)]
            end = time.monotonic() + 4
            while sum(answer.done() for answer in answers) < 3 and time.monotonic() < end:
                time.sleep(0.05)
            early = [answer.result() for answer in answers if answer.done()]
        found = [answer.result() for answer in answers]
    assert early
    assert set(early) == {503}
    assert found.count(200) == RawEvent.objects.count() >= 10
    assert listener.counts()[Count.FULL] == found.count(503)


def test_what_was_received_is_answered_before_the_end(own_listener: Listener, database_url: str) -> None:
    with ThreadPoolExecutor(1) as pool:
        with blocked(database_url):
            answer = pool.submit(own_listener.post, KNOWN)
            time.sleep(0.3)
            own_listener.process.send_signal(signal.SIGTERM)
            time.sleep(0.3)
        assert answer.result() == 200
    assert own_listener.process.wait(10) == 0
    assert stored() == [KNOWN]


def wait_for_the_killed_ones_connections() -> None:
    """The server finishes the statement that a killed client had begun."""
    end = time.monotonic() + 10
    with connection.cursor() as cursor:
        while time.monotonic() < end:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' "
                "AND application_name = 'jawort ingest' AND query LIKE 'WITH stored%%'"
            )
            if cursor.fetchone() == (0,):
                return
            time.sleep(0.05)


def test_what_was_acknowledged_survives_a_kill(own_listener: Listener) -> None:
    acknowledged: list[bytes] = []

    def post(n: int) -> None:
        body = json.dumps({"n": n}).encode()
        with contextlib.suppress(OSError, http.client.HTTPException):
            if own_listener.post(body) == 200:
                acknowledged.append(body)

    def post_many(start: int) -> None:
        for n in range(start, start + 200):
            post(n)

    threads = [threading.Thread(target=post_many, args=(start,)) for start in range(0, 8_000, 1_000)]
    for thread in threads:
        thread.start()
    time.sleep(0.4)
    own_listener.process.kill()
    for thread in threads:
        thread.join()
    wait_for_the_killed_ones_connections()
    found = stored()
    assert acknowledged
    assert set(acknowledged) <= set(found)
    assert len(found) == len(set(found)) == counter()
