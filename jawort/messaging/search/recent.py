"""What the search process holds: the messages of the last days and the names of who wrote them, newest read first.

One thread reads, hears what changes, and forgets; others ask meanwhile. Nothing of it is written anywhere: starting
anew, also after a kill, is reading anew.
"""

import logging
import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Final, TypeVar
from uuid import UUID

import msgspec
import psycopg
from django.db import Error, connection
from django.db.models import QuerySet

from jawort.core import clock
from jawort.core.garbage import settle
from jawort.messaging.live import CHANNEL
from jawort.messaging.models import Conversation, Message
from jawort.messaging.search.ask import FOUND_MAX, Answer
from jawort.messaging.search.index import Index
from jawort.messaging.search.rules import calling, is_called, terms, wanted
from jawort.messaging.search.said import NEEDED, said, searched
from jawort.people.queries import all_names

#: Messages that are opened between two moments in which others may ask, and change be heard.
BATCH: Final = 250
#: Contacts that an answer names.
CONTACTS_MAX: Final = 200
LOOK_SECONDS: Final = 1.0
AGAIN_SECONDS: Final = 1.0
#: What was erased or is too old is gone this long after, at the latest, though nobody told: as long as any clear text
#: is remembered (vault/memory.py).
SWEEP_SECONDS: Final = 600.0
SWEPT_AT_ONCE: Final = 2_000
#: What began before the line to the database broke and was committed after has an older id.
OVERLAP_MS: Final = 600_000
#: A name takes its line and this, in bytes, measured.
NAME_BYTES: Final = 300

_T = TypeVar("_T")

log = logging.getLogger(__name__)


class Told(msgspec.Struct):
    """What matters of a live notify (messaging/live.py): conversations, and messages as (conversation, message)."""

    c: list[UUID] = []
    m: list[tuple[UUID, UUID]] = []


class Recent:
    """The messages of the last `days`, as many as fit into `bytes_max`."""

    def __init__(self, dsn: str, days: int, bytes_max: int) -> None:
        self._dsn, self._days, self._bytes_max = dsn, timedelta(days=days), bytes_max
        self._index = Index()
        self._called: dict[UUID, str] = {}
        self._called_bytes = 0
        self._lock = threading.Lock()
        #: Where reading goes on: backwards from below the one, and after the line was down upwards from the other.
        self._below: UUID | None = UUID(int=(1 << 128) - 1)
        self._above: UUID | None = None
        self._newest: UUID | None = None
        #: Where reading is, or ended because there was no more room; None when all of the days are here.
        self._reached: datetime | None = clock.now()
        self._sweeping: Iterator[None] | None = None
        self._swept = monotonic()

    def __len__(self) -> int:
        return len(self._index)

    @property
    def bytes(self) -> int:
        """What it takes, as estimated."""
        return int(self._index.bytes) + self._called_bytes

    @property
    def filling(self) -> bool:
        """Whether it will reach further back."""
        return self._below is not None

    @property
    def since(self) -> datetime:
        """How far back it reaches."""
        oldest = clock.now() - self._days
        return max(self._reached or oldest, oldest)

    def find(self, text: str) -> Answer:
        """The messages that have all these words, and the contacts that are called so."""
        words = wanted(text)
        with self._lock:
            found, more = self._index.find(words, FOUND_MAX)
            contacts = [contact for contact, line in self._called.items() if words and is_called(words, line)]
        return Answer([UUID(bytes=id_) for id_ in found], contacts[:CONTACTS_MAX], more, self.since, self.filling)

    def run(self, stop: threading.Event) -> None:
        """Read and listen until `stop`. Survives a lost database."""
        while not stop.is_set():
            try:
                with psycopg.connect(self._dsn, autocommit=True, application_name="jawort search") as ears:
                    ears.execute(f"LISTEN {CHANNEL}")
                    self.resume()
                    while not stop.is_set():
                        busy = self._below or self._above or self._sweeping
                        wait = 0.0 if busy else LOOK_SECONDS
                        self.hear([word.payload for word in ears.notifies(timeout=wait, stop_after=1)])
                        self.step()
            except (psycopg.Error, Error) as error:
                log.warning("search: the database refused or is away", extra={"kind": type(error).__name__})
                connection.close()
                stop.wait(AGAIN_SECONDS)
        connection.close()

    def step(self) -> None:
        """A piece of what there is to do: read on, or look for what has to go."""
        if self._sweeping is None and monotonic() - self._swept >= SWEEP_SECONDS:
            self._sweeping, self._swept = self.sweep(), monotonic()
        if self._sweeping is not None and next(self._sweeping, self) is self:
            self._sweeping = None
        if self._above:
            self._catch_up(self._above)
        elif self._below:
            self._read_on(self._below)

    def hear(self, payloads: Iterable[str]) -> None:
        """What has changed: new messages come in, those that are gone go, names are read again."""
        told = [each for payload in payloads if (each := _told(payload))]
        named = {message for each in told for _, message in each.m}
        homes = {home for each in told for home in each.c}
        if named:
            there = set(Message.objects.filter(pk__in=named).values_list("pk", flat=True))
            with self._lock:
                self._index.remove(one.bytes for one in named - there)
            self._take_new(searched().filter(pk__in=self._unknown(there)).order_by("pk"))
        if homes:
            self._call(set(Conversation.objects.filter(pk__in=homes).values_list("contact_id", flat=True)))

    def sweep(self) -> Iterator[None]:
        """Let go of what is erased, too old or too much, piece by piece."""
        oldest = clock.now() - self._days
        with self._lock:
            self._index.remove(self._index.older(int(oldest.timestamp())))
            held, contacts = self._index.ids(), list(self._called)
        for some in _parts(held):
            ids = {UUID(bytes=one) for one in some}
            there = set(Message.objects.filter(pk__in=ids).values_list("pk", flat=True))
            with self._lock:
                self._index.remove(one.bytes for one in ids - there)
            yield
        for people in _parts(contacts):
            active = Conversation.objects.filter(contact__in=people, last_message_at__gte=oldest)
            self._call(people, set(active.values_list("contact_id", flat=True)))
            yield
        yield from self._shed()

    def _shed(self) -> Iterator[None]:
        with self._lock:
            many = self._index.beyond(self._bytes_max - self._called_bytes)
            self._index.remove(many)
            tidying = self._index.tidy()
            if many and (oldest := self._index.oldest()) is not None:
                self._below, self._reached = None, datetime.fromtimestamp(oldest, UTC)
        done = False
        while not done:
            with self._lock:
                done = next(tidying, self) is self
            yield
        settle()  # in the midst of a find is no time to look for garbage in all of it

    def resume(self) -> None:
        """After the line was down: what came meanwhile is read, from a while before the newest that is known."""
        if self._newest:
            self._above = UUID(int=max(0, (self._newest.int >> 80) - OVERLAP_MS) << 80)

    def _catch_up(self, above: UUID) -> None:
        ids = list(searched().filter(pk__gt=above).order_by("pk").values_list("pk", flat=True)[:BATCH])
        self._take_new(searched().filter(pk__in=self._unknown(ids)).order_by("pk"))
        self._above = ids[-1] if len(ids) == BATCH else None

    def _read_on(self, below: UUID) -> None:
        messages = list(searched().filter(pk__lt=below).order_by("-pk").only(*NEEDED)[:BATCH])
        oldest = clock.now() - self._days
        young = [one for one in messages if one.created_at >= oldest]
        self._take(young, newest=False)
        self._call({one.contact_id for one in young} - self._called.keys())
        if len(young) < BATCH:
            self._below = self._reached = None
        else:
            self._reached = young[-1].created_at
            self._below = None if self.bytes >= self._bytes_max else young[-1].pk

    def _unknown(self, ids: Iterable[UUID]) -> list[UUID]:
        return [one for one in ids if one.bytes not in self._index]

    def _take_new(self, rows: QuerySet[Message]) -> None:
        """But for what is older than all that is here: receipts, reactions and merges name messages of any age."""
        oldest = self.since - timedelta(milliseconds=OVERLAP_MS)
        messages = list(rows.filter(created_at__gte=oldest).only(*NEEDED))
        self._take(messages, newest=True)
        self._call({one.contact_id for one in messages})

    def _take(self, messages: Sequence[Message], *, newest: bool) -> None:
        """Open these messages and take them in; whoever asks waits for the least of it."""
        texts = said(messages) if messages else {}
        found = [(one.pk, int(one.created_at.timestamp()), terms(texts[one.pk])) for one in messages if one.pk in texts]
        with self._lock:
            for pk, at, words in found:
                self._index.add(pk.bytes, at, words, newest=newest)
            many = self._index.settle()
        if many:
            settle()
        self._newest = max((one.pk for one in messages if newest or not self._newest), default=self._newest)

    def _call(self, contacts: Collection[UUID], known: Collection[UUID] | None = None) -> None:
        """Read the names of these contacts; whoever has none any more, or is not `known`, goes."""
        if not contacts:
            return
        if known is None:
            names = {contact: calling(of.every) for contact, of in all_names(contacts).items()}
        else:
            names = {contact: self._called[contact] for contact in contacts if contact in known}
        with self._lock:
            for contact in contacts:
                self._called_bytes -= _name_bytes(self._called.pop(contact, None))
            self._called |= names
            self._called_bytes += sum(map(_name_bytes, names.values()))


def _told(payload: str) -> Told | None:
    try:
        return msgspec.json.decode(payload, type=Told)
    except msgspec.MsgspecError:
        log.error("search: a notify that is none of ours")
        return None


def _name_bytes(line: str | None) -> int:
    return 0 if line is None else NAME_BYTES + len(line)


def _parts(things: Sequence[_T]) -> Iterator[Sequence[_T]]:
    for begin in range(0, len(things), SWEPT_AT_ONCE):
        yield things[begin : begin + SWEPT_AT_ONCE]
