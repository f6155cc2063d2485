"""The worker's own port, for health and figures: nobody else can tell that a worker hangs.

Search has one too, beside the socket at which it is asked.
"""

import socket
import threading
from collections.abc import Mapping
from datetime import UTC
from time import monotonic
from typing import Final, Protocol

import uvicorn
from prometheus_client import Gauge

from jawort.cli.crew import Run
from jawort.core import clock
from jawort.core.config import Config
from jawort.front.asgi import Receive, Scope, Send, say
from jawort.front.figures import Figures
from jawort.front.health import PATHS, Health, own_registry
from jawort.front.probe import Kept, NoAnswerError, Probe
from jawort.front.protocol import listener, listening
from jawort.front.readiness import AWAY, KEPT_S, Readiness
from jawort.ledger.checks import LAG_SECONDS_MAX

#: Nothing that most threads do between two looks takes longer: a batch of calls ends within a minute.
LOOKED_S_MAX: Final = 90.0
_TODAY: Final = "SELECT EXISTS (SELECT FROM vault_transitday WHERE day = %(today)s AND wrapped IS NOT NULL)"


class Pulse(threading.Event):
    """`stop` as one thread sees it. All of them ask again and again whether to stop: who asks is alive.

    `within_s` is how long what the thread does between two looks may take.
    """

    def __init__(self, stop: threading.Event, within_s: float = LOOKED_S_MAX) -> None:
        super().__init__()
        self._stop, self.within_s = stop, within_s
        self._looked = monotonic()

    def age(self) -> float:
        """Seconds since the thread asked last."""
        return monotonic() - self._looked

    def is_set(self) -> bool:
        self._looked = monotonic()
        return self._stop.is_set()

    def wait(self, timeout: float | None = None) -> bool:
        self._looked = monotonic()
        ended = self._stop.wait(timeout)
        self._looked = monotonic()
        return ended

    def set(self) -> None:
        self._stop.set()


def felt(work: Run, pulse: Pulse) -> Run:
    """The same work, with `pulse` for its view of `stop`."""
    return lambda _stop: work(pulse)


class WorkHealth:
    """Listens until `stop`, in a thread of its own; an ASGI application of its own too."""

    def __init__(self, config: Config, pulses: Mapping[str, Pulse]) -> None:
        self._ear = listener(config.work_host, config.work_port, "work_port")
        self._pulses = pulses
        self._probe = Probe(config.database_url)
        self._readiness = Readiness(self._probe)
        self._figures = Figures(self._probe)
        registry = own_registry("work")
        registry.register(self._figures)
        says = "For how long a thread of the worker has not looked for work; one that is stuck only grows older."
        ages = Gauge("jawort_worker_look_age_seconds", says, ["thread"], registry=registry)
        for name, pulse in pulses.items():
            ages.labels(name).set_function(pulse.age)
        self._health = Health(registry, Kept(self._ready, KEPT_S), config.metrics_token, self._figures.refresh)

    def run(self, stop: threading.Event) -> None:
        """Answer until `stop`."""
        with self._ear:
            Listener(self, stop).run(sockets=[self._ear])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["path"] in PATHS:
            await self._health(scope, receive, send)
        else:
            await say(send, 404, "")

    async def close(self) -> None:
        """Close the connection to the database."""
        await self._probe.close()

    async def _ready(self) -> str:
        """Why the worker cannot do all of its work now; empty if it can."""
        if any(pulse.age() > pulse.within_s for pulse in self._pulses.values()):
            return "a thread is stuck"
        if wrong := await self._readiness():
            return wrong
        try:
            (today,) = await self._probe.row(_TODAY, {"today": clock.now().astimezone(UTC).date()})
        except NoAnswerError:
            return AWAY
        if not today:
            return "no transit key for today"
        await self._figures.refresh()
        if self._figures.get("jawort_ledger_refused"):
            return "ledger refused"
        late = self._figures.get("jawort_ledger_oldest_waiting_seconds") > LAG_SECONDS_MAX
        return "ledger late" if late else ""


class Closing(Protocol):
    """An ASGI application that has something to close at its end."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None: ...
    async def close(self) -> None: ...


class Listener(uvicorn.Server):
    """Ends when `stop` is set: signals are the main thread's."""

    def __init__(self, app: Closing, stop: threading.Event) -> None:
        self._app, self._stop = app, stop
        super().__init__(listening(app, lifespan="off", proxy_headers=False, timeout_graceful_shutdown=1))

    async def on_tick(self, counter: int) -> bool:
        """Ten times a second."""
        return self._stop.is_set() or await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        await self._app.close()
