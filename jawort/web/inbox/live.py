"""Rows and counts as HTML: for the page, and for the hub that tells open desks what changed.

A row is rendered once for a version, a language, a phase of its reply window, whether writing to the person is stopped,
its labels as they are called now and who has a draft in it, whoever looks at it. The rendered rows hold clear text:
memory only, ten minutes at most, and `ROWS.forget` drops them when somebody is erased.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from jawort.consent.queries import stops
from jawort.consent.rules import Purpose
from jawort.messaging.labels.queries import Defined as Label
from jawort.messaging.queries import UNREADABLE, Counts, Row, View, rows_by_id
from jawort.staff.permissions import Permission
from jawort.staff.queries import who_may
from jawort.vault.memory import Memory
from jawort.web.inbox.kinds import preview
from jawort.web.inbox.present import NAMELESS, counted
from jawort.web.inbox.words import tick
from jawort.web.places import read
from jawort.web.templatetags.jawort import phase

KEPT_MAX = 5_000  # rows; about 2 kB each
PREVIEW_CHARACTERS_MAX = 160
BAD_STATES = frozenset({"failed", "refused", "unknown"})

_Key = tuple[UUID, int, str, str, str, bool, tuple[Label, ...], tuple[str, ...]]


ROWS: Memory[_Key, SafeString] = Memory(KEPT_MAX)


def rows_html(conversation_ids: Iterable[UUID], language: str, permission_class: str) -> dict[UUID, str]:
    """Changed rows as the stream sends them: `<template data-row><li …></template>` by conversation.

    The same for everybody who reads this language and has these rights, so it is rendered once for all of them. Today
    there is one class of rights: whoever may read conversations may read all. The browser shows times in its person's
    zone. Who sends a row to somebody records the hand-out.
    """
    readers = who_may(Permission.CONVERSATION_READ) if permission_class else []
    if not readers:
        return {}
    with translation.override(language), timezone.override(settings.TIME_ZONE):
        found = rows_by_id(readers[0], conversation_ids)
        htmls = rendered(found)
        return {row.id: f"<template data-row>{html}</template>" for row, html in zip(found, htmls, strict=True)}


def counts_html(counts: Counts) -> str:
    """The numbers beside the views and before the title, as the stream sends them."""
    numbers: list[tuple[str, str]] = [(view, counted(counts, view)) for view in View]
    numbers.append(("unread", read(counts.unread)))
    return format_html_join("", '<data data-view="{}" value="{}"></data>', numbers)


def rendered(rows: Sequence[Row]) -> list[SafeString]:
    """A page of rows in the language and zone of this request."""
    against = stops([row.contact_id for row in rows])
    objected = {contact for contact, purpose in against.objections if purpose is Purpose.CARE}
    stopped = objected | against.restricted
    return [
        _row_html(row, row.contact_id in stopped or (row.contact_id, row.line_id) in against.blocked) for row in rows
    ]


def _row_html(row: Row, stopped: bool) -> SafeString:
    """One row, from memory if its version was rendered lately."""
    zone = timezone.get_current_timezone_name()
    reader = (translation.get_language() or "", zone)
    key = (row.id, row.version, *reader, phase(row.window_ends_at), stopped, row.labels, row.drafts)
    generation = ROWS.generation
    kept: SafeString | None = ROWS.get([key]).get(key)
    if kept is not None:
        return kept
    html: SafeString = mark_safe(_template().render(_context(row) | {"stopped": stopped}))  # noqa: S308 - the template escapes
    if row.preview_kind != UNREADABLE:  # once mended, it has the same version
        ROWS.put({key: html}, generation)
    return html


def _context(row: Row) -> dict[str, object]:
    bad = ""
    if row.preview_direction == "out" and row.preview_state in BAD_STATES:
        bad = str(tick(row.preview_state).word)
    line = preview(row.preview_kind, row.preview)[:PREVIEW_CHARACTERS_MAX]
    if row.preview_kind == UNREADABLE:
        line = gettext("A message that does not open")
    return {
        "row": row,
        "address": reverse("inbox:conversation", args=[row.id]),
        "bad": bad,
        "unreadable": row.preview_kind == UNREADABLE,
        "preview": line,
        "nameless": NAMELESS,
    }


@cache
def _template() -> Any:
    return get_template("inbox/_row.html")
