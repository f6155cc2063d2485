"""What was found as HTML: a row like those of the list, with some of a message in place of the newest one."""

from dataclasses import asdict, dataclass
from functools import lru_cache
from itertools import chain
from typing import Any, Final

from django.template.loader import get_template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from jawort.messaging.rows import Row
from jawort.messaging.search.queries import Hit
from jawort.web.inbox.row import LABELS, LABELS_SHOWN, MOULDS_MAX, face
from jawort.web.moulds import Mould, hole, mould, poured
from jawort.web.templatetags.jawort import address

_VALUES: Final = ("address", "at", "clock", "name", "initials", "hue", "assignee", "text")


@dataclass(frozen=True, slots=True)
class _Sort:
    """All that decides how a hit looks, apart from what is poured in. `direction` is a message's, empty for a row."""

    reads: str | None
    channel: str
    is_resolved: bool
    is_assigned: bool
    direction: str
    labels_shown: int


def hit_html(hit: Hit, query: str) -> SafeString:
    """A message that was found, in the language and zone of this request; `query` says in which list."""
    return poured(_mould(_sort(hit.row, hit.direction)), _hit_values(hit, query))


def named_html(row: Row, query: str) -> SafeString:
    """A conversation that was found by a name, a number or a label, with the line that it is on."""
    values = face(row, row.last_at) | {"address": _address(row, query), "text": row.line}
    return poured(_mould(_sort(row, direction="")), values)


def _hit_values(hit: Hit, query: str) -> dict[str, str]:
    text = "".join(f"<mark>{escape(text)}</mark>" if is_meant else escape(text) for text, is_meant in hit.pieces)
    values = {"address": _address(hit.row, f"at={hit.message}&{query}"), "text": mark_safe(text)}  # noqa: S308 - escaped
    return face(hit.row, hit.at) | values


def _address(row: Row, query: str) -> str:
    return f"{address('inbox:conversation', row.id)}?{query}"


def _sort(row: Row, direction: str) -> _Sort:
    return _Sort(
        reads=get_language(),
        channel=row.channel,
        is_resolved=row.status == "resolved",
        is_assigned=row.assignee is not None,
        direction=direction,
        labels_shown=min(len(row.labels), LABELS_SHOWN),
    )


@lru_cache(MOULDS_MAX)
def _mould(sort: _Sort) -> Mould:
    """Made of nobody's hit, so that nothing of one person stands in another's."""
    return mould(_rendered(sort, {name: hole(name) for name in (*_VALUES, *chain.from_iterable(LABELS))}))


def _rendered(sort: _Sort, values: dict[str, str]) -> str:
    labels = [(values[name], values[colour]) for name, colour in LABELS[: sort.labels_shown]]
    given: dict[str, Any] = asdict(sort) | values | {"labels": labels}
    return str(get_template("inbox/_hit.html").render(given))
