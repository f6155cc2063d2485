"""The alarms follow their causes: raised once, kept while the cause is there, ended when it stays away."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from jawort.alarms.models import Alarm
from jawort.alarms.rules import Cause, Code, Open, change
from jawort.alarms.tell import tell
from jawort.alarms.tidings import News
from jawort.core.ids import uuid7
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.ledger.rules import JSON

SYSTEM: Final = "system"
LOCK_NOTE: Final = 0x4A57414C  # “JWAL”: a worker and the desk may look at the same moment


@transaction.atomic
def note(
    causes: Sequence[Cause], at: datetime, *, tell_by: Collection[str] = (), only: Code | None = None
) -> list[UUID]:
    """Bring the alarms in line with what is wrong now; the new ones. `tell_by` are the lanes that tell of it.

    With `only` alarms of other codes are left alone. Whoever looks while somebody else does waits for them, so that a
    cause is not raised twice.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK_NOTE])
    rows = Alarm.objects.filter(ended_at=None, **({"code": only} if only else {})).order_by("id")
    standing = [Open(row.pk, Cause(Code(row.code), row.subject), row.seen_at) for row in rows]
    found = change(standing, causes, at)
    new = [Alarm(id=uuid7(), code=cause.code, subject=cause.subject, since=at, seen_at=at) for cause in found.raised]
    Alarm.objects.bulk_create(new)
    Alarm.objects.filter(pk__in=found.seen).update(seen_at=at)
    Alarm.objects.filter(pk__in=[alarm.id for alarm in found.ended]).update(ended_at=at)
    record([_entry(Kind.ALARM_RAISED, row.pk, Cause(Code(row.code), row.subject)) for row in new], at)
    record([_entry(Kind.ALARM_ENDED, alarm.id, alarm.cause) for alarm in found.ended], at)
    told = [(row.pk, News.RAISED) for row in new] + [(alarm.id, News.ENDED) for alarm in found.ended]
    tell(told, tell_by, at)
    return [row.pk for row in new]


def _entry(kind: Kind, alarm: UUID, cause: Cause) -> Entry:
    facts: dict[str, JSON] = {"code": cause.code.value}
    return Entry(kind, SYSTEM, alarm, facts, related=cause.subject)
