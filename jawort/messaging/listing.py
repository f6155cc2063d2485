"""What the list of conversations can be narrowed by, its orders, and how each goes on page by page."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.db.models import CharField, Exists, Func, OuterRef, Q, QuerySet

from jawort.messaging.labels.models import Labelled
from jawort.messaging.models import Conversation
from jawort.messaging.rules import WINDOW_SOON


class Order(StrEnum):
    """By what a list is sorted."""

    NEWEST = "newest"
    WAITING = "waiting"
    WINDOW = "window"


class Wait(StrEnum):
    """For longer than what somebody has been waiting."""

    QUARTER = "15m"
    HOUR = "1h"
    HOURS = "4h"
    DAY = "24h"


WAITS: Final[Mapping[Wait, timedelta]] = {
    Wait.QUARTER: timedelta(minutes=15),
    Wait.HOUR: timedelta(hours=1),
    Wait.HOURS: timedelta(hours=4),
    Wait.DAY: timedelta(hours=24),
}


_CODE: Final = re.compile("[a-z-]{1,8}")


@dataclass(frozen=True, slots=True)
class Filters:
    """What a conversation must be to be listed: all of it. `closing` is that its window ends within WINDOW_SOON.

    `language` is the code of its contact's, in lower case.
    """

    labels: tuple[UUID, ...] = ()
    line: UUID | None = None
    language: str = ""
    waits: Wait | None = None
    closing: bool = False
    unread: bool = False


ALL_OF_THEM: Final = Filters()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: at the conversation with this id, in this part of the order, with this key when it was shown.

    `now` is when the first page was asked for: what a part holds is decided once for all pages.
    """

    id: UUID
    at: datetime | None = None
    part: int = 0
    now: datetime | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A run of conversations that one index gives in order: by this column, newest or oldest first."""

    where: Q
    key: str
    newest: bool

    def sorted(self, shown: QuerySet[Conversation]) -> QuerySet[Conversation]:
        """Its conversations, in order."""
        minus = "-" if self.newest else ""
        return shown.filter(self.where).order_by(f"{minus}{self.key}", f"{minus}id")

    def behind(self, at: datetime, last: UUID) -> Q:
        """Conversations that stand behind the one with this id, whose key was `at`.

        Said in this way PostgreSQL starts in the middle of the index; with OR alone it would read from its beginning.
        """
        than = "lt" if self.newest else "gt"
        beyond = Q((f"{self.key}__{than}", at)) | Q((f"pk__{than}", last))
        return Q((f"{self.key}__{than}e", at)) & beyond


def parts(order: Order, now: datetime) -> list[Part]:
    """First those that the order is about, then all others, newest first."""
    match order:
        case Order.NEWEST:
            return [BY_NEWEST]
        case Order.WAITING:
            return [Part(Q(waiting_since__isnull=False), "waiting_since", False), _newest(Q(waiting_since=None))]
        case Order.WINDOW:
            shut = Q(window_ends_at=None) | Q(window_ends_at__lte=now)
            return [Part(Q(window_ends_at__gt=now), "window_ends_at", False), _newest(shut)]


def _newest(where: Q) -> Part:
    return Part(where, "last_message_at", True)


#: How conversations are listed where nobody chose an order.
BY_NEWEST: Final = _newest(Q())


def closing(now: datetime) -> Q:
    """The window is open and ends soon."""
    return Q(window_ends_at__gt=now, window_ends_at__lte=now + WINDOW_SOON)


def narrowed(shown: QuerySet[Conversation], by: Filters, now: datetime) -> QuerySet[Conversation]:
    """Those among `shown` that pass all filters."""
    for label in by.labels:
        shown = shown.filter(Exists(Labelled.objects.filter(conversation=OuterRef("pk"), label=label)))
    if by.line is not None:
        shown = shown.filter(line=by.line)
    if by.language:
        shown = shown.filter(contact__language=written_out(by.language))
    if by.waits is not None:
        shown = shown.filter(waiting_since__lte=now - WAITS[by.waits])
    if by.closing:
        shown = shown.filter(closing(now))
    return shown.filter(unread__gt=0) if by.unread else shown


def written_out(code: str) -> Func:
    """A language's code or a status as part of the statement, not as a value beside it.

    PostgreSQL keeps one plan a statement, for whatever value comes. A common language is soon met on the way down the
    list, a rare one has to be looked for from its contacts: one plan for both would read the whole list for the rare
    one. And an index over what is open serves no plan in which the status may be another. Raises ValueError for what is
    no code.
    """
    if not _CODE.fullmatch(code):
        raise ValueError("this is no code")
    return Func(template=f"'{code}'", output_field=CharField())
