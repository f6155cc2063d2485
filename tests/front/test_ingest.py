"""The webhook listener as the platform meets it: a process, a port, HTTP, a real database."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg
from django.db import connection

from jawort.channels.whatsapp.signature import sign
from jawort.core.clock import now
from jawort.front.ingest_counts import Count, none
from jawort.front.protocol import HEAD_BYTES_MAX
from jawort.intake.models import RawEvent
from tests.front.ingest_listener import (
    KNOWN,
    KNOWN_SIGNATURE,
    LIMIT,
    PATH,
    REDUMPED_SIGNATURE,
    SECRET,
    Listener,
    counter,
    stored,
    verification,
)


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
    long = head(7).replace(b"Length: 7", b"Length: " + b"0" * 5_000 + b"7")
    assert raw(listener, long).startswith(b"HTTP/1.1 413")


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
