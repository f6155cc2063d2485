"""The clock was set back: what was due stays due, and nobody waits for a time that comes again.

A machine's clock is corrected, a demo's is moved by a button. Lanes and jobs bear moments of the clock as it was; left
alone, work that was waiting for a second would wait for the length of the step.
"""

from datetime import datetime, timedelta

from django.db import connection, transaction

from jawort.lanes.enqueue import CHANNEL

#: Smaller steps are those between machines; they cost a pause of as much.
STEP = timedelta(seconds=5)
#: What is held for longer than this is held for a reason of its own: a date, not a pause.
HELD_MAX = timedelta(minutes=15)

_JOBS = """
UPDATE lanes_job SET due_at = %(at)s WHERE parked_at IS NULL AND due_at > %(at)s AND due_at <= %(before)s
"""
_PACES = """
UPDATE lanes_pace SET at = %s WHERE name IN (
    SELECT name FROM lanes_pace WHERE at > %s ORDER BY name FOR NO KEY UPDATE SKIP LOCKED)
"""
# Lanes in one order, as everybody takes them. A lane is due when its first job is; its holder looks for itself.
_LANES = """
WITH late AS MATERIALIZED (
    SELECT id FROM lanes_lane WHERE due_at > %(at)s OR turn_at > %(at)s OR held_until > %(at)s
    ORDER BY name FOR UPDATE SKIP LOCKED
)
UPDATE lanes_lane l SET turn_at = least(l.turn_at, %(at)s),
    held_until = CASE WHEN l.held_until > %(held)s THEN l.held_until ELSE greatest(l.held_until - step, %(at)s) END,
    due_at = CASE WHEN l.due_at > %(held)s THEN l.due_at ELSE greatest(l.due_at - step, %(at)s) END
FROM late, make_interval(secs => %(step)s) AS step WHERE l.id = late.id
"""


@transaction.atomic
def set_back(before: datetime, at: datetime) -> None:
    """The clock said `before` and says `at` now, which is earlier. Doing it twice changes nothing more that matters."""
    with connection.cursor() as cursor:
        cursor.execute(_LANES, {"at": at, "held": before + HELD_MAX, "step": (before - at).total_seconds()})
        cursor.execute(_JOBS, {"at": at, "before": before + STEP})
        cursor.execute(f"NOTIFY {CHANNEL}")
    earn_again(at)


def earn_again(at: datetime) -> None:
    """Paces that were counted in the future earn from now on; until then they would earn nothing."""
    with connection.cursor() as cursor:
        cursor.execute(_PACES, [at, at + STEP])


def wake(lane: str, at: datetime, within: timedelta) -> None:
    """Let a periodic lane run within `within`, wherever a clock that has gone back since has left it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE lanes_lane SET due_at = %(at)s, held_until = NULL, turn_at = least(turn_at, %(at)s)"
            " WHERE name = %(lane)s AND owner IS NULL AND due_at > %(latest)s",
            {"at": at, "lane": lane, "latest": at + within},
        )
        cursor.execute(
            "UPDATE lanes_job SET due_at = %(at)s WHERE lane = %(lane)s AND parked_at IS NULL AND due_at > %(latest)s",
            {"at": at, "lane": lane, "latest": at + within},
        )
