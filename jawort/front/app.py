"""What a request meets first: the live stream, or Django."""

from jawort.front.asgi import Receive, Scope, Send
from jawort.front.django import OneHop
from jawort.front.hub import Hub
from jawort.front.stream import Live
from jawort.front.threads import Threads

LIVE_PATH = "/live"


class Front:
    """The ASGI application of desk, API and ledger."""

    def __init__(self, hub: Hub, live: Live, rest: OneHop, threads: Threads) -> None:
        self.hub = hub
        self._live, self._rest, self._threads = live, rest, threads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on. There are no WebSockets here: the server is told so and refuses them itself."""
        if scope["type"] == "lifespan":
            await self._live_and_let_die(receive, send)
        elif scope["path"] == LIVE_PATH:
            await self._live(scope, receive, send)
        else:
            await self._rest(scope, receive, send)

    async def _live_and_let_die(self, receive: Receive, send: Send) -> None:
        assert (await receive())["type"] == "lifespan.startup"
        self.hub.start()
        await send({"type": "lifespan.startup.complete"})
        assert (await receive())["type"] == "lifespan.shutdown"
        await self.hub.close()
        self._threads.close()
        await send({"type": "lifespan.shutdown.complete"})
