"""How much the platform reports of each line, by the hour: what is usual, and whether it has stopped. Counts only."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Max

from jawort.lines.models import Heard

#: Four weeks to compare with, and one of silence that is compared.
KEPT_FOR: Final = timedelta(weeks=6)
_ADD: Final = """
INSERT INTO lines_heard AS h (line_id, hour, count, last_at)
SELECT line_id, %s, count, %s FROM unnest(%b::uuid[], %b::bigint[]) AS heard (line_id, count)
    ON CONFLICT (line_id, hour) DO UPDATE
   SET count = h.count + excluded.count, last_at = greatest(h.last_at, excluded.last_at)
"""
_FORGET: Final = """
DELETE FROM lines_heard h USING (SELECT line_id, max(last_at) AS last_at FROM lines_heard GROUP BY line_id) AS l
 WHERE h.line_id = l.line_id AND h.hour < l.last_at - make_interval(secs => %s)
"""


def count_heard(lines: Iterable[UUID], at: datetime) -> None:
    """Count what came at `at`, once for each time that a line is named. Needs a transaction; best at its end."""
    counts = Counter(lines)
    if counts:
        keys = sorted(counts)  # in one order, so that two that count at once wait for each other
        with connection.cursor() as cursor:
            cursor.execute(_ADD, [_hour(at), at, keys, [counts[key] for key in keys]])


def last_heard() -> dict[UUID, datetime]:
    """When the platform last reported something of each line; lines of which it never did are left out."""
    return dict(Heard.objects.values("line_id").annotate(last=Max("last_at")).values_list("line_id", "last"))


def hours_of(lines: Collection[UUID]) -> Mapping[UUID, dict[datetime, int]]:
    """How much was heard of these lines in each hour that had any. One query, or none."""
    found: dict[UUID, dict[datetime, int]] = {line: {} for line in lines}
    if lines:
        for line, hour, count in Heard.objects.filter(line_id__in=lines).values_list("line_id", "hour", "count"):
            found[line][hour] = count
    return found


def forget_heard() -> None:
    """Drop what nothing is compared with any more. A line that is silent keeps the weeks that it is judged by."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, [KEPT_FOR.total_seconds()])


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)
