"""A server on loopback that stands for the platform's files, and says and sends what a test wants."""

import asyncio
import threading
from base64 import b64encode
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
ENDLESS_BLOCK = bytes(65_536)


@dataclass
class Platform:
    """Resolves the id to `said`, completed by what is true; answers the address with `give`; keeps what was asked."""

    content: bytes = b"%PDF-1.7 harmless"
    mime: str = "application/pdf"
    said: dict[str, Any] = field(default_factory=dict)
    resolve: Handler | None = None
    give: Handler | None = None
    asked: list[tuple[str, str]] = field(default_factory=list)  # path and token
    url: str = ""

    @property
    def graph(self) -> str:
        """The address of its Graph API."""
        return f"{self.url}/v26.0"

    @property
    def media(self) -> dict[str, str]:
        """What a webhook says of the file."""
        return {"id": "77", "mime_type": self.mime, "sha256": b64encode(sha256(self.content).digest()).decode()}

    async def _resolve(self, request: web.Request) -> web.StreamResponse:
        self.asked.append((request.path_qs, request.headers.get("Authorization", "")))
        if self.resolve is not None:
            return await self.resolve(request)
        true = {"url": f"{self.url}/file", "sha256": sha256(self.content).hexdigest(), "mime_type": self.mime}
        return web.json_response(true | {"file_size": str(len(self.content)), "id": "77"} | self.said)

    async def _give(self, request: web.Request) -> web.StreamResponse:
        self.asked.append((request.path_qs, request.headers.get("Authorization", "")))
        if self.give is not None:
            return await self.give(request)
        return web.Response(body=self.content, content_type=self.mime)

    @contextmanager
    def running(self) -> Iterator["Platform"]:
        """Serve, in a thread with a loop of its own."""
        loop, ready = asyncio.new_event_loop(), threading.Event()

        async def serve() -> web.AppRunner:
            app = web.Application()
            app.router.add_get("/v26.0/{id}", self._resolve)
            app.router.add_get("/{path:.*}", self._give)
            runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
            await runner.setup()
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
            return runner

        def run() -> None:
            runner = loop.run_until_complete(serve())
            ready.set()
            loop.run_forever()
            loop.run_until_complete(runner.cleanup())
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.close()

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        ready.wait(10)
        try:
            yield self
        finally:
            loop.call_soon_threadsafe(loop.stop)
            thread.join(10)


def gives(status: int = 200, body: bytes = b"", **headers: str) -> Handler:
    """Always this answer."""

    async def answer(request: web.Request) -> web.StreamResponse:
        return web.Response(status=status, body=body, headers={k.replace("_", "-"): v for k, v in headers.items()})

    return answer


def sends(answer: object, status: int = 200) -> Handler:
    """Always this JSON."""

    async def say(request: web.Request) -> web.StreamResponse:
        return web.json_response(answer, status=status)

    return say


def moves(to: str) -> Handler:
    """Always a redirect."""
    return gives(302, Location=to)


def raw(head: str, *parts: bytes, pause_s: float = 0.0, hang: bool = False) -> Handler:
    """These bytes on the wire, whatever they mean, with pauses between the parts. The first comes with the head:
    what follows a body that is over is seen or not, depending on whether it is there when the body ends."""
    start = ("HTTP/1.1 " + head.replace("\n", "\r\n") + "\r\n\r\n").encode()

    async def write(request: web.Request) -> web.StreamResponse:
        transport = request.transport
        assert transport is not None
        for part in (start + b"".join(parts[:1]), *parts[1:]):
            transport.write(part)
            await asyncio.sleep(pause_s)
        if hang:
            await asyncio.sleep(600)
        transport.close()
        return web.Response()

    return write


def endless() -> Handler:
    """A body that never ends."""

    async def write(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        while True:
            await answer.write(ENDLESS_BLOCK)

    return write
