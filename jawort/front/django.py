"""Django's synchronous handlers behind ASGI, in one thread hop.

Django's own ASGI handler starts threads for every request and hops for every middleware: 150 to 540 requests a second.
Here a request is read by the event loop, handled by the synchronous chain in one thread, and written by the event loop.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from time import monotonic
from typing import IO, Final, cast

from django.core.handlers.asgi import ASGIRequest
from django.core.handlers.base import BaseHandler
from django.http import FileResponse, HttpResponse, HttpResponseBadRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

from jawort.front.asgi import Header, Receive, Scope, Send, header, say
from jawort.front.pipe import BROUGHT_MAX, UPLOADS_MAX, Pipe, is_brought, is_upload
from jawort.front.threads import Threads

BODY_BYTES_MAX: Final = 4 * 1024 * 1024
#: Of all requests that are being read: strangers fill no memory.
READING_BYTES_MAX: Final = 64 * 1024 * 1024
#: Read beyond the limit and thrown away, so that the sender hears 413 instead of a broken connection.
DISCARD_BYTES_MAX: Final = 4 * BODY_BYTES_MAX
BODY_SECONDS: Final = 60.0
#: Requests that run or wait; one more would wait longer than its sender.
LOAD_MAX: Final = 256
#: Of a streamed answer that one hop takes, unless it comes slowly.
CHUNK_BYTES: Final = 64 * 1024
CHUNK_SECONDS: Final = 0.02
_BODILESS: Final = frozenset({204, 304})

_log = logging.getLogger("jawort.front")


class TooLarge(Exception):
    """The body exceeds its limit."""


class Crowded(Exception):
    """There is no room for another request."""


class Gone(Exception):
    """Who asked has gone."""


@dataclass(slots=True)
class Answer:
    """What goes back. `rest` gives what follows `first`, for streams; `close` must be called after it, in a thread."""

    status: int
    headers: list[Header]
    first: bytes = b""
    rest: Iterator[bytes] | None = None
    close: Callable[[], None] = field(default=lambda: None)


class Chain(BaseHandler):
    """The middleware and views of this project, synchronous."""

    def __init__(self) -> None:
        super().__init__()
        self.load_middleware(is_async=False)

    def answer(self, scope: Scope, body: BytesIO | Pipe) -> Answer:
        """Handle one request, in a thread. What fits into one chunk is whole and closed when this returns."""
        set_script_prefix(scope.get("root_path", ""))
        response = self._response(scope, body)
        vars(response)["_handler_class"] = type(self)  # its close() says in whose name the request is over
        headers = [(name.encode("ascii"), value.encode("latin-1")) for name, value in response.items()]
        headers += [(b"Set-Cookie", morsel.OutputString().encode("ascii")) for morsel in response.cookies.values()]
        answer = Answer(response.status_code, headers)
        if isinstance(response, HttpResponse):
            if response.status_code not in _BODILESS and not response.has_header("Content-Length"):
                answer.headers.append((b"Content-Length", b"%d" % len(response.content)))
            answer.first = b"" if scope["method"] == "HEAD" else response.content
        elif scope["method"] != "HEAD":
            parts = _parts(response)
            answer.first, ended = take(parts)
            if not ended:
                answer.rest, answer.close = parts, response.close
                return answer
        response.close()
        return answer

    def _response(self, scope: Scope, body: BytesIO | Pipe) -> HttpResponseBase:
        try:
            request = ASGIRequest(scope, cast("IO[bytes]", body))
        except UnicodeDecodeError:
            return HttpResponseBadRequest()
        return self.get_response(request)


class OneHop:
    """The ASGI application."""

    def __init__(self, threads: Threads) -> None:
        self._threads = threads
        self._chain = Chain()
        self._reading = 0
        self._uploads: Counter[bool] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request, whatever happens."""
        if is_upload(scope):
            return await self._upload(scope, receive, send)
        close = (b"connection", b"close")
        try:
            body = await self._body(scope, receive)
        except TooLarge:
            await say(send, 413, "Die Anfrage ist zu groß. / The request is too large.\n", close)
        except TimeoutError:
            await say(send, 408, "Die Anfrage kam zu langsam. / The request came too slowly.\n", close)
        except Crowded:
            text = "Gerade ist zu viel los; bitte gleich noch einmal. / Too busy; please try again shortly.\n"
            await say(send, 503, text, close, (b"retry-after", b"2"))
        except Gone:
            return None
        else:
            await self._answer(scope, BytesIO(body), receive, send)

    async def _upload(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the view read the body as it comes in. What it left unread ends with the connection."""
        brought = is_brought(scope)
        if self._uploads[brought] >= (BROUGHT_MAX if brought else UPLOADS_MAX) or self._threads.load >= LOAD_MAX:
            text = "Gerade laden andere hoch; bitte gleich noch einmal. / Others are uploading; try again shortly.\n"
            await say(send, 503, text, (b"connection", b"close"), (b"retry-after", b"2"))
            return
        self._uploads[brought] += 1
        pipe = Pipe(receive, asyncio.get_running_loop(), brought=brought)
        try:
            await self._answer(scope, pipe, receive, send)
        finally:
            self._uploads[brought] -= 1

    async def _body(self, scope: Scope, receive: Receive) -> bytes:
        if self._threads.load >= LOAD_MAX:
            raise Crowded
        body = bytearray()
        length = 0
        try:
            async with asyncio.timeout(BODY_SECONDS):
                more = True
                while more:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise Gone
                    part, more = message.get("body", b""), message.get("more_body", False)
                    length += len(part)
                    if length <= BODY_BYTES_MAX:
                        self._reading += len(part)
                        body += part
                    if self._reading > READING_BYTES_MAX:
                        raise Crowded
                    if length > DISCARD_BYTES_MAX or _declared(scope) > DISCARD_BYTES_MAX:
                        raise TooLarge
        finally:
            self._reading -= len(body)
        if length > BODY_BYTES_MAX:
            raise TooLarge
        return bytes(body)

    async def _answer(self, scope: Scope, body: BytesIO | Pipe, receive: Receive, send: Send) -> None:
        try:
            answer = await self._threads.run(self._chain.answer, scope, body)
        except Exception as error:
            # Django answers what its views raise; this is for what breaks outside of them.
            _log.error("a request broke", exc_info=error)
            await say(send, 500, "Es ist ein Fehler aufgetreten. / Something went wrong.\n")
            return
        if isinstance(body, Pipe) and not body.ended:
            answer.headers.append((b"Connection", b"close"))
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        if answer.rest is None:
            await send({"type": "http.response.body", "body": answer.first})
            return
        await self._stream(answer, answer.rest, receive, send)

    async def _stream(self, answer: Answer, rest: Iterator[bytes], receive: Receive, send: Send) -> None:
        gone = asyncio.ensure_future(receive())
        try:
            await send({"type": "http.response.body", "body": answer.first, "more_body": True})
            ended = False
            while not ended and not gone.done():
                part, ended = await self._threads.run(take, rest)
                await send({"type": "http.response.body", "body": part, "more_body": not ended})
        except Exception as error:
            # The status is out. Ending without the last part makes the server break the connection: nobody takes half
            # an answer for a whole one.
            _log.error("a streamed answer broke", exc_info=error)
        finally:
            gone.cancel()
            await asyncio.shield(self._threads.run(answer.close))


def take(parts: Iterator[bytes]) -> tuple[bytes, bool]:
    """The next parts together, and whether they were the last: up to CHUNK_BYTES, or what comes in CHUNK_SECONDS."""
    taken, begun = bytearray(), monotonic()
    for part in parts:
        taken += part
        if len(taken) >= CHUNK_BYTES or monotonic() - begun >= CHUNK_SECONDS:
            return bytes(taken), False
    return bytes(taken), True


def _parts(response: HttpResponseBase) -> Iterator[bytes]:
    assert isinstance(response, StreamingHttpResponse)
    if isinstance(response, FileResponse):
        response.block_size = CHUNK_BYTES
    return iter(response)


def _declared(scope: Scope) -> int:
    length = header(scope, b"content-length")
    return int(length) if length.isdigit() else 0
