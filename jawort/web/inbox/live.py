"""Rows and counts as HTML: for the page, and for the hub that tells open desks what changed."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.conf import settings
from django.utils import timezone, translation
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from jawort.consent.purpose import CARE
from jawort.consent.queries import stops
from jawort.messaging.queries import Counts, View, rows_by_id
from jawort.messaging.rows import Row
from jawort.staff.permissions import Permission
from jawort.staff.queries import who_may
from jawort.web.inbox.present import counted
from jawort.web.inbox.row import row_html
from jawort.web.places import read


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
    objected = {contact for contact, purpose in against.objections if purpose == CARE}
    stopped = objected | against.restricted
    return [
        row_html(row, is_stopped=row.contact_id in stopped or (row.contact_id, row.line_id) in against.blocked)
        for row in rows
    ]
