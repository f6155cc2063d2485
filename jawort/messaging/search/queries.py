"""What somebody is shown of what was found: only what they may see, in the view and with the filters they chose.

Texts are opened here; who asks records the hand-out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from jawort.messaging.contacts import held_by
from jawort.messaging.labels.models import Labelled
from jawort.messaging.labels.queries import labels
from jawort.messaging.listing import narrowed
from jawort.messaging.models import Conversation, Message
from jawort.messaging.queries import Listing, Row, in_view, rows_by_id, visible
from jawort.messaging.search.ask import Answer, Away, ask
from jawort.messaging.search.rules import Piece, fits, snippet, terms, wanted
from jawort.messaging.search.said import NEEDED, said, searched
from jawort.people.persons import persons_of
from jawort.people.spelling import Word
from jawort.staff.models import Agent

SHOWN_MAX: Final = 50
#: Conversations that are shown because of a name, a number or a label.
NAMED_MAX: Final = 10
#: How many of those are looked at to say whether there are others.
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
    def conversations(self) -> set[UUID]:
        """What of is handed out."""
        return {row.id for row in self.rows} | {hit.row.id for hit in self.messages}


def search(person: Agent, listing: Listing, text: str, now: datetime, place: Path) -> Hits:
    """The newest that this person may see of what `text` finds; `place` is where the search process listens."""
    words, answer = wanted(text), _answer(text, place)
    shown = narrowed(in_view(person, listing.view, now), listing.filters, now)
    named = _named(words, text, answer.contacts if answer else [])
    homes = list(shown.filter(named).order_by("-last_message_at", "-pk").values_list("pk", flat=True)[: NAMED_MAX + 1])
    found = searched().filter(pk__in=answer.messages if answer else [])
    page = list(
        found.filter(conversation__in=shown)
        .only(*NEEDED, "conversation_id", "direction")
        .order_by("-pk")[: SHOWN_MAX + 1]
    )
    hits = _hits(person, page[:SHOWN_MAX], words)
    return Hits(
        rows=rows_by_id(person, homes[:NAMED_MAX]),
        messages=hits,
        more=len(page) > SHOWN_MAX or len(homes) > NAMED_MAX or bool(answer and answer.more),
        elsewhere=_elsewhere(person, shown, found, named),
        since=answer.since if answer else None,
        filling=bool(answer and answer.filling),
    )


def _answer(text: str, place: Path) -> Answer | None:
    try:
        return ask(text, place)
    except Away:
        return None


def _named(words: Sequence[Word], text: str, contacts: Iterable[UUID]) -> Q:
    """The conversations with those contacts, whoever has that number, and with labels of that name."""
    holders = held_by(text)
    held = holders.living | holders.ended if holders else ()
    everybody = set(chain.from_iterable(persons_of({*contacts, *held}).values()))
    called = [label.id for label in labels() if words and fits(words, terms(label.name))]
    carries = Exists(Labelled.objects.filter(conversation=OuterRef("pk"), label__in=called))
    return Q(contact__in=everybody) | Q(carries) if called else Q(contact__in=everybody)


def _hits(person: Agent, messages: Sequence[Message], words: Sequence[Word]) -> list[Hit]:
    texts = said(messages)
    rows = {row.id: row for row in rows_by_id(person, {one.conversation_id for one in messages if one.conversation_id})}
    return [
        Hit(rows[home], one.pk, one.direction, one.created_at, snippet(texts[one.pk], words))
        for one in messages
        if (home := one.conversation_id) in rows and one.pk in texts
    ]


def _elsewhere(person: Agent, shown: QuerySet[Conversation], found: QuerySet[Message], named: Q) -> bool:
    """Whether something that this person may see is not in what is listed."""
    seen = visible(person)
    homes = set(found.filter(conversation__in=seen).values_list("conversation_id", flat=True))
    homes |= set(seen.filter(named).values_list("pk", flat=True)[:ELSEWHERE_MAX])
    return shown.filter(pk__in=homes).count() < len(homes)
