"""What somebody is shown of what was found: only what they may see, in the view and with the filters they chose.

Texts are opened here; who asks records the hand-out.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from jawort.messaging.among import among
from jawort.messaging.contacts import held_by
from jawort.messaging.labels.models import Labelled
from jawort.messaging.labels.queries import labels
from jawort.messaging.listing import narrowed
from jawort.messaging.models import Conversation, Message
from jawort.messaging.queries import Listing, in_view, visible
from jawort.messaging.rows import Row, rows_of
from jawort.messaging.search.ask import Answer, Away, ask
from jawort.messaging.search.rules import Piece, fits, snippet, terms, wanted
from jawort.messaging.search.said import NEEDED, said, searched
from jawort.people.persons import persons_of
from jawort.people.spelling import Word
from jawort.staff.models import Agent

SHOWN_MAX: Final = 50
#: Conversations that are shown because of a name, a number or a label.
NAMED_MAX: Final = 10
#: How many of those are looked at to say whether some lie in other views.
ELSEWHERE_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class Hit:
    """A message that was found, and in which conversation. `pieces` are some of its text."""

    row: Row
    message: UUID
    direction: str
    at: datetime
    pieces: list[Piece]


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found. `rows` are conversations with somebody of that name or number, or with that label.

    `more` that there is more than is shown, `elsewhere` that something lies outside of what is listed. `since` is how
    far back messages were searched, None where the search process is away; `filling` that it will reach further.
    """

    rows: list[Row]
    messages: list[Hit]
    more: bool
    elsewhere: bool
    since: datetime | None
    filling: bool

    @property
    def count(self) -> int:
        """How many are shown."""
        return len(self.rows) + len(self.messages)

    @property
    def conversations(self) -> set[UUID]:
        """What of is handed out."""
        return {row.id for row in self.rows} | {hit.row.id for hit in self.messages}


def search(person: Agent, listing: Listing, text: str, now: datetime, place: Path) -> Hits:
    """The newest that this person may see of what `text` finds; `place` is where the search process listens."""
    words, answer = wanted(text), _answer(text, place)
    seen, shown = visible(person), narrowed(in_view(person, listing.view, now), listing.filters, now)
    named = _named(words, text, answer.contacts if answer else [])
    newest = (_newest(shown.filter(each)) for each in named)
    called = [pk for _, pk in sorted(set(chain.from_iterable(newest)), reverse=True)[: NAMED_MAX + 1]]
    found = readable(person, answer.messages if answer else [])
    homes = dict(found.values_list("pk", "conversation_id"))
    looked_at = (seen.filter(each).values_list("pk", flat=True)[:ELSEWHERE_MAX] for each in named)
    every = {*homes.values(), *chain.from_iterable(looked_at)}
    there = set(shown.filter(among("pk", every)).values_list("pk", flat=True))
    page = [message for message, home in homes.items() if home in there]
    messages = list(found.filter(among("pk", page[:SHOWN_MAX])))
    rows = {row.id: row for row in rows_of([*{*called[:NAMED_MAX], *(homes[one.pk] for one in messages)}])}
    return Hits(
        rows=[rows[home] for home in called[:NAMED_MAX] if home in rows],
        messages=hits_of(messages, rows, words),
        more=len(page) > SHOWN_MAX or len(called) > NAMED_MAX or bool(answer and answer.more),
        elsewhere=bool(every - there),
        since=answer.since if answer else None,
        filling=bool(answer and answer.filling),
    )


def _answer(text: str, place: Path) -> Answer | None:
    try:
        return ask(text, place)
    except Away:
        return None


def _named(words: Sequence[Word], text: str, contacts: Iterable[UUID]) -> list[Q]:
    """The conversations with those contacts, whoever has that number, and with labels of that name.

    Each to be asked for by itself: with OR between them PostgreSQL uses no index and reads all conversations.
    """
    holders = held_by(text)
    held = holders.living | holders.ended if holders else ()
    everybody = set(chain.from_iterable(persons_of({*contacts, *held}).values()))
    called = [label.id for label in labels() if words and fits(words, terms(label.name))]
    found = [Q(contact__in=everybody)] if everybody else []
    if called:
        found.append(Q(Exists(Labelled.objects.filter(conversation=OuterRef("pk"), label__in=called))))
    return found


def _newest(shown: QuerySet[Conversation]) -> Iterable[tuple[datetime, UUID]]:
    """As many as are shown, and one more, each with the time of its newest message."""
    return shown.order_by("-last_message_at", "-pk").values_list("last_message_at", "pk")[: NAMED_MAX + 1]


def readable(person: Agent, messages: Collection[UUID]) -> QuerySet[Message]:
    """Those of these messages that this person may read, newest first."""
    found = searched().filter(among("pk", messages), conversation__in=visible(person)).order_by("-pk")
    return found.only(*NEEDED, "conversation_id", "direction")


def hits_of(messages: Sequence[Message], rows: Mapping[UUID, Row], words: Sequence[Word]) -> list[Hit]:
    """These messages as they are shown, each in its conversation's row."""
    texts = said(messages)
    return [
        Hit(row, one.pk, one.direction, one.created_at, snippet(texts[one.pk], words))
        for one in messages
        if one.pk in texts and one.conversation_id and (row := rows.get(one.conversation_id))
    ]
