"""Rows of the list, with all that they show. Texts are opened here; who asks records the hand-out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from jawort.messaging.contents import UNREADABLE, contents_of
from jawort.messaging.drafts.queries import writers_of
from jawort.messaging.labels.queries import Defined as Label
from jawort.messaging.labels.queries import labels_of
from jawort.messaging.mentions.queries import mentions_of
from jawort.people.queries import names
from jawort.staff.queries import names as staff_names

# Each by its key, whatever the planner believes of the size of these tables. Of what hangs on few conversations only
# whether there is any: it is then read where it belongs.
_ROWS = """
SELECT c.id, c.contact_id, l.channel, l.name, c.line_id, p.language, c.status, c.assignee_id, c.unread,
       c.last_message_at, c.window_ends_at, c.waiting_since, c.snoozed_at IS NOT NULL, c.snoozed_until, c.version,
       (SELECT true FROM messaging_labelled WHERE conversation_id = c.id LIMIT 1),
       (SELECT true FROM messaging_mention WHERE conversation_id = c.id LIMIT 1),
       (SELECT true FROM messaging_kept_draft WHERE conversation_id = c.id LIMIT 1),
       m.id, m.contact_id, m.month, m.wrapped, m.ciphertext, m.direction, m.kind, m.state
  FROM unnest(%b::uuid[]) WITH ORDINALITY AS asked (id, place)
 CROSS JOIN LATERAL (SELECT * FROM messaging_conversation WHERE id = asked.id LIMIT 1) AS c
 CROSS JOIN LATERAL (SELECT channel, name FROM lines_line WHERE id = c.line_id LIMIT 1) AS l
 CROSS JOIN LATERAL (SELECT language FROM people_contact WHERE id = c.contact_id LIMIT 1) AS p
  LEFT JOIN LATERAL (SELECT * FROM messaging_message WHERE id = c.last_message_id LIMIT 1) AS m ON true
 ORDER BY asked.place
"""


class _Newest(NamedTuple):
    """Of a conversation the newest message: the columns that open it, and what a row tells of it."""

    id: UUID
    contact_id: UUID
    month: int
    wrapped: bytes
    ciphertext: bytes
    direction: str
    kind: str
    state: str


@dataclass(frozen=True, slots=True)
class Row:
    """One conversation in the list. `preview` is the newest message's text, `drafts` who writes."""

    id: UUID
    contact_id: UUID
    name: str
    channel: str
    line: str
    line_id: UUID
    language: str
    status: str
    assignee_id: UUID | None
    assignee: str | None
    unread: int
    last_at: datetime
    preview: str
    preview_direction: str
    preview_kind: str
    preview_state: str
    window_ends_at: datetime | None
    waiting_since: datetime | None
    is_snoozed: bool
    snoozed_until: datetime | None
    version: int
    labels: tuple[Label, ...]
    mentions: tuple[UUID, ...]
    drafts: tuple[str, ...]


def rows_of(conversations: Sequence[UUID]) -> list[Row]:
    """These conversations in this order; whether somebody may see them was asked before."""
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [list(conversations)])
        found = cursor.fetchall()
    newest = {each[0]: _Newest(*each[18:]) for each in found if each[18] is not None}
    contents = contents_of(newest.values())
    called = names({each[1] for each in found})
    carried = labels_of([each[0] for each in found if each[15]])
    named = mentions_of([each[0] for each in found if each[16]])
    writers = writers_of([each[0] for each in found if each[17]])
    staff = staff_names({each[7] for each in found if each[7]}.union(*writers.values()))
    rows = []
    for home, contact, channel, line, line_id, language, status, assignee, unread, *times in found:
        last = newest.get(home)
        content = contents.get(last.id) if last else None
        rows.append(
            Row(
                id=home,
                contact_id=contact,
                name=called.get(contact, ""),
                channel=channel,
                line=line,
                line_id=line_id,
                language=language,
                status=status,
                assignee_id=assignee,
                assignee=staff.get(assignee),
                unread=unread,
                last_at=times[0],
                preview=content.what.text if content else "",
                preview_direction=last.direction if last else "",
                preview_kind=(last.kind if content else UNREADABLE) if last else "",
                preview_state=last.state if last else "",
                window_ends_at=times[1],
                waiting_since=times[2],
                is_snoozed=times[3],
                snoozed_until=times[4],
                version=times[5],
                labels=carried.get(home, ()),
                mentions=named.get(home, ()),
                drafts=tuple(staff.get(one, "") for one in writers.get(home, ())),
            )
        )
    return rows
