"""Calls leave from one event loop a process: many at once, one connection pool, no thread per call."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final, Protocol, TypeVar
from uuid import UUID

import uvloop
from prometheus_client import Histogram

from jawort.channels.egress import DIRECT, Egress, Way
from jawort.channels.types import Deleted, Examined, Named, Noted, Outcome, Outgoing, Refused, Retry, Uncertain
from jawort.channels.whatsapp.callback import Found, try_callback
from jawort.channels.whatsapp.calls import close
from jawort.channels.whatsapp.client import Client
from jawort.channels.whatsapp.errors_accounts import TOKEN_SHUT, UNREACHABLE
from jawort.channels.whatsapp.examine import examine
from jawort.channels.whatsapp.numbers import Numbers
from jawort.channels.whatsapp.templates import Listed
from jawort.lines.queries import Reach, reach
from jawort.messaging.flow import Flow
from jawort.people.queries import Address
from jawort.vault.seal import Unreadable

ANSWER_S_MAX = 60.0  # a call ends within 10 s; some may have waited for a connection
END_S_MAX = 5.0

CALL_SECONDS: Final = Histogram(
    "jawort_platform_call_seconds",
    "Calls to the platform, by what they came to: accepted, refused or uncertain.",
    ["outcome"],
    buckets=(0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10),
)


T = TypeVar("T")
#: What became of one id in the contact book.
Deletion = Deleted | Refused | Uncertain


class BrokenOff(Exception):
    """The process is about to end: the call was ended, or not begun."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One message, and the line it leaves through."""

    line_id: UUID
    outgoing: Outgoing


@dataclass(frozen=True, slots=True)
class Parcel:
    """One file of `size` bytes for the platform, and the line whose messages may refer to it."""

    line_id: UUID
    mime: str
    size: int
    blocks: Iterable[bytes]


class Carrier(Protocol):
    """A way out of the house. Calls each letter once, never again by itself, raises nothing, answers for every one."""

    def carry(self, letters: Sequence[Letter]) -> list[Outcome]:
        """The outcomes, in the order of the letters."""


@dataclass(frozen=True, slots=True)
class Mark:
    """That a customer's message, by the provider's id, was read; and whether somebody is writing."""

    line_id: UUID
    provider_id: str
    typing: bool


class Teller(Protocol):
    """A way to let customers know that they were read."""

    def tell(self, marks: Sequence[Mark]) -> None:
        """Call for each once; what becomes of it does not matter."""


class Giver(Protocol):
    """A way out for files."""

    def give(self, parcel: Parcel) -> Named | Refused:
        """What the platform calls the file. Whatever its blocks raise comes through."""


class GraphCarrier:
    """Carries over the Graph API. `close` ends the loop; without it the process would not stop.

    `break_off` comes before, when there is no time left to wait for answers.
    """

    def __init__(self, graph_url: str, egress: Egress = DIRECT) -> None:
        self.graph_url, self.egress = graph_url, egress
        self.loop: asyncio.AbstractEventLoop = uvloop.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, name="carrier", daemon=True)
        self.thread.start()
        self.clients: dict[UUID, tuple[str, Client]] = {}
        self.broken_off = False
        self.calls: set[asyncio.Task[Any]] = set()  # under way
        #: What closes connections, at the end of the loop.
        self.closes: list[Callable[[], Awaitable[None]]] = [close]

    def carry(self, letters: Sequence[Letter]) -> list[Outcome]:
        """Call all at once and wait for all. What has no answer in a minute may have left all the same."""
        if not self.thread.is_alive():
            return [Refused(UNREACHABLE, "carrier_ended", Retry.BACKOFF) for _ in letters]
        reaches = {line: reach_of(line) for line in {letter.line_id for letter in letters}}
        waiting = asyncio.run_coroutine_threadsafe(self._carry(letters, reaches), self.loop)
        try:
            return waiting.result(ANSWER_S_MAX)
        except TimeoutError:
            waiting.cancel()
            return [Uncertain("no answer") for _ in letters]

    def give(self, parcel: Parcel) -> Named | Refused:
        """Blocks are read here and sent in the loop; whoever is slower keeps the other waiting, and two blocks."""
        to = reach_of(parcel.line_id)
        if to is None:
            return Refused(TOKEN_SHUT, "token_shut", Retry.ALARM)
        if self.broken_off or not self.thread.is_alive():
            return Refused(UNREACHABLE, "carrier_ended", Retry.BACKOFF)
        flow = Flow(self.loop)
        upload = self._client(parcel.line_id, to).upload(to.phone_number_id, parcel.mime, parcel.size, flow.blocks())
        sending = asyncio.run_coroutine_threadsafe(self._counted(flow.until(upload)), self.loop)
        try:
            flow.fill(parcel.blocks)
            return sending.result()
        except CancelledError:
            return Refused(UNREACHABLE, "carrier_ended", Retry.BACKOFF)
        finally:
            sending.cancel()

    def tell(self, marks: Sequence[Mark]) -> None:
        """See Teller."""
        reaches = {line: reach_of(line) for line in {mark.line_id for mark in marks}}
        calls = [
            self._client(mark.line_id, to).tell(to.phone_number_id, mark.provider_id, typing=mark.typing)
            for mark in marks
            if (to := reaches[mark.line_id]) is not None
        ]
        with suppress(BrokenOff):
            self.run(_all(calls))

    def run(self, call: Coroutine[Any, Any, T]) -> T:
        """The result of something else that runs in the loop and ends by itself. Raises BrokenOff."""
        if self.broken_off or not self.thread.is_alive():
            call.close()
            raise BrokenOff
        try:
            return asyncio.run_coroutine_threadsafe(self._counted(call), self.loop).result()
        except CancelledError:
            raise BrokenOff from None

    def delete_from_contact_book(self, line_id: UUID, bsuids: Sequence[str]) -> list[Deletion]:
        """Delete what the platform keeps of these ids, one after the other, whatever became of the one before."""
        to = reach_of(line_id)
        if to is None:
            return [Refused(TOKEN_SHUT, "token_shut", Retry.ALARM) for _ in bsuids]
        try:
            return self.run(self._delete(self._client(line_id, to), to, bsuids))
        except BrokenOff:
            return [Refused(UNREACHABLE, "carrier_ended", Retry.BACKOFF) for _ in bsuids]

    @staticmethod
    async def _delete(client: Client, to: Reach, bsuids: Sequence[str]) -> list[Deletion]:
        return [await client.delete_from_contact_book(to.phone_number_id, bsuid) for bsuid in bsuids]

    def block(self, line_id: UUID, address: Address, *, on: bool) -> Noted | Refused | Uncertain:
        """See BlockList."""
        to = reach_of(line_id)
        if to is None:
            return Refused(TOKEN_SHUT, "token_shut", Retry.ALARM)
        try:
            return self.run(self._client(line_id, to).block(to.phone_number_id, address.phone, address.bsuid, on=on))
        except BrokenOff:
            return Refused(UNREACHABLE, "carrier_ended", Retry.BACKOFF)

    def templates(self, line_id: UUID, account: str) -> list[Listed] | Refused:
        """All templates of the account, asked for with the token of this line of its."""
        to = reach_of(line_id)
        if to is None:
            return Refused(TOKEN_SHUT, "token_shut", Retry.ALARM)
        try:
            return self.run(self._client(line_id, to).templates(account))
        except BrokenOff:
            return Refused(UNREACHABLE, "carrier_ended", Retry.BACKOFF)

    def examine(self, line_id: UUID, account: str) -> Examined | Refused:
        """What the platform says of this line and its account, asked for with the line's token."""
        to = reach_of(line_id)
        if to is None:
            return Refused(TOKEN_SHUT, "token_shut", Retry.ALARM)
        try:
            client = Numbers(Way(self.graph_url, self.egress), to.token)
            return self.run(examine(client, to.phone_number_id, account, to.token))
        except BrokenOff:
            return Refused(UNREACHABLE, "carrier_ended", Retry.BACKOFF)

    def shake_hands(self, url: str, verify_token: str) -> str:
        """What is wrong with our own callback, as a code; empty if nothing is."""
        try:
            found = self.run(try_callback(url, verify_token, egress=self.egress)).verified
        except BrokenOff:
            return str(Found.UNREACHABLE)
        return "" if found is Found.GOOD else str(found)

    def break_off(self) -> None:
        """End the calls under way and begin none: what may have left is uncertain now, all else has not left."""
        self.loop.call_soon_threadsafe(self._break_off)

    def close(self) -> None:
        """Close the connections and end the loop."""
        if self.thread.is_alive():
            for end in self.closes:
                asyncio.run_coroutine_threadsafe(_awaited(end), self.loop).result(END_S_MAX)
            self.loop.call_soon_threadsafe(self.loop.stop)
            self.thread.join(END_S_MAX)
        if not self.thread.is_alive():
            self.loop.close()

    async def _carry(self, letters: Sequence[Letter], reaches: dict[UUID, Reach | None]) -> list[Outcome]:
        if self.broken_off:
            return [Refused(UNREACHABLE, "carrier_ended", Retry.BACKOFF) for _ in letters]
        calls = [asyncio.create_task(self._call(reaches[letter.line_id], letter)) for letter in letters]
        self.calls.update(calls)
        try:
            answers = await asyncio.gather(*calls, return_exceptions=True)
        finally:  # also when nobody waits for the answers any more
            self.calls.difference_update(calls)
        return [Uncertain(type(a).__name__) if isinstance(a, BaseException) else a for a in answers]

    async def _counted(self, call: Coroutine[Any, Any, T]) -> T:
        task = asyncio.current_task()
        assert task is not None
        self.calls.add(task)
        try:
            return await call
        finally:
            self.calls.discard(task)

    def _break_off(self) -> None:
        self.broken_off = True
        for call in self.calls:
            call.cancel()

    async def _call(self, to: Reach | None, letter: Letter) -> Outcome:
        if to is None:
            return Refused(TOKEN_SHUT, "token_shut", Retry.ALARM)
        begun = monotonic()
        outcome = await self._client(letter.line_id, to).send(to.phone_number_id, letter.outgoing)
        CALL_SECONDS.labels(type(outcome).__name__.lower()).observe(monotonic() - begun)
        return outcome

    def _client(self, line_id: UUID, to: Reach) -> Client:
        token, client = self.clients.get(line_id, ("", None))
        if client is None or token != to.token:
            client = Client(self.graph_url, to.token, egress=self.egress)
            self.clients[line_id] = (to.token, client)
        return client


async def _all(calls: Sequence[Coroutine[Any, Any, None]]) -> None:
    await asyncio.gather(*calls)


async def _awaited(end: Callable[[], Awaitable[None]]) -> None:
    await end()


def reach_of(line: UUID) -> Reach | None:
    """How a line is reached; None if it is gone or its token does not open. One broken line must not stop another."""
    try:
        return reach([line]).get(line)
    except Unreadable:
        return None
