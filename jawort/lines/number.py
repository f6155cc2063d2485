"""Record numbers without gaps, per line and direction."""

from uuid import UUID

from django.db import connection

from jawort.lines.models import Direction

# The row stays locked until the transaction ends: who comes later waits, and a rolled back transaction gives its
# numbers back. That is what a sequence of PostgreSQL's own does not do.
_TAKE = """
INSERT INTO lines_sequence AS s (line_id, direction, next) VALUES (%s, %s, 1 + %s)
    ON CONFLICT (line_id, direction) DO UPDATE SET next = s.next + %s
RETURNING next - %s
"""


def take(line_id: UUID, direction: Direction, n: int) -> int:
    """Take the next `n` numbers; the first of them. Held until the transaction ends, so take them late.

    Several lines in one transaction are taken in the order of their ids. Raises RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("Take numbers in the transaction of the records that get them.")
    if n < 1:
        raise ValueError("At least one number is taken.")
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [line_id, direction.value, n, n, n])
        (first,) = cursor.fetchone()
    return int(first)
