"""A row of the list as HTML."""

from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from django.template.loader import get_template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from jawort.messaging.contents import UNREADABLE
from jawort.messaging.rows import Row
from jawort.web.inbox.kinds import preview
from jawort.web.inbox.present import NAMELESS
from jawort.web.inbox.words import tick
from jawort.web.moulds import Mould, hole, mould, poured
from jawort.web.templatetags.jawort import address, hue, initials, iso, left, phase

PREVIEW_CHARACTERS_MAX: Final = 160
BAD_STATES: Final = frozenset({"failed", "refused", "unknown"})
LABELS_SHOWN: Final = 2
#: More than occur in a day's work; each is about three kilobytes, and of nobody.
MOULDS_MAX: Final = 2_000

_VALUES: Final = (
    *("id", "version", "address", "at", "clock", "name", "initials", "hue", "line", "line_id", "language"),
    *("assignee", "assignee_id", "unread_count", "preview", "bad", "mentions", "drafts", "label_ids", "more_labels"),
    *("waits_at", "waits_clock", "ends_at", "phase", "left", "returns_at", "returns"),
)
LABELS: Final = (("label_a", "hue_a"), ("label_b", "hue_b"))


@dataclass(frozen=True, slots=True)
class _Sort:
    """All that decides how a row looks, apart from what is poured in. `unread` tells none, one and more apart."""

    reads: str | None
    channel: str
    is_open: bool
    is_stopped: bool
    is_assigned: bool
    is_waiting: bool
    is_snoozed: bool
    comes_back: bool
    has_window: bool
    is_bad: bool
    is_unreadable: bool
    is_drafted: bool
    direction: str
    unread: int
    labels_shown: int
    has_more_labels: bool


def row_html(row: Row, *, is_stopped: bool) -> SafeString:
    """One row, in the language and zone of this request. `is_stopped` if writing to the person is."""
    return poured(_mould(_sort(row, is_stopped)), _values(row))


def _sort(row: Row, is_stopped: bool) -> _Sort:
    return _Sort(
        reads=get_language(),
        channel=row.channel,
        is_open=row.status == "open",
        is_stopped=is_stopped,
        is_assigned=row.assignee is not None,
        is_waiting=row.waiting_since is not None,
        is_snoozed=row.is_snoozed,
        comes_back=row.snoozed_until is not None,
        has_window=row.window_ends_at is not None,
        is_bad=_is_bad(row),
        is_unreadable=row.preview_kind == UNREADABLE,
        is_drafted=bool(row.drafts),
        direction=row.preview_direction,
        unread=min(row.unread, 2),
        labels_shown=min(len(row.labels), LABELS_SHOWN),
        has_more_labels=len(row.labels) > LABELS_SHOWN,
    )


def face(row: Row, at: datetime) -> dict[str, str]:
    """Who it is, since when, with whom it is, and the labels: what a row and what was found have in common."""
    values = {
        "at": iso(at),
        "clock": _clock(at),
        "name": row.name or str(NAMELESS),
        "initials": initials(row.name),
        "hue": str(hue(row.name)),
        "assignee": row.assignee or "",
    }
    for (name, colour), label in zip(LABELS, row.labels, strict=False):
        values |= {name: label.name, colour: str(label.hue)}
    return values


def _values(row: Row) -> dict[str, str]:
    line = preview(row.preview_kind, row.preview)[:PREVIEW_CHARACTERS_MAX]
    values = face(row, row.last_at) | {
        "id": str(row.id),
        "version": str(row.version),
        "address": address("inbox:conversation", row.id),
        "line": row.line,
        "line_id": str(row.line_id),
        "language": row.language,
        "assignee_id": str(row.assignee_id or ""),
        "unread_count": str(row.unread),
        "preview": gettext("A message that does not open") if row.preview_kind == UNREADABLE else line,
        "bad": str(tick(row.preview_state).word) if _is_bad(row) else "",
        "mentions": " ".join(map(str, row.mentions)),
        "drafts": ", ".join(row.drafts),
        "label_ids": " ".join(str(label.id) for label in row.labels),
        "more_labels": str(len(row.labels) - LABELS_SHOWN),
        "phase": phase(row.window_ends_at),
    }
    if row.waiting_since:
        values |= {"waits_at": iso(row.waiting_since), "waits_clock": _clock(row.waiting_since)}
    if row.window_ends_at:
        values |= {"ends_at": iso(row.window_ends_at), "left": left(row.window_ends_at)}
    if row.snoozed_until:
        until = timezone.localtime(row.snoozed_until)
        values |= {"returns_at": iso(until), "returns": date_format(until, "SHORT_DATETIME_FORMAT")}
    return values


def _is_bad(row: Row) -> bool:
    return row.preview_direction == "out" and row.preview_state in BAD_STATES


def _clock(at: datetime) -> str:
    return f"{timezone.localtime(at):%H:%M}"


@lru_cache(MOULDS_MAX)
def _mould(sort: _Sort) -> Mould:
    """Made of nobody's row, so that nothing of one person stands in another's."""
    holes = {name: hole(name) for name in (*_VALUES, *(each for pair in LABELS for each in pair))}
    return mould(_rendered(sort, holes))


def _rendered(sort: _Sort, values: dict[str, str]) -> str:
    labels = [(values[name], values[colour]) for name, colour in LABELS[: sort.labels_shown]]
    given: dict[str, Any] = asdict(sort) | values | {"labels": labels}
    return str(get_template("inbox/_row.html").render(given))
