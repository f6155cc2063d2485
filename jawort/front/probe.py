"""Short questions to the database, for health and figures: on a connection of their own, with an end in sight.

They share nothing with the work, so that a full pool or a stuck statement neither delays the answer nor is hidden by
it; and asking often costs no more than asking now and then.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from time import monotonic
from typing import Any, Final, Generic, TypeVar

import psycopg

T = TypeVar("T")

ANSWER_S: Final = 2.0
_OPTIONS: Final = "-c statement_timeout=1s -c lock_timeout=500ms -c default_transaction_read_only=on"


class NoAnswerError(Exception):
    """The database is away, slow, or does not know the tables; the cause says which."""


class Probe:
    """One connection, opened at the first question. Belongs to one event loop."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._link: psycopg.AsyncConnection | None = None
        self._turn = asyncio.Lock()
        self._given_up: set[asyncio.Task[tuple[Any, ...] | None]] = set()

    async def row(self, query: str, values: Mapping[str, object]) -> tuple[Any, ...]:
        """The first row. Raises NoAnswerError, at the latest after ANSWER_S."""
        async with self._turn:
            asked = asyncio.create_task(self._ask(query, values))
            done, _ = await asyncio.wait({asked}, timeout=ANSWER_S)
        if not done:
            self._give_up(asked)
            raise NoAnswerError from TimeoutError()
        try:
            row = asked.result()
        except (psycopg.Error, OSError) as error:
            raise NoAnswerError from error
        if row is None:
            raise NoAnswerError
        return row

    async def close(self) -> None:
        """Close the connection; the next question opens another."""
        async with self._turn:
            link, self._link = self._link, None
            if link is not None:
                await _shut(link)

    async def _ask(self, query: str, values: Mapping[str, object]) -> tuple[Any, ...] | None:
        link, self._link = self._link, None
        link = link or await self._connect()
        try:
            row = await (await link.execute(query.encode(), values)).fetchone()
        except BaseException:
            await _shut(link)
            raise
        self._link = link
        return row

    def _give_up(self, asked: "asyncio.Task[tuple[Any, ...] | None]") -> None:
        """End it without waiting: psycopg asks the server to end the query, for ten seconds if that is frozen."""
        self._given_up.add(asked)
        asked.add_done_callback(self._given_up.discard)
        asked.cancel()

    async def _connect(self) -> psycopg.AsyncConnection:
        return await psycopg.AsyncConnection.connect(
            self._dsn,
            autocommit=True,
            application_name="jawort health",
            connect_timeout=int(ANSWER_S),
            tcp_user_timeout=int(ANSWER_S * 1000),
            options=_OPTIONS,
        )


async def _shut(link: psycopg.AsyncConnection) -> None:
    with suppress(psycopg.Error, OSError):
        await link.close()


class Kept(Generic[T]):
    """An answer that stands for a while, however many ask meanwhile. Belongs to one event loop."""

    def __init__(self, ask: Callable[[], Awaitable[T]], seconds: float) -> None:
        self._ask, self._seconds = ask, seconds
        self._until = float("-inf")
        self._turn = asyncio.Lock()
        self._answer: list[T] = []

    async def __call__(self) -> T:
        """The answer, at most that old."""
        async with self._turn:
            if monotonic() >= self._until:
                self._answer = [await self._ask()]
                self._until = monotonic() + self._seconds
            return self._answer[0]
