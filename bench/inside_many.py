"""A company's years in minutes: a million conversations with ten million messages, sealed as real ones are.

Who writes what, when and to whom follows from the numbers alone, so that two installations differ in keys and nonces
only. What nobody reads from these tables is left out: webhooks, ledger entries, look-up of who writes.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from time import perf_counter
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction

from bench.inside_search import texts, word
from jawort.core.clock import now
from jawort.lines.models import Line
from jawort.messaging.content import Content, Facts, What, Who, key_name, period, seal_content
from jawort.messaging.queries import Listing, View, page
from jawort.people.book import sealed_value
from jawort.staff.models import Agent
from jawort.vault.keys import keks
from jawort.vault.seal import Klass

CHUNK: Final = 2_000
SPAN: Final = timedelta(days=600)
#: Of a hundred conversations ten are open; of ten of those, one has something unread for which somebody waits.
OPEN_OF: Final = 10
WAITING_OF: Final = 100
#: Nine of ten conversations are short, the tenth is long: ten messages each in the middle.
SHORT, LONG, LONG_OF = 5, 55, 10
ORIGINAL: Final = b'{"type":"text","text":{"body":"x"}}' * 8
PHONE_FIRST: Final = 4_917_604_069_000
TABLES: Final = {
    "people_contact": ("id", "name_wrapped", "name_ciphertext", "language", "created_at", "month"),
    "messaging_conversation": (
        *("id", "contact_id", "line_id", "status", "assignee_id", "opened_at", "resolved_at", "last_message_at"),
        *("last_message_id", "unread", "window_ends_at", "version", "waiting_since"),
    ),
    "messaging_message": (
        *("id", "conversation_id", "contact_id", "line_id", "direction", "kind", "state", "seq", "klass", "month"),
        *("wrapped", "ciphertext", "provider_time", "created_at", "actor", "purpose", "gate", "failure", "author_id"),
        "entry_id",
    ),
}


@dataclass(frozen=True, slots=True)
class Years:
    """What everybody shares: when it ends, how many conversations fill it, through which line, who answers."""

    ends: datetime
    conversations: int
    line: UUID
    agents: tuple[UUID, ...]


def seed(first: int, last: int, of: int, ends: datetime) -> int:
    """Conversations number `first` to `last` (not itself) `of` so many, the newest first; how many messages they have.

    Others may seed other numbers meanwhile.
    """
    agents = tuple(Agent.objects.order_by("pk").values_list("pk", flat=True))
    years = Years(ends, of, Line.objects.get().pk, agents)
    words, count = texts(first), 0
    for begin in range(first, last, CHUNK):
        rows = _chunk(years, range(begin, min(begin + CHUNK, last)), words)
        with transaction.atomic():  # nothing is computed in it: on a busy machine it would be ended for being idle
            for table, made in rows.items():
                _copy(table, made)
        count += len(rows["messaging_message"])
    return count


def queries(views: Sequence[str], pages: int) -> list[float]:
    """Of each page of these views, from the first one on, the seconds of its slowest query."""
    person, found = Agent.objects.filter(role="supervisor")[0], []
    for view in views:
        behind = None
        for _ in range(pages):
            took: list[float] = []
            with connection.execute_wrapper(partial(_timed, took)):
                _, behind = page(person, Listing(View(view)), now(), after=behind)
            found.append(max(took))
            if behind is None:
                break
    return found


def _timed(took: list[float], execute: Callable[..., Any], *asked: Any) -> Any:
    began = perf_counter()
    try:
        return execute(*asked)
    finally:
        took.append(perf_counter() - began)


def _chunk(years: Years, numbers: range, words: Iterator[str]) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of each table."""
    at = {n: years.ends - SPAN * n / years.conversations for n in numbers}
    people = {n: _id(1, at[n], n) for n in numbers}
    refs = [key_name(people[n], period(at[n])) for n in numbers]
    refs += [(people[n], Klass.IDENTITY, period(at[n])) for n in numbers]
    held = keks(refs, create=True)
    contacts, homes, messages = [], [], []
    for n in numbers:
        who, month = people[n], period(at[n])
        name = sealed_value(held[who, Klass.IDENTITY, month], who, f"{word(n % 3_000).title()} {word(n).title()}")
        contacts.append((who, name.wrapped, name.ciphertext, "", at[n], month))
        said = list(islice(words, LONG if n % LONG_OF == 0 else SHORT))
        thread = _thread(years, n, who, at[n], held[key_name(who, month)], said)
        homes.append(_home(years, n, who, at[n], thread[-1][0]))
        messages += thread
    return dict(zip(TABLES, (contacts, homes, messages), strict=True))


def _home(years: Years, n: int, who: UUID, at: datetime, newest: UUID) -> tuple[Any, ...]:
    is_open, waits = n % OPEN_OF == 0, n % WAITING_OF == 0
    assignee = None if n % 3 == 0 else years.agents[n % len(years.agents)]
    status, resolved = ("open", None) if is_open else ("resolved", at)
    since, unread = (at, 1) if waits else (None, 0)
    window = at + timedelta(hours=24)
    row = (_id(2, at, n), who, years.line, status, assignee, at, resolved, at, newest, unread, window, 1, since)
    assert len(row) == len(TABLES["messaging_conversation"])
    return row


def _thread(years: Years, n: int, who: UUID, at: datetime, kek: bytes, said: Sequence[str]) -> list[tuple[Any, ...]]:
    """Customer and agent take turns, a minute each; the customer has the last word."""
    found = []
    for place, text in enumerate(said):
        moment = at - timedelta(minutes=len(said) - 1 - place)
        number = n * LONG + place
        author = years.agents[n % len(years.agents)] if (len(said) - place) % 2 == 0 else None
        actor, sent = (f"agent:{author}", None) if author else ("", moment)
        direction, state = ("out", "read") if author else ("in", "received")
        facts = Facts(direction, years.line, who, number, moment, sent, author, "care", "")
        content = Content(Who(str(PHONE_FIRST + n)), What("text", text), b"" if author else ORIGINAL)
        key = _id(3 + place, moment, n)
        sealed = seal_content(kek, key, content, facts).sealed
        row = (key, _id(2, at, n), who, years.line, direction, "text", state, number, "open", period(at))
        found.append((*row, sealed.wrapped, sealed.ciphertext, sent, moment, actor, "care", "", "", author, number + 1))
    return found


def _id(kind: int, at: datetime, number: int) -> UUID:
    """Grows with time, as ours do, and is the same each time."""
    return UUID(int=int(at.timestamp() * 1_000) << 80 | 0x7 << 76 | kind << 64 | 0b10 << 62 | number)


def _copy(table: str, rows: Iterable[tuple[Any, ...]]) -> None:
    columns = ", ".join(TABLES[table])
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {table} LIMIT 0")  # noqa: S608 - of this file
        types = [column.type_code for column in cursor.description]
        with cursor.copy(f"COPY {table} ({columns}) FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(types)
            for row in rows:
                copy.write_row(row)
