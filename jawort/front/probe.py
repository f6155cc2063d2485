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

    async def row(self, query: str, values: Mapping[str, object]) -> tuple[Any, ...]:
        """The first row. Raises NoAnswerError, at the latest after ANSWER_S and a little."""
        async with self._turn:
            try:
                async with asyncio.timeout(ANSWER_S):
                    link = self._link = self._link or await self._connect()
                    row = await (await link.execute(query.encode(), values)).fetchone()
            except (psycopg.Error, OSError, TimeoutError) as error:
                await self._drop()
                raise NoAnswerError from error
        if row is None:
            raise NoAnswerError
        return row

    async def close(self) -> None:
        """Close the connection; the next question opens another."""
        async with self._turn:
            await self._drop()

    async def _connect(self) -> psycopg.AsyncConnection:
        return await psycopg.AsyncConnection.connect(
            self._dsn,
            autocommit=True,
            application_name="jawort health",
            connect_timeout=int(ANSWER_S),
            tcp_user_timeout=int(ANSWER_S * 1000),
            options=_OPTIONS,
        )

    async def _drop(self) -> None:
        link, self._link = self._link, None
        if link is not None:
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
