"""What a request meets first: health and figures, the live stream, or Django."""

from time import monotonic
from typing import Final

from prometheus_client import CollectorRegistry, Gauge, Histogram

from jawort.front.asgi import Message, Receive, Scope, Send
from jawort.front.django import OneHop
from jawort.front.figures import Figures
from jawort.front.health import PATHS, Health, own_registry
from jawort.front.hub import Hub
from jawort.front.probe import Kept, Probe
from jawort.front.readiness import KEPT_S, Readiness
from jawort.front.stream import Live
from jawort.front.threads import Threads

LIVE_PATH = "/live"

REQUEST_SECONDS: Final = Histogram(
    "jawort_desk_request_seconds",
    "Requests to desk, API and ledger, until their answer was handed over, by the class of its status.",
    ["status"],
    buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10),
)


class Front:
    """The ASGI application of desk, API and ledger."""

    def __init__(self, hub: Hub, live: Live, rest: OneHop, threads: Threads, probe: Probe, metrics_token: str) -> None:
        self.hub = hub
        self._live, self._rest, self._threads, self._probe = live, rest, threads, probe
        figures = Figures(probe)
        registry = _registry(hub, threads)
        registry.register(figures)
        self._health = Health(registry, Kept(Readiness(probe), KEPT_S), metrics_token, figures.refresh)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on. There are no WebSockets here: the server is told so and refuses them itself."""
        if scope["type"] == "lifespan":
            await self._live_and_let_die(receive, send)
        elif scope["path"] == LIVE_PATH:
            await self._live(scope, receive, send)
        elif scope["path"] in PATHS:
            await self._health(scope, receive, send)
        else:
            await self._timed(scope, receive, send)

    async def _timed(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun, status = monotonic(), "gone"
        scope["live_mark"] = self.hub.mark  # before anything is read for the page: base/shell.html puts it there

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = f"{message['status'] // 100}xx"
            await send(message)

        try:
            await self._rest(scope, receive, noting)
        finally:
            REQUEST_SECONDS.labels(status).observe(monotonic() - begun)

    async def _live_and_let_die(self, receive: Receive, send: Send) -> None:
        assert (await receive())["type"] == "lifespan.startup"
        self.hub.start()
        await send({"type": "lifespan.startup.complete"})
        assert (await receive())["type"] == "lifespan.shutdown"
        await self.hub.close()
        await self._probe.close()
        self._threads.close()
        await send({"type": "lifespan.shutdown.complete"})


def _registry(hub: Hub, threads: Threads) -> CollectorRegistry:
    """What only this process knows."""
    registry = own_registry("front")
    streams = Gauge("jawort_live_streams", "Browsers that listen for changes.", registry=registry)
    streams.set_function(lambda: len(hub.streams))
    hears = Gauge("jawort_live_listening", "1 while changes are heard from the database.", registry=registry)
    hears.set_function(lambda: int(hub.listening.is_set()))
    load = Gauge("jawort_desk_load", "Pieces of work that run or wait for a thread.", registry=registry)
    load.set_function(lambda: threads.load)
    return registry
