"""Put work into lanes, inside the transaction of whoever wants it done."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from jawort.lanes.models import PRIORITY_MAX
from jawort.lanes.pace import ensure_paces

CHANNEL = "jawort_lanes"
#: Workers look at least this often, so a job due later needs no wake-up.
LOOK_SECONDS = 1.0
LOOK = timedelta(seconds=LOOK_SECONDS)

# Lanes before jobs: the lane's row lock orders the enqueueing transactions, and only then a job gets its number.
# A job that is due now gets the lane's turn, so that clocks read before the lock cannot put it before an older one.
# Sorted, because two batches that share lanes would otherwise deadlock.
_ENQUEUE = """
WITH wanted AS MATERIALIZED (
    SELECT lane, kind, ids::jsonb AS ids, greatest(due_at, %(at)s) AS due_at, pace, priority, place
    FROM unnest(%(lanes)b::text[], %(kinds)b::text[], %(ids)b::text[], %(due)b::timestamptz[], %(paces)b::text[],
                %(priorities)b::smallint[]) WITH ORDINALITY AS w (lane, kind, ids, due_at, pace, priority, place)
), first AS (
    SELECT DISTINCT ON (lane) lane, due_at, pace, priority FROM wanted ORDER BY lane, due_at, place
), awake AS (
    INSERT INTO lanes_lane AS l (name, version, due_at, turn_at, priority, pace)
    SELECT lane, 1, due_at, %(at)s, priority, pace FROM first ORDER BY lane
    ON CONFLICT (name) DO UPDATE SET
        version = l.version + 1,
        turn_at = greatest(l.turn_at, excluded.turn_at),
        due_at = least(l.due_at, greatest(excluded.due_at, l.turn_at, l.held_until)),
        priority = CASE WHEN greatest(excluded.due_at, l.turn_at, l.held_until) < l.due_at
                   THEN excluded.priority ELSE l.priority END,
        pace = CASE WHEN greatest(excluded.due_at, l.turn_at, l.held_until) < l.due_at
               THEN excluded.pace ELSE l.pace END
    RETURNING name, turn_at
)
INSERT INTO lanes_job (lane, kind, ids, due_at, pace, priority)
SELECT w.lane, w.kind, w.ids, greatest(w.due_at, a.turn_at), w.pace, w.priority
FROM wanted w JOIN awake a ON a.name = w.lane ORDER BY w.place
"""


@dataclass(frozen=True, slots=True)
class NewJob:
    """Work to be done in order within `lane`. `ids` holds ids only, never contents: jobs are not sealed.

    `due_at` None is at once. `pace` names a token bucket (pace.set_pace). `priority` 0 to 9 decides between lanes.
    """

    lane: str
    kind: str
    ids: Mapping[str, str]
    due_at: datetime | None = None
    pace: str | None = None
    priority: int = 0


def enqueue(jobs: Sequence[NewJob], at: datetime) -> None:
    """Enqueue all of `jobs` in the caller's transaction; they run once it has committed. Set-based.

    A NOTIFY for each pace of what is due soon, so that only workers wake who take it.
    """
    if not jobs:
        return
    assert connection.in_atomic_block, "A job belongs to the transaction that wants it."
    if not all(0 <= job.priority <= PRIORITY_MAX for job in jobs):
        raise ValueError(f"A job's priority is 0 to {PRIORITY_MAX}.")
    ensure_paces(sorted({job.pace for job in jobs if job.pace}), at)
    due = [at if job.due_at is None else job.due_at for job in jobs]
    with connection.cursor() as cursor:
        cursor.execute(
            _ENQUEUE,
            {
                "at": at,
                "lanes": [job.lane for job in jobs],
                "kinds": [job.kind for job in jobs],
                "ids": [json.dumps(dict(job.ids)) for job in jobs],
                "due": due,
                "paces": [job.pace or "" for job in jobs],
                "priorities": [job.priority for job in jobs],
            },
        )
    rouse({job.pace or "" for job, moment in zip(jobs, due, strict=True) if moment - at < LOOK})


def rouse(paces: Collection[str]) -> None:
    """Tell the workers who take lanes of these paces, once the transaction has committed; "" is that of no pace."""
    if paces:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, pace) FROM unnest(%b::text[]) AS pace", [CHANNEL, sorted(paces)])
