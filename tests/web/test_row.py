"""A row of the list is poured into a mould. It is the same, letter by letter, as the template makes it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from jawort.messaging.labels.queries import Defined as Label
from jawort.messaging.rows import Row
from jawort.web.inbox import row as rows
from tests.web.xss import PAYLOADS

AT = datetime(2026, 11, 23, 8, 5, 7, 123456, tzinfo=UTC)
HOLES = ["\ue000name\ue000", "\ue000preview\ue000\ue000id\ue000"]
ROW = Row(
    id=UUID(int=5),
    contact_id=UUID(int=6),
    name="Kim",
    channel="whatsapp",
    line="Service",
    line_id=UUID(int=7),
    language="de",
    status="open",
    assignee_id=None,
    assignee=None,
    unread=0,
    last_at=AT,
    preview="Guten Tag",
    preview_direction="in",
    preview_kind="text",
    preview_state="received",
    window_ends_at=None,
    waiting_since=None,
    is_snoozed=False,
    snoozed_until=None,
    version=3,
    labels=(),
    mentions=(),
    drafts=(),
)
LABELS = tuple(Label(UUID(int=20 + n), f"Rückruf {n}", n) for n in range(4))
stranger = st.text() | st.sampled_from([*PAYLOADS, *HOLES])
moment = st.none() | st.integers(-(10**6), 10**6).map(lambda minutes: AT + timedelta(minutes=minutes))
some_rows = st.builds(
    replace,
    st.just(ROW),
    name=stranger,
    line=stranger,
    status=st.sampled_from(["open", "resolved"]),
    assignee_id=st.none() | st.uuids(),
    assignee=st.none() | stranger,
    unread=st.integers(0, 3),
    preview=stranger,
    preview_direction=st.sampled_from(["in", "out", "note", ""]),
    preview_kind=st.sampled_from(["text", "image", "unreadable", ""]),
    preview_state=st.sampled_from(["received", "failed", "refused", "unknown", "read"]),
    window_ends_at=moment,
    waiting_since=moment,
    is_snoozed=st.booleans(),
    snoozed_until=moment,
    labels=st.integers(0, 4).map(lambda n: LABELS[:n]),
    mentions=st.lists(st.uuids(), max_size=2).map(tuple),
    drafts=st.lists(stranger, max_size=2).map(tuple),
)


def made(row: Row, *, is_stopped: bool) -> str:
    """By the template alone, with the values in place of the holes."""
    values = dict.fromkeys(("waits_at", "waits_clock", "ends_at", "left", "returns_at", "returns"), "")
    values |= rows._values(row)
    return rows._rendered(rows._sort(row, is_stopped), values)


@given(row=some_rows, is_stopped=st.booleans(), language=st.sampled_from(["de", "en"]))
def test_whatever_a_stranger_writes_is_as_the_template_makes_it(row: Row, is_stopped: bool, language: str) -> None:
    with translation.override(language), timezone.override("Europe/Berlin"):
        assert rows.row_html(row, is_stopped=is_stopped) == made(row, is_stopped=is_stopped)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"unread": 1}, "unread message<"),
        ({"unread": 12}, '12<span class="sr"> unread messages'),
        ({"preview_direction": "out", "preview_state": "failed"}, "row__preview--bad"),
        ({"preview_kind": "unreadable"}, "A message that does not open"),
        ({"is_snoozed": True}, "Until a reply"),
        (
            {"is_snoozed": True, "snoozed_until": AT + timedelta(days=1)},
            'data-form="until" datetime="2026-11-24T08:05:07',
        ),
        ({"waiting_since": AT - timedelta(hours=1)}, ">08:05<"),
        ({"assignee_id": UUID(int=8), "assignee": "Alice Beispiel"}, "Alice Beispiel"),
        ({"labels": LABELS}, "+2"),
        ({"drafts": ("Alice", "Bob")}, "Draft: Alice, Bob"),
        ({"name": ""}, "Name unknown"),
        ({"status": "resolved"}, "Resolved"),
    ],
)
def test_a_row_says_what_is_the_matter(more: dict[str, Any], words: str) -> None:
    with translation.override("en"), timezone.override("Europe/Berlin"):
        assert words in rows.row_html(replace(ROW, **more), is_stopped=False)
        assert words not in rows.row_html(ROW, is_stopped=False)
