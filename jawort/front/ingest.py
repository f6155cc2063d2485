"""The webhook listener: raw ASGI, without Django, the one thing that the platform must be able to reach.

A body is read up to a limit, its signature is checked over the bytes, it is sealed to the day's transit key and stored
together with whatever else waits; the answer is 200 after the commit. Nothing is parsed here: what cannot be parsed
must be stored all the same, because any other answer makes the platform deliver it for seven days.
"""

import asyncio
import logging
import resource
import signal
import threading
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from typing import Any, Final
from urllib.parse import parse_qsl

import uvicorn
from prometheus_client import CollectorRegistry, Gauge

from jawort.channels.whatsapp.signature import verify
from jawort.core.clock import now
from jawort.core.config import Config, ConfigError
from jawort.core.garbage import settle
from jawort.front.health import PATHS, Health, own_registry
from jawort.front.ingest_counts import Count, Counts, Outcomes, none
from jawort.front.ingest_keys import Keys
from jawort.front.ingest_store import AwayError, FullError, Store
from jawort.front.protocol import listening
from jawort.vault.root import load

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

PATH: Final = "/webhooks/whatsapp"
BODY_BYTES_MAX: Final = 4 * 1024 * 1024  # the platform's own limit is 3 MB
#: Read beyond the limit and thrown away, so that a sender hears 413 instead of a broken connection.
DISCARD_BYTES_MAX: Final = 4 * BODY_BYTES_MAX
LENGTH_DIGITS_MAX: Final = 20
READING_BYTES_MAX: Final = 128 * 1024 * 1024  # of all bodies that are being read: strangers fill no memory
BODY_S: Final = 20.0
CHALLENGE_CHARS_MAX: Final = 1_024
QUERY_FIELDS_MAX: Final = 16
STOP_S: Final = 3  # for requests that are being answered; the supervisor kills after four
BACKLOG: Final = 2_048
#: Connections and a little: systems allow 1,024, which silent strangers fill. Some 20 KB each, so this bounds memory.
FILES_MAX: Final = 20_000

log = logging.getLogger(__name__)


class _Refused(Exception):
    """The request ends here with this status, counted as this."""

    def __init__(self, status: int, count: Count) -> None:
        self.status = status
        self.count = count


class _Gone(Exception):
    """The sender hung up."""


class _Body:
    """A body while it is read; what goes beyond the limit is counted and thrown away."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.size = 0
        self.more = True

    def add(self, message: Message) -> int:
        """Take one part in; its size. Raises _Gone."""
        if message["type"] == "http.disconnect":
            raise _Gone
        self.more = message.get("more_body", False)
        part: bytes = message.get("body", b"")
        self.size += len(part)
        if self.size > BODY_BYTES_MAX:
            self.parts.clear()
        else:
            self.parts.append(part)
        return len(part)


class Ingest:
    """The ASGI application of one process."""

    def __init__(self, dsn: str, ingest_key: bytes, metrics_token: str) -> None:
        self._store = Store(dsn)
        self._keys = Keys(dsn, ingest_key)
        self._counts: Counts = none()
        self._reading = 0
        self._health = Health(self._registry(), self._ready, metrics_token)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        """Start with the server, stop after its last request: then everything that waits is flushed."""
        await receive()
        flusher, reader = asyncio.create_task(self._store.run()), asyncio.create_task(self._keys.run())
        for task in (flusher, reader):
            task.add_done_callback(_end_without)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        for task in (flusher, reader):
            task.remove_done_callback(_end_without)
        reader.cancel()
        if not self._store.up:
            flusher.cancel()  # nothing waits, and there is nowhere to put it
        self._store.stop()
        await asyncio.gather(flusher, reader, return_exceptions=True)
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        path, method = scope["path"], scope["method"]
        try:
            if path == PATH and method == "POST":
                count = await self._take(scope["headers"], receive)
                self._counts[count] += 1
                await send(_STORED)
                await send(_EMPTY)
            elif path == PATH and method == "GET":
                await _say(send, 200, self._challenge(scope["query_string"]))
            elif path in PATHS:
                await self._health(scope, receive, send)
            else:
                raise _Refused(405, Count.NOT_ALLOWED) if path == PATH else _Refused(404, Count.NOT_FOUND)
        except _Refused as refused:
            self._counts[refused.count] += 1
            # Whoever is refused may still be sending: without this the server would wait for the rest of the body.
            await _say(send, refused.status, "", (b"connection", b"close"), *_MORE.get(refused.status, ()))
        except _Gone:
            self._counts[Count.ABORTED] += 1

    async def _take(self, headers: Iterable[tuple[bytes, bytes]], receive: Receive) -> Count:
        """Read, verify, seal, store. Raises _Refused, _Gone."""
        body = await self._body(dict(headers), receive)
        known = self._keys.known
        if known is None:
            raise _Refused(503, Count.AWAY)
        if not verify(body, _only(headers, b"x-hub-signature-256"), known.secrets):
            raise _Refused(401, Count.UNSIGNED)
        at = now()
        session = self._keys.session(at)
        if session is None:
            raise _Refused(503, Count.NO_KEY)
        try:
            await self._store.put(session.seal(body), at)
        except FullError:
            raise _Refused(503, Count.FULL) from None
        except AwayError:
            raise _Refused(503, Count.AWAY) from None
        return Count.STORED

    async def _body(self, headers: Mapping[bytes, bytes], receive: Receive) -> bytes:
        """The whole body. The length that a sender claims can only refuse, it never allows."""
        claimed = headers.get(b"content-length", b"0")
        if not claimed.isdigit() or len(claimed) > LENGTH_DIGITS_MAX or int(claimed) > DISCARD_BYTES_MAX:
            raise _Refused(413, Count.TOO_LARGE)
        body = _Body()
        try:
            async with asyncio.timeout(BODY_S):
                while body.more:
                    self._reading += body.add(await receive())
                    if body.size > DISCARD_BYTES_MAX:
                        raise _Refused(413, Count.TOO_LARGE)
                    if self._reading > READING_BYTES_MAX:
                        raise _Refused(503, Count.FULL)
        except TimeoutError:
            raise _Refused(408, Count.TOO_SLOW) from None
        finally:
            self._reading -= body.size
        if body.size > BODY_BYTES_MAX:
            raise _Refused(413, Count.TOO_LARGE)
        return b"".join(body.parts)

    def _challenge(self, query: bytes) -> str:
        """What the platform wants to hear back when the callback is set. Raises _Refused."""
        if self._keys.known is None:
            raise _Refused(503, Count.AWAY)
        try:
            pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True, max_num_fields=QUERY_FIELDS_MAX)
        except ValueError:
            pairs = []
        fields = dict(pairs)
        challenge = fields.get("hub.challenge", "")
        verified = self._keys.known.verifies(fields.get("hub.verify_token", ""))
        whole = len(fields) == len(pairs) and 0 < len(challenge) <= CHALLENGE_CHARS_MAX
        if not verified or not whole or fields.get("hub.mode") != "subscribe":
            raise _Refused(403, Count.VERIFY_REFUSED)
        self._counts[Count.VERIFIED] += 1
        return challenge

    def _registry(self) -> CollectorRegistry:
        registry = own_registry("ingest")
        registry.register(Outcomes(self._counts))
        store = self._store
        for name, says, figure in (
            ("database_up", "1 while the database is there.", lambda: int(store.up)),
            ("queue_bodies", "Bodies that wait to be stored.", lambda: store.length),
            ("queue_bytes", "Size of the bodies that wait to be stored or are being stored.", lambda: store.bytes),
            ("reading_bytes", "Size of the bodies that are being read.", lambda: self._reading),
        ):
            Gauge(f"jawort_ingest_{name}", says, registry=registry).set_function(figure)
        return registry

    async def _ready(self) -> str:
        """Why a webhook would be refused now, empty if it would not."""
        if not self._store.up or self._keys.known is None:
            return "database away"
        if not self._keys.known.secrets:
            return "no app is connected"
        return "" if self._keys.session(now()) is not None else "no transit key for today"


_HEADERS: Final = ((b"content-type", b"text/plain; charset=utf-8"), (b"x-content-type-options", b"nosniff"))
_STORED: Final = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]}
_EMPTY: Final = {"type": "http.response.body", "body": b""}
_MORE: Final = {405: ((b"allow", b"GET, POST"),), 503: ((b"retry-after", b"5"),)}


def _only(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> bytes | None:
    """A header's value. One that comes twice says nothing: whoever stands between might read the other."""
    values = [value for found, value in headers if found == name]
    return values[0] if len(values) == 1 else None


async def _say(send: Send, status: int, text: str, *more: tuple[bytes, bytes]) -> None:
    body = text.encode("utf-8", "replace")
    headers = [*_HEADERS, (b"content-length", str(len(body)).encode()), *more]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _end_without(task: asyncio.Task[None]) -> None:
    """A listener without its flusher or its keys is better dead: the supervisor starts another."""
    if not task.cancelled():
        log.critical("the listener lost a task (%s)", type(task.exception()).__name__)
        signal.raise_signal(signal.SIGTERM)


def app(config: Config) -> Ingest:
    """The application. Raises ConfigError where the database or the ingest key is not to be had."""
    if not config.database_url:
        raise ConfigError("The webhook listener needs DATABASE_URL: “jawort serve” sets it.")
    try:
        key = load(config.ingest_key)
    except FileNotFoundError:
        raise ConfigError(
            f"The ingest key {config.ingest_key} is not there: run “jawort serve” or “jawort work” once, which "
            "leave it beside the root key, and give the file to this process."
        ) from None
    return Ingest(config.database_url, key, config.metrics_token)


def _limit_files() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = FILES_MAX if hard == resource.RLIM_INFINITY else min(hard, FILES_MAX)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def serve_ingest(config: Config) -> None:
    """Listen until SIGTERM or SIGINT; then answer what has been received, flush and return. Raises ConfigError."""
    _limit_files()
    server = uvicorn.Server(
        listening(
            app(config),
            host=config.ingest_host,
            port=config.ingest_port,
            lifespan="on",
            proxy_headers=False,
            date_header=False,
            backlog=BACKLOG,
            timeout_graceful_shutdown=STOP_S,
        )
    )
    if threading.current_thread() is threading.main_thread():
        # uvicorn raises the signal again when it is done; having ended as told is no reason to die of it.
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, lambda *_: None)
    settle()
    server.run()
