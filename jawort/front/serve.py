"""`jawort front`: desk, API, ledger and live stream on one port."""

import signal
import socket
import threading
from collections.abc import Collection, Sequence
from typing import Final
from uuid import UUID

import uvicorn
from django.urls import reverse

from jawort.core.clock import now
from jawort.core.config import Config, ConfigError
from jawort.core.garbage import settle
from jawort.front.app import Front
from jawort.front.django import OneHop
from jawort.front.door import admit
from jawort.front.hub import Desk, Hub
from jawort.front.probe import Probe
from jawort.front.protocol import BACKLOG, listener, listening
from jawort.front.readiness import newest_migrations
from jawort.front.stream import Admit, Live
from jawort.front.threads import Threads
from jawort.ledger.handouts import hand_out_to_many
from jawort.messaging.queries import counts
from jawort.staff.models import Agent
from jawort.staff.permissions import Permission
from jawort.web.inbox.live import counts_html, rows_html

KEEP_ALIVE_SECONDS: Final = 30
#: For requests that are being answered; the supervisor kills after four.
STOP_SECONDS: Final = 3


class Server(uvicorn.Server):
    """Ends the live streams before it waits for what is open: they would never end by themselves."""

    def __init__(self, front: Front) -> None:
        self._front = front
        super().__init__(
            listening(
                front,
                lifespan="on",
                backlog=BACKLOG,
                timeout_keep_alive=KEEP_ALIVE_SECONDS,
                timeout_graceful_shutdown=STOP_SECONDS,
            )
        )

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop, with open streams too, within STOP_SECONDS and a little."""
        self._front.hub.end_streams()
        await super().shutdown(sockets)


def front(conninfo: str, desk: Desk, admit: Admit, metrics_token: str = "") -> Front:
    """The application, put together."""
    threads = Threads()
    hub = Hub(conninfo, desk, threads)
    return Front(hub, Live(hub, threads, admit), OneHop(threads), threads, Probe(conninfo), metrics_token)


def serve_front(config: Config) -> None:
    """Listen until SIGTERM or SIGINT; then answer what has been asked and return.

    Django must be set up. Raises ConfigError where the database is not named or the port is not free.
    """
    if not config.database_url:
        raise ConfigError("The desk needs DATABASE_URL: “jawort serve” sets it.")
    if threading.current_thread() is threading.main_thread():
        # uvicorn raises the signal again when it is done; having ended as told is no reason to die of it.
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, lambda *_: None)
    newest_migrations()  # read from files, so before there is anybody to wait for it
    reverse("inbox:index")  # imports whatever has an address, before anybody waits for it
    settle()
    desk = Desk(rows_html, handed_out, count)
    with listener(config.host, config.port) as ear:
        Server(front(config.database_url, desk, admit, config.metrics_token)).run(sockets=[ear])


def handed_out(agents: Collection[UUID], conversations: Sequence[UUID]) -> None:
    """Record that rows went to these people's desks."""
    who = [f"staff:{agent}" for agent in agents]
    hand_out_to_many(who, conversations, right=Permission.CONVERSATION_READ.value, at=now())


def count(agent: UUID) -> str:
    """The numbers beside an agent's views."""
    return counts_html(counts(Agent.objects.get(pk=agent)))
