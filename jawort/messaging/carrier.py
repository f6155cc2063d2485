"""Calls leave from one event loop a process: many at once, one connection pool, no thread per call."""

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

import uvloop

from jawort.channels.types import Outcome, Outgoing, Refused, Retry, Uncertain
from jawort.channels.whatsapp.client import Client, close
from jawort.channels.whatsapp.errors_accounts import TOKEN_SHUT, UNREACHABLE
from jawort.lines.queries import Reach, reach
from jawort.vault.seal import Unreadable

ANSWER_S_MAX = 60.0  # a call ends within 10 s; some may have waited for a connection
END_S_MAX = 5.0


@dataclass(frozen=True, slots=True)
class Letter:
    """One message, and the line it leaves through."""

    line_id: UUID
    outgoing: Outgoing


class Carrier(Protocol):
    """A way out of the house. Calls each letter once, never again by itself, raises nothing, answers for every one."""

    def carry(self, letters: Sequence[Letter]) -> list[Outcome]:
        """The outcomes, in the order of the letters."""


class GraphCarrier:
    """Carries over the Graph API. `close` ends the loop; without it the process would not stop."""

    def __init__(self, graph_url: str) -> None:
        self.graph_url = graph_url
        self.loop: asyncio.AbstractEventLoop = uvloop.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, name="carrier", daemon=True)
        self.thread.start()
        self.clients: dict[UUID, tuple[str, Client]] = {}

    def carry(self, letters: Sequence[Letter]) -> list[Outcome]:
        """Call all at once and wait for all. What has no answer in a minute may have left all the same."""
        if not self.thread.is_alive():
            return [Refused(UNREACHABLE, "carrier_ended", Retry.BACKOFF) for _ in letters]
        reaches = {line: _reach(line) for line in {letter.line_id for letter in letters}}
        waiting = asyncio.run_coroutine_threadsafe(self._carry(letters, reaches), self.loop)
        try:
            return waiting.result(ANSWER_S_MAX)
        except TimeoutError:
            waiting.cancel()
            return [Uncertain("no answer") for _ in letters]

    def close(self) -> None:
        """Close the connections and end the loop."""
        if self.thread.is_alive():
            asyncio.run_coroutine_threadsafe(close(), self.loop).result(END_S_MAX)
            self.loop.call_soon_threadsafe(self.loop.stop)
            self.thread.join(END_S_MAX)
        if not self.thread.is_alive():
            self.loop.close()

    async def _carry(self, letters: Sequence[Letter], reaches: dict[UUID, Reach | None]) -> list[Outcome]:
        calls = [self._call(reaches[letter.line_id], letter) for letter in letters]
        answers = await asyncio.gather(*calls, return_exceptions=True)
        return [Uncertain(type(a).__name__) if isinstance(a, BaseException) else a for a in answers]

    async def _call(self, to: Reach | None, letter: Letter) -> Outcome:
        if to is None:
            return Refused(TOKEN_SHUT, "token_shut", Retry.ALARM)
        token, client = self.clients.get(letter.line_id, ("", None))
        if client is None or token != to.token:
            client = Client(self.graph_url, to.token)
            self.clients[letter.line_id] = (to.token, client)
        return await client.send(to.phone_number_id, letter.outgoing)


def _reach(line: UUID) -> Reach | None:
    """How a line is reached; None if it is gone or its token does not open. One broken line must not stop another."""
    try:
        return reach([line]).get(line)
    except Unreadable:
        return None
