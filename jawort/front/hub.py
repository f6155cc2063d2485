"""One LISTEN connection and all live streams of this process.

What changed is collected by id and flushed at most four times a second: a row is rendered once for a language and class
of rights, not once for each person. A stream begins where its page was rendered. What a stream cannot take, and what
was missed while the connection was down, is replaced by `resync`: the page then asks for its list and thread again.
"""

import asyncio
import logging
import re
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import Final, Protocol
from uuid import UUID

import msgspec
import psycopg

from jawort.front.frames import Frame, frame
from jawort.front.heard import Heard, Notice
from jawort.front.threads import Threads

CHANNEL: Final = "jawort_live"
APPLICATION_NAME: Final = "jawort-live"
FLUSH_SECONDS: Final = 0.25
#: More changed rows than this in one flush and every desk asks for its first page instead. A row is rendered once for
#: all desks, a page once for each: for fifty desks this many rows are far cheaper than fifty pages.
ROWS_FLUSH_MAX: Final = 400
MESSAGES_FLUSH_MAX: Final = 1_000
#: What somebody missed before their stream began is rendered for them alone: of more than the list shows, they ask for
#: the list.
ROWS_MISSED_MAX: Final = 50
#: The pause after a flush that ended in `resync`.
CALM_SECONDS: Final = 1.0
#: Counts are queries over all conversations, one a person: at most this often, and a tenth of the time at most.
COUNTS_SECONDS: Final = 2.0
COUNTS_SHARE: Final = 10.0
#: Windows close while nothing happens: then at least this often.
COUNTS_IDLE_SECONDS: Final = 60.0
#: Frames are shared between streams; a stream that falls this far behind starts anew.
STREAM_FRAMES_MAX: Final = 32
PROBE_SECONDS: Final = 15.0
RECONNECT_SECONDS_FIRST: Final = 0.2
RECONNECT_SECONDS_MAX: Final = 10.0
RESYNC: Final = frame(b"event: resync\ndata:\n\n")

_LINE_END: Final = re.compile("\r\n|\r|\n")

_log = logging.getLogger("jawort.front")


class Renderer(Protocol):
    """Rows as HTML, by conversation; one that is missing may not be seen or is gone. Called in a thread."""

    def __call__(self, conversation_ids: Sequence[UUID], language: str, permission_class: str) -> dict[UUID, str]: ...


@dataclass(frozen=True, slots=True)
class Desk:
    """What the hub asks of the desk, all of it called in threads.

    `handed_out` records that agents were given conversations, before they are. `count` gives the numbers beside an
    agent's views as HTML.
    """

    render: Renderer
    handed_out: Callable[[Collection[UUID], Sequence[UUID]], None]
    count: Callable[[UUID], str]


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who listens: what decides which rows they get, and how."""

    agent: UUID
    language: str
    permission_class: str


class Stream:
    """What one browser is still to be sent; bounded. `packs`: it takes packed frames."""

    def __init__(self, viewer: Viewer, *, packs: bool = False) -> None:
        self.viewer = viewer
        self.packs = packs
        self.ended = False
        self._frames: deque[Frame] = deque()
        self._ready = asyncio.Event()

    def push(self, one: Frame) -> None:
        """Add a frame; too many are replaced by one resync."""
        if len(self._frames) >= STREAM_FRAMES_MAX:
            self._frames.clear()
            one = RESYNC
        self._frames.append(one)
        self._ready.set()

    def end(self) -> None:
        """Send nothing more."""
        self.ended = True
        self._ready.set()

    async def take(self, seconds: float) -> bytes:
        """All that waits; empty if nothing came in time."""
        try:
            async with asyncio.timeout(seconds):
                await self._ready.wait()
        except TimeoutError:
            return b""
        self._ready.clear()
        taken = b"".join(one.sent(packed=self.packs) for one in self._frames)
        self._frames.clear()
        return taken


@dataclass(slots=True)
class _Pending:
    """What changed since the last flush. Dictionaries for their order; bounded by what a flush takes, and one more."""

    rows: dict[UUID, None] = field(default_factory=dict)
    messages: dict[tuple[UUID, UUID], None] = field(default_factory=dict)
    size: int | None = None
    came: list[UUID] = field(default_factory=list)
    given: defaultdict[UUID, set[UUID]] = field(default_factory=lambda: defaultdict(set))
    attended: set[UUID] = field(default_factory=set)

    def add(self, notice: Notice) -> None:
        for conversation in notice.c:
            if len(self.rows) <= ROWS_FLUSH_MAX:
                self.rows[conversation] = None
        for message in notice.m:
            if len(self.messages) <= MESSAGES_FLUSH_MAX:
                self.messages[message] = None
                if notice.n:
                    self.came.append(message[0])
        for conversation, agent in notice.a:
            self.given[agent].add(conversation)
        self.attended.update(notice.w)
        self.size = max([*notice.s, self.size or 0]) or None

    def too_much(self, rows_max: int) -> bool:
        return len(self.rows) > rows_max or len(self.messages) > MESSAGES_FLUSH_MAX


class Hub:
    """Hears the database and feeds the streams."""

    def __init__(self, conninfo: str, desk: Desk, threads: Threads) -> None:
        self._conninfo, self._desk, self._threads = conninfo, desk, threads
        self.streams: set[Stream] = set()
        #: Set while the database is heard.
        self.listening = asyncio.Event()
        self._heard_lately = Heard()
        self._pending = _Pending()
        #: Who came since the last flush, each with the mark of their page.
        self._came: dict[Stream, str] = {}
        self._changed = asyncio.Event()
        self._number = 0
        self._counts_due = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to listen."""
        for work in (self._listen, self._flush, self._count):
            self._tasks.append(asyncio.create_task(self._kept(work)))

    async def close(self) -> None:
        """End every stream, then stop."""
        self.end_streams()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def end_streams(self) -> None:
        """End every stream: browsers come back, to whoever listens then."""
        for stream in self.streams:
            stream.end()

    @property
    def mark(self) -> str:
        """What has been heard so far: with it, the stream of a page that is rendered after this begins here."""
        return self._heard_lately.mark

    def join(self, viewer: Viewer, *, packs: bool = False, since: str = "") -> Stream:
        """A stream for `viewer`; it begins with what came since that mark, or with a resync if that is not known."""
        stream = Stream(viewer, packs=packs)
        self.streams.add(stream)
        if self._heard_lately.since(since) is None:
            stream.push(RESYNC)
        else:
            self._came[stream] = since
            self._changed.set()
        return stream

    def leave(self, stream: Stream) -> None:
        """Forget `stream`."""
        self.streams.discard(stream)

    async def _kept(self, work: Callable[[], Awaitable[None]]) -> None:
        """Run `work` for good: streams that are open and silent would look alive."""
        while True:
            try:
                await work()
            except Exception as error:
                _log.critical("live: the hub broke; going on", exc_info=error)
                await asyncio.sleep(CALM_SECONDS)
                self._push(RESYNC)

    async def _listen(self) -> None:
        pause = RECONNECT_SECONDS_FIRST
        while True:
            try:
                # Held by this name: a connection that nobody refers to is collected, and silence follows.
                ears = await psycopg.AsyncConnection.connect(
                    self._conninfo, autocommit=True, application_name=APPLICATION_NAME
                )
                async with ears:
                    await ears.execute(f"LISTEN {CHANNEL}")
                    self._heard_lately.forget()
                    self.listening.set()
                    self._push(RESYNC)  # what was missed cannot be known
                    pause = RECONNECT_SECONDS_FIRST
                    while True:
                        async for notify in ears.notifies(timeout=PROBE_SECONDS):
                            self._heard(notify.payload)
                        await ears.execute("SELECT 1")  # a connection can die without a word
            except (psycopg.Error, OSError) as error:
                _log.warning("live: not listening to the database; trying again", exc_info=error)
            self.listening.clear()
            await asyncio.sleep(pause)
            pause = min(pause * 2, RECONNECT_SECONDS_MAX)

    def _heard(self, payload: str) -> None:
        try:
            notice = msgspec.json.decode(payload, type=Notice)
        except msgspec.MsgspecError:
            _log.error("live: a notify that is none of ours")
            return
        self._heard_lately.add(notice)
        self._pending.add(notice)
        self._changed.set()

    async def _flush(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            pending, self._pending = self._pending, _Pending()
            missed = self._missed()
            begun = monotonic()
            calm = await self._deliver(pending, self.streams - missed.keys(), ROWS_FLUSH_MAX)
            for stream, all_since in missed.items():
                await self._deliver(all_since, {stream}, ROWS_MISSED_MAX)
            # From beginning to beginning, and half the time for others: a flush that takes long must not make the next
            # one longer.
            took = monotonic() - begun
            await asyncio.sleep(max(FLUSH_SECONDS - took, took) if calm else CALM_SECONDS)

    def _missed(self) -> dict[Stream, _Pending]:
        """What those who came newly have not seen yet, with all that everybody else gets in this flush."""
        came, self._came = self._came, {}
        missed = {stream: _Pending() for stream in came if stream in self.streams}
        for stream, pending in missed.items():
            notices = self._heard_lately.since(came[stream])
            if notices is None:
                stream.push(RESYNC)
            for notice in notices or ():
                pending.add(notice)
        return missed

    async def _deliver(self, pending: _Pending, streams: Collection[Stream], rows_max: int) -> bool:
        """Send what changed to these streams. False if it ended in a resync."""
        if not streams:
            return True
        if pending.size:
            self._push(self._event("ledger", msgspec.json.encode({"size": pending.size}).decode()), streams)
        if pending.attended:
            self._push(self._event("attended", msgspec.json.encode(sorted(pending.attended)).decode()), streams)
        delivered = not pending.too_much(rows_max) and await self._deliver_rows(list(pending.rows), streams)
        if pending.rows:
            self._counts_due.set()
        if not delivered:
            self._push(RESYNC, streams)
            return False
        threads: dict[UUID, list[UUID]] = defaultdict(list)
        for conversation, message in pending.messages:
            threads[conversation].append(message)
        changed = [{"conversation": one, "messages": ids} for one, ids in threads.items()]
        if changed:
            told = (self._event("message", msgspec.json.encode(one).decode()).plain for one in changed)
            self._push(frame(b"".join(told)), streams)
        self._deliver_news(pending, streams)
        return True

    def _deliver_news(self, pending: _Pending, streams: Collection[Stream]) -> None:
        """Say where customers have written, once a message, and to whom something was given. Whom it concerns asks."""
        if pending.came:
            self._push(self._event("news", msgspec.json.encode({"came": pending.came}).decode()), streams)
        for agent, conversations in pending.given.items():
            news = self._event("news", msgspec.json.encode({"assigned": conversations}).decode())
            self._push(news, [stream for stream in streams if stream.viewer.agent == agent])

    async def _deliver_rows(self, ids: list[UUID], streams: Collection[Stream]) -> bool:
        """Render once for each language and class; False if that failed."""
        groups: dict[tuple[str, str], list[Stream]] = defaultdict(list)
        for stream in streams if ids else ():
            groups[stream.viewer.language, stream.viewer.permission_class].append(stream)
        for (language, permission_class), group in groups.items():
            agents = {stream.viewer.agent for stream in group}
            try:
                html = await self._threads.run(self._rows, ids, language, permission_class, agents)
            except Exception as error:
                _log.error("live: rows were not rendered", exc_info=error)
                return False
            if html:
                self._push(self._event("row", html), group)
        return True

    def _rows(self, ids: list[UUID], language: str, permission_class: str, agents: Collection[UUID]) -> str:
        rows = self._desk.render(ids, language, permission_class)
        if rows:
            self._desk.handed_out(agents, list(rows))  # before it goes out: nobody reads unseen
        return "\n".join(rows.values())

    async def _count(self) -> None:
        """Tell everybody the numbers beside their views, again and again. No row waits for them."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(COUNTS_IDLE_SECONDS):
                    await self._counts_due.wait()
            self._counts_due.clear()
            begun = monotonic()
            await self._tell_counts()
            await asyncio.sleep(max(COUNTS_SECONDS, COUNTS_SHARE * (monotonic() - begun)))

    async def _tell_counts(self) -> None:
        for agent in {stream.viewer.agent for stream in self.streams}:
            try:
                numbers = self._event("counts", await self._threads.run(self._desk.count, agent))
            except Exception as error:
                _log.error("live: not counted", exc_info=error)
                break
            self._push(numbers, [stream for stream in self.streams if stream.viewer.agent == agent])

    def _push(self, one: Frame, streams: Collection[Stream] | None = None) -> None:
        """To these streams, or to all."""
        for stream in self.streams if streams is None else streams:
            stream.push(one)

    def _event(self, kind: str, data: str) -> Frame:
        """One event as the HTML standard writes it (server-sent events, 9.2.6); ids only grow."""
        self._number += 1
        lines = "".join(f"data: {line}\n" for line in _LINE_END.split(data))
        return frame(f"id: {self._number}\nevent: {kind}\n{lines}\n".encode())
