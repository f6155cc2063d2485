"""`jawort search`: recent messages in memory, and the socket at which this node's desk asks. One process a node.

Health and figures are on a port, as the worker's are. The socket lies in the data directory, our account's alone.
"""

import os
import socket
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic
from typing import Any, Final

import msgspec
from django.db import connection
from prometheus_client import Gauge, Histogram

from jawort.cli.crew import together
from jawort.cli.supervise import stopping
from jawort.cli.work_health import LOOKED_S_MAX, Listener, Pulse, felt
from jawort.core.config import Config, ConfigError
from jawort.core.priority import stand_back
from jawort.front.asgi import Receive, Scope, Send, say
from jawort.front.health import PATHS, Health, own_registry
from jawort.front.probe import Kept, Probe
from jawort.front.protocol import listener
from jawort.front.readiness import KEPT_S, Readiness
from jawort.messaging.search.ask import BEGIN_PATH, FIND_PATH, LOOK_PATH, Answer, Ask, Begin, Look, reached
from jawort.messaging.search.recent import Recent
from jawort.messaging.search.scan import Scans

MEGABYTE: Final = 1_000_000
#: Reading back takes a core for a while, and webhooks and pages come first.
NICE: Final = 5
BODY_BYTES_MAX: Final = 4_096
BACKLOG: Final = 64


def run(_options: Namespace, config: Config) -> int:
    """Hold and answer until SIGINT or SIGTERM; 0, or 1 when a thread ended by itself. Raises ConfigError."""
    stand_back(NICE)
    recent = Recent(config.database_url, config.search_days, config.search_megabytes * MEGABYTE)
    with stopping() as stop, mouth(config.search_socket) as asked:
        ears = [asked]
        if config.search_port:
            ears.append(listener(config.work_host, config.search_port, "work_port"))
        scans = Scans(lambda: recent.since)
        pulses = {"recent": Pulse(stop), "scans": Pulse(stop)}
        app = Search(recent, scans, pulses.values(), config)
        connection.close()  # each thread has its own
        listen = Listener(app, stop)
        works = {"recent": recent.run, "scans": scans.run}
        crew = {name: felt(work, pulses[name]) for name, work in works.items()}
        return together(crew | {"listener": lambda _: listen.run(sockets=ears)}, stop)


@contextmanager
def mouth(place: Path) -> Iterator[socket.socket]:
    """A socket that listens at `place`, for our account alone. Raises ConfigError where another process does."""
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with socket.socket(socket.AF_UNIX) as ear, reached(place) as address:
        if _answers(address):
            raise ConfigError(f"Another search process listens at {place}: one a node is enough, end one of them.")
        with suppress(FileNotFoundError):
            place.unlink()  # of one that was killed
        before = os.umask(0o177)
        try:
            ear.bind(address)
        except OSError as error:
            raise ConfigError(f"Nothing can listen at {place} ({error.strerror}): see to the data directory.") from None
        finally:
            os.umask(before)
        ear.listen(BACKLOG)
        try:
            yield ear
        finally:
            with suppress(FileNotFoundError):
                place.unlink()


def _answers(address: str) -> bool:
    with socket.socket(socket.AF_UNIX) as line:
        try:
            line.connect(address)
        except OSError:
            return False
        return True


class Search:
    """The ASGI application: at the socket it is asked, at the port it tells how it is."""

    def __init__(self, recent: Recent, scans: Scans, pulses: Iterable[Pulse], config: Config) -> None:
        self._recent, self._pulses = recent, tuple(pulses)
        self._doors: dict[str, tuple[type[msgspec.Struct], Callable[[Any], msgspec.Struct]]] = {
            FIND_PATH: (Ask, self._find),
            BEGIN_PATH: (Begin, scans.begin),
            LOOK_PATH: (Look, scans.look),
        }
        self._probe = Probe(config.database_url)
        self._readiness = Readiness(self._probe)
        registry = own_registry("search")
        for name, says, value in (
            ("messages", "Messages that can be found.", lambda: len(recent)),
            ("bytes", "What they and the names take in memory, as estimated.", lambda: recent.bytes),
            ("filling", "1 while it reads back, and will reach further.", lambda: int(recent.filling)),
            ("since_seconds", "How far back it reaches, as seconds since 1970.", lambda: recent.since.timestamp()),
        ):
            Gauge(f"jawort_search_{name}", says, registry=registry).set_function(value)
        self._seconds = Histogram(
            "jawort_search_find_seconds",
            "What finding took.",
            registry=registry,
            buckets=(0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1),
        )
        self._health = Health(registry, Kept(self._ready, KEPT_S), config.metrics_token)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. Only who comes over the socket has no address."""
        if scope["path"] in PATHS:
            await self._health(scope, receive, send)
        elif scope["client"] is None and scope["method"] == "POST" and scope["path"] in self._doors:
            await self._answer(*self._doors[scope["path"]], receive, send)
        else:
            await say(send, 404, "")

    async def close(self) -> None:
        """Close the connection to the database."""
        await self._probe.close()

    async def _answer(
        self, kind: type[msgspec.Struct], door: Callable[[Any], msgspec.Struct], receive: Receive, send: Send
    ) -> None:
        body, more = b"", True
        while more and len(body) <= BODY_BYTES_MAX:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        try:
            asked = msgspec.msgpack.decode(body, type=kind)
        except msgspec.MsgspecError:
            await say(send, 400, "")
            return
        answer = msgspec.msgpack.encode(door(asked))
        headers = [(b"content-type", b"application/msgpack"), (b"content-length", b"%d" % len(answer))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer})

    def _find(self, asked: Ask) -> Answer:
        begun = monotonic()
        answer = self._recent.find(asked.text)
        self._seconds.observe(monotonic() - begun)
        return answer

    async def _ready(self) -> str:
        """Why it cannot do its work now; empty if it can, also while it still reads back."""
        return (
            "a thread is stuck"
            if any(pulse.age() > LOOKED_S_MAX for pulse in self._pulses)
            else await self._readiness()
        )
