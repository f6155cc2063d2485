"""Calls leave from one event loop a process: many at once, one connection pool, no thread per call."""

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from jawort.channels.types import Outcome, Outgoing
from jawort.channels.whatsapp.client import Client, close
from jawort.lines.queries import Reach, reach


@dataclass(frozen=True, slots=True)
class Letter:
    """One message, and the line it leaves through."""

    line_id: UUID
    outgoing: Outgoing


class Carrier(Protocol):
    """A way out of the house. Calls each letter once, never again by itself, and answers for every one."""

    def carry(self, letters: Sequence[Letter]) -> list[Outcome]:
        """The outcomes, in the order of the letters."""


class GraphCarrier:
    """Carries over the Graph API. `close` ends the loop; without it the process would not stop."""

    def __init__(self, graph_url: str) -> None:
        self.graph_url = graph_url
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, name="carrier", daemon=True)
        self.thread.start()
        self.clients: dict[tuple[UUID, str], Client] = {}

    def carry(self, letters: Sequence[Letter]) -> list[Outcome]:
        """Call all at once and wait for all."""
        reaches = reach({letter.line_id for letter in letters})
        return asyncio.run_coroutine_threadsafe(self._carry(letters, reaches), self.loop).result()

    def close(self) -> None:
        """Close the connections and end the loop."""
        asyncio.run_coroutine_threadsafe(close(), self.loop).result()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    async def _carry(self, letters: Sequence[Letter], reaches: dict[UUID, Reach]) -> list[Outcome]:
        calls = [self._call(reaches[letter.line_id], letter) for letter in letters]
        return list(await asyncio.gather(*calls))

    async def _call(self, to: Reach, letter: Letter) -> Outcome:
        name = (letter.line_id, to.token)
        client = self.clients.get(name)
        if client is None:
            client = self.clients[name] = Client(self.graph_url, to.token)
        return await client.send(to.phone_number_id, letter.outgoing)
