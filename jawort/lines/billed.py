"""How many messages the platform bills, counted as it says so. For a look at the bill; the bill is the platform's."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from jawort.lines.models import Billed
from jawort.vault.seal import month_of

_ADD = """
INSERT INTO lines_billed AS b (line_id, month, category, kind, count)
SELECT * FROM unnest(%b::uuid[], %b::int[], %b::text[], %b::text[], %b::bigint[])
    ON CONFLICT (line_id, month, category, kind) DO UPDATE SET count = b.count + excluded.count
"""


@dataclass(frozen=True, slots=True)
class Count:
    """How many messages of a line were billed alike in a month."""

    line: str
    month: int
    category: str
    kind: str
    count: int


def count_billed(billed: Iterable[tuple[UUID, datetime, tuple[str, str]]]) -> None:
    """Count messages, each given with its line, when it was sent, and the platform's words. Needs a transaction."""
    counts = Counter((line, month_of(at), *words) for line, at, words in billed)
    if counts:
        keys = sorted(counts)  # in one order, so that two that count at once wait for each other
        columns = [list(column) for column in zip(*keys, strict=True)]
        with connection.cursor() as cursor:
            cursor.execute(_ADD, [*columns, [counts[key] for key in keys]])


def of_month(line_id: UUID, at: datetime) -> dict[tuple[str, str], int]:
    """The counts of a line in the month of `at`, by the platform's two words for what they were."""
    rows = Billed.objects.filter(line_id=line_id, month=month_of(at)).values_list("category", "kind", "count")
    return {(category, kind): count for category, kind, count in rows}


def counts(months: int) -> list[Count]:
    """The counts of the newest so many months that have any, newest first."""
    newest = Billed.objects.order_by("-month").values_list("month", flat=True).distinct()[:months]
    rows = Billed.objects.filter(month__in=list(newest)).order_by("-month", "line__name", "category", "kind")
    return [Count(*row) for row in rows.values_list("line__name", "month", "category", "kind", "count")]
