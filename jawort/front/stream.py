"""`GET /live`: server-sent events to one browser."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from http.cookies import CookieError
from typing import Final
from urllib.parse import parse_qs

from django.conf import settings
from django.http import parse_cookie

from jawort.front.asgi import SHIELD, Receive, Scope, Send, header, say
from jawort.front.frames import GZIP_HEAD, frame
from jawort.front.hub import Hub, Stream, Viewer
from jawort.front.threads import Threads

PING_SECONDS: Final = 15.0
#: A session that ended and an account that was closed lose their stream after this long at most.
RECHECK_SECONDS: Final = 60.0
#: A browser that takes nothing for this long is gone, whatever its connection says.
SEND_SECONDS: Final = 30.0
LAST_WORD_SECONDS: Final = 1.0
STREAMS_MAX: Final = 2_000
#: One browser has one; this is for many devices, and against one account that takes all.
STREAMS_AGENT_MAX: Final = 32
#: How long a browser waits before it comes back.
RETRY: Final = frame(b"retry: 2000\n\n")
PING: Final = frame(b": ping\n\n")
_HEADERS: Final = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"x-accel-buffering", b"no"),
    *SHIELD,
]

_log = logging.getLogger("jawort.front")

#: Who a session key belongs to, in a thread: a viewer, or the status of the refusal.
Admit = Callable[[str], Viewer | int]


class Live:
    """The ASGI application."""

    def __init__(self, hub: Hub, threads: Threads, admit: Admit) -> None:
        self._hub, self._threads, self._admit = hub, threads, admit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Stream until the browser goes, the session ends or the server stops."""
        if scope["method"] != "GET":
            return await say(send, 405, "GET\n", (b"allow", b"GET"))
        key = session_key(scope)
        try:
            viewer = await self._threads.run(self._admit, key) if key else 401
        except Exception as error:
            _log.error("live: nobody can be let in", exc_info=error)
            viewer = 503
        if isinstance(viewer, int):
            return await say(send, viewer, "")
        streams = self._hub.streams
        if len(streams) >= STREAMS_MAX or sum(s.viewer.agent == viewer.agent for s in streams) >= STREAMS_AGENT_MAX:
            return await say(send, 503, "", (b"retry-after", b"30"))
        stream = self._hub.join(viewer, packs=takes_gzip(scope), since=since(scope))
        try:
            await self._serve(stream, key, receive, send)
        finally:
            self._hub.leave(stream)

    async def _serve(self, stream: Stream, key: str, receive: Receive, send: Send) -> None:
        coding = b"gzip" if stream.packs else b"identity"
        headers = [*_HEADERS, (b"content-encoding", coding), (b"vary", b"Accept-Encoding")]
        first = (GZIP_HEAD if stream.packs else b"") + RETRY.sent(packed=stream.packs)
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": first, "more_body": True})
        tasks = [
            asyncio.create_task(_feed(stream, send)),
            asyncio.create_task(_gone(receive)),
            asyncio.create_task(self._watch(stream, key)),
        ]
        try:
            ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        if tasks[1] not in ended:
            with suppress(TimeoutError):
                async with asyncio.timeout(LAST_WORD_SECONDS):  # it may have ended because nothing gets through
                    await send({"type": "http.response.body", "body": b""})

    async def _watch(self, stream: Stream, key: str) -> None:
        """Return when the person may not listen any more; notice another language."""
        while True:
            await asyncio.sleep(RECHECK_SECONDS)
            viewer = await self._threads.run(self._admit, key)
            if not isinstance(viewer, Viewer) or viewer.agent != stream.viewer.agent:
                return
            stream.viewer = viewer


def takes_gzip(scope: Scope) -> bool:
    """Whether the browser names it among what it takes. One that gives it no weight gets plain events: none does."""
    said = header(scope, b"accept-encoding").lower()
    return "gzip" in {one.strip() for one in said.split(",")}


def since(scope: Scope) -> str:
    """The mark that the page bears, up to which it was rendered; empty if there is none."""
    return next(iter(parse_qs(scope["query_string"].decode("latin-1")).get("since", ())), "")


def session_key(scope: Scope) -> str:
    """The key in the session cookie; empty if there is none."""
    try:
        cookies = parse_cookie(header(scope, b"cookie"))
    except CookieError:
        return ""
    return cookies.get(settings.SESSION_COOKIE_NAME, "")


async def _feed(stream: Stream, send: Send) -> None:
    while not stream.ended:
        frames = await stream.take(PING_SECONDS)
        async with asyncio.timeout(SEND_SECONDS):
            told = frames or PING.sent(packed=stream.packs)
            await send({"type": "http.response.body", "body": told, "more_body": True})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
