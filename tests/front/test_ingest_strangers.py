"""Whatever strangers send to the webhook listener: its memory stays bounded, and who has something to say is heard.

Small it is in every run; large (`long`) with thousands of connections.
"""

import contextlib
import resource
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from jawort.front.protocol import HEAD_BYTES_MAX, HEAD_S
from jawort.intake.models import RawEvent
from jawort.vault.state import Vault
from tests.channels.forgeries import BODY, SIGNED
from tests.front.ingest_listener import KNOWN, PATH, Listener, an_app, listening, stored
from tests.front.serving import Place, serving

GROWTH_MB_MAX = 400  # 128 MB of bodies being read, what the allocator keeps, 5,000 connections
HONEST_PAUSE_S = 0.05
POST = f"POST {PATH} HTTP/1.1\r\nHost: x\r\n".encode()
GET = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
ENDLESS_BYTES = 256 * 1024 * 1024


def resident_mb(listener: Listener) -> float:
    """The process's memory."""
    lines = Path(f"/proc/{listener.process.pid}/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS:")).split()[1]) / 1024


def files(listener: Listener) -> int:
    """How many files and connections it has open."""
    return len(list(Path(f"/proc/{listener.process.pid}/fd").iterdir()))


def connect(to: Listener | Place) -> socket.socket:
    return socket.create_connection(("127.0.0.1", to.port), timeout=30)


def say(listener: Listener, data: bytes) -> bytes:
    """What comes back until the other side closes, or is silent for a while."""
    said = b""
    with connect(listener) as wire, contextlib.suppress(OSError):
        wire.settimeout(2)
        wire.sendall(data)
        while part := wire.recv(65_536):
            said += part
    return said


def endless(to: Listener | Place, start: bytes, more: bytes) -> int:
    """Send `more` again and again until hung up; how many bytes went through."""
    block, sent = more * (65_536 // len(more) + 1), 0
    with connect(to) as wire, contextlib.suppress(OSError):
        wire.sendall(start)
        while sent < ENDLESS_BYTES:
            wire.sendall(block)
            sent += len(block)
    return sent


@dataclass
class Honest:
    """Somebody who sends signed webhooks all the time."""

    listener: Listener
    answers: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        while not self._stop.wait(HONEST_PAUSE_S):
            began = time.perf_counter()
            self.answers.append(self.listener.post(KNOWN))
            self.seconds.append(time.perf_counter() - began)

    @contextmanager
    def sending(self) -> Iterator[None]:
        """Meanwhile, in a thread."""
        thread = threading.Thread(target=self.run)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join()


@contextmanager
def crowd(listener: Listener, count: int, first: bytes) -> Iterator[list[socket.socket]]:
    """Connections that have said `first` and no more."""
    with ExitStack() as stack:
        wires = [stack.enter_context(connect(listener)) for _ in range(count)]
        for wire in wires:
            with contextlib.suppress(OSError):
                wire.sendall(first)
        yield wires


def trickle(wires: list[socket.socket], piece: bytes, seconds: float) -> None:
    """A little now and then, on every connection."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for wire in wires:
            with contextlib.suppress(OSError):
                wire.sendall(piece)
        time.sleep(0.5)


def crowds(listener: Listener, count: int, seconds: float) -> None:
    """Many connections: silent, with heads and bodies that never end, with big bodies that nobody signed."""
    for first, piece in (
        (b"", b""),
        (POST, b"X"),
        (POST + b"Content-Length: 4000000\r\n\r\n", b"x" * 1_000),
        (GET + b"Content-Length: 10\r\n\r\n", b"x"),
        (GET + b"\r\n", b"\r\n"),
    ):
        with crowd(listener, count, first) as wires:
            trickle(wires, piece, seconds)
    with crowd(listener, min(count, 60), POST + b"Content-Length: 4000000\r\n\r\n") as wires:
        trickle(wires, b"x" * 3_900_000, min(seconds, 2))
    for _ in range(min(count, 50) // 10):
        assert pipelined(listener, 5_000) == 5_000


def pipelined(listener: Listener, count: int) -> int:
    """The answers to so many requests at once."""
    said = b""
    with connect(listener) as wire:
        wire.sendall((GET + b"\r\n") * count)
        while said.count(b"HTTP/1.1 200") < count and (part := wire.recv(65_536)):
            said += part
    return said.count(b"HTTP/1.1 200")


MALFORMED = [
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(100),
    b"\0" * 1_000,
    b"GET\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    POST + b"Content-Length: -1\r\n\r\n",
    POST + b"Content-Length: 5, 6\r\n\r\nhello",
    POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
    POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    POST + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
    POST + b"Transfer-Encoding: gzip\r\n\r\nx",
    POST + b"Transfer-Encoding: chunked, identity\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    POST + b"Content-Length: 4294967296\r\n\r\n" + b"x" * 1_000,
    POST + b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\n\x1f\x8b\x08",
    POST + b"Content-Length: 0\r\n\r\n",
    POST + b" folded: header\r\n\r\n",
    POST + b"X" * HEAD_BYTES_MAX + b": y\r\n\r\n",
]


def test_what_is_malformed_is_refused(listener: Listener) -> None:
    for bad in MALFORMED:
        said = say(listener, bad)
        assert b"HTTP/1.1 200" not in said, bad[:80]
    assert listener.post(KNOWN) == 200
    assert stored() == [KNOWN]


@pytest.mark.parametrize(
    "first", [b"Content-Length: 4\r\nTransfer-Encoding: chunked", b"Transfer-Encoding: chunked\r\nContent-Length: 4"]
)
def test_no_second_request_is_smuggled_in_a_body(listener: Listener, first: bytes) -> None:
    """Two lengths: a proxy in front may have read the other one, and taken the rest for somebody else's request."""
    hidden = SIGNED.head_and_body
    body = b"%x\r\n" % len(hidden) + hidden + b"\r\n0\r\n\r\n"
    for whole in (body, b"0\r\n\r\n" + hidden):
        assert b"HTTP/1.1 200" not in say(listener, POST + first + b"\r\n\r\n" + whole)
    assert not RawEvent.objects.exists()


#: Between the parts of a body there is no end of these, and each would be kept.
ENDLESS = {
    "headers": (POST, b"a: " + b"b" * 1_000 + b"\r\n"),
    "one header": (POST + b"a: ", b"b" * 1_000),
    "trailers": (CHUNKED + b"0\r\n", b"a: " + b"b" * 1_000 + b"\r\n"),
    "one trailer": (CHUNKED + b"0\r\na: ", b"b" * 1_000),
    "extension of a chunk": (CHUNKED + b"5;", b"x" * 1_000),
    "body of a refused request": (GET + b"Content-Length: 99999999999\r\n\r\n", b"x" * 1_000),
    "claimed body": (POST + b"Content-Length: 99999999\r\n\r\n", b"x" * 1_000),
    "path": (b"GET /", b"x" * 1_000),
}


#: A piece costs as much whatever is in it, so it takes until the time is over.
CRUMBS = "body in pieces of a byte"


@pytest.mark.parametrize("kind", [*ENDLESS, pytest.param(CRUMBS, marks=pytest.mark.long)])
def test_what_has_no_end_is_cut(listener: Listener, kind: str) -> None:
    before = resident_mb(listener)
    sent = endless(listener, *ENDLESS.get(kind, (CHUNKED, b"1\r\nx\r\n")))
    assert sent < ENDLESS_BYTES
    assert resident_mb(listener) - before < 100
    assert listener.post(KNOWN) == 200


@pytest.mark.django_db(transaction=True)
def test_the_desk_hangs_up_too() -> None:
    with serving() as place:
        for kind in ("headers", "one header", "trailers", "one trailer", "extension of a chunk"):
            assert endless(place, *ENDLESS[kind]) < ENDLESS_BYTES, kind
        with place.ask("GET", "/healthz") as answer:
            assert answer.status == 200


def test_silent_strangers_leave_room(database_url: str, tmp_path: Path, vault: Vault) -> None:
    """More of them than a process may usually have files."""
    an_app()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
    try:
        started = listening(database_url, tmp_path, vault)
        listener = started.__enter__()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    with ExitStack() as stack:
        stack.push(started)
        listener.becomes("ready")
        with crowd(listener, 400, POST):
            assert listener.post(KNOWN) == 200


@pytest.mark.parametrize("count", [50, pytest.param(5_000, marks=pytest.mark.long)])
def test_honest_senders_are_served_meanwhile(listener: Listener, count: int) -> None:
    honest, before, open_before = Honest(listener), resident_mb(listener), files(listener)
    peak = before
    stop = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not stop.wait(0.05):
            peak = max(peak, resident_mb(listener))

    watcher = threading.Thread(target=watch)
    watcher.start()
    with honest.sending():
        crowds(listener, count, 0.5 if count < 1_000 else HEAD_S + 5)
    stop.set()
    watcher.join()
    ordered = sorted(honest.seconds)
    p99 = ordered[len(ordered) * 99 // 100]
    print(
        f"{count} connections at once: {len(ordered)} honest webhooks meanwhile, p99 {p99:.3f} s, longest "
        f"{ordered[-1]:.3f} s; memory {before:.0f} MB, at most {peak:.0f} MB"
    )
    assert set(honest.answers) == {200}
    assert stored() == [BODY] * len(honest.answers)
    assert peak - before < GROWTH_MB_MAX
    gone(lambda: files(listener) <= open_before + 5)


@pytest.mark.long
@pytest.mark.parametrize("first", [b"", POST, GET + b"\r\n", GET + b"\r\n\r\n", GET + b"Content-Length: 10\r\n\r\nx"])
def test_nobody_stays_for_ever(listener: Listener, first: bytes) -> None:
    """Who says something and then nothing more; a line end between two requests is nothing."""
    before = files(listener)
    with crowd(listener, 20, first) as wires:
        trickle(wires, b"\r\n", 1)
        gone(lambda: files(listener) <= before, seconds=HEAD_S + 30)


def gone(holds: Callable[[], bool], seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "connections stay open"
        time.sleep(0.1)
