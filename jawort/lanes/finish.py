"""Give lanes back with what became of their jobs, all of a batch in one statement."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import connection, transaction
from prometheus_client import Counter

from jawort.lanes.claim import Claim
from jawort.lanes.enqueue import rouse
from jawort.lanes.rules import Settled
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record

# `mine` waits for enqueueing transactions that hold these lanes (sorted, as they are, against deadlocks) and then sees
# the lanes as they are now; all else sees the jobs as they were when the statement began. A version that has moved on
# says that this picture may lack a job: such a lane stays awake and is looked at again. Without that comparison the
# lane would go to sleep over the new job, for good.
# Who no longer owns a lane (its lease ran out) changes nothing: its jobs are another's now.
_FINISH = """
WITH mine AS MATERIALIZED (
    SELECT l.id, l.pace, t.lane, t.job, t.how, t.attempts, t.held_until, t.reason, l.version = t.version AS unchanged
    FROM unnest(%(lanes)b::text[], %(versions)b::bigint[], %(jobs)b::bigint[], %(ends)b::text[], %(attempts)b::int[],
                %(held)b::timestamptz[], %(reasons)b::text[])
         AS t (lane, version, job, how, attempts, held_until, reason)
    JOIN lanes_lane l ON l.name = t.lane WHERE l.owner = %(owner)s ORDER BY l.name FOR UPDATE OF l
), done AS (
    DELETE FROM lanes_job j USING mine WHERE j.id = mine.job AND mine.how = 'done'
), kept AS (
    UPDATE lanes_job j SET attempts = mine.attempts, losses = 0, reason = mine.reason,
        parked_at = CASE WHEN mine.how = 'park' THEN %(at)s END
    FROM mine WHERE j.id = mine.job AND mine.how IN ('again', 'park') RETURNING j.id, j.kind, j.reason, j.parked_at
), ahead AS MATERIALIZED (
    SELECT mine.id, mine.pace AS before, mine.unchanged, mine.held_until, first.due_at, first.pace, first.priority
    FROM mine LEFT JOIN LATERAL (
        SELECT due_at, pace, priority FROM lanes_job
        WHERE lane = mine.lane AND parked_at IS NULL AND (id <> mine.job OR mine.how IN ('again', 'idle'))
        ORDER BY due_at, id LIMIT 1
    ) AS first ON true
), asleep AS (
    DELETE FROM lanes_lane l USING ahead WHERE l.id = ahead.id AND ahead.unchanged AND ahead.due_at IS NULL
), given_back AS (
    UPDATE lanes_lane l SET owner = NULL, lease_until = NULL, held_until = ahead.held_until,
        due_at = greatest(CASE WHEN ahead.unchanged THEN ahead.due_at ELSE l.due_at END, ahead.held_until),
        pace = coalesce(ahead.pace, l.pace), priority = coalesce(ahead.priority, l.priority)
    FROM ahead WHERE l.id = ahead.id AND NOT (ahead.unchanged AND ahead.due_at IS NULL)
    RETURNING l.pace, ahead.before
)
SELECT id, kind, reason, NULL AS pace FROM kept WHERE parked_at IS NOT NULL
UNION ALL SELECT DISTINCT NULL::bigint, NULL, NULL, pace FROM given_back WHERE pace <> before ORDER BY id
"""

JOBS: Final = Counter("jawort_jobs", "Jobs run, by what became of them: done, again or park.", ["kind", "outcome"])


def finish(owner: str, ended: Sequence[tuple[Claim, Settled]], at: datetime) -> None:
    """Write down `ended` and free its lanes; a lane without further jobs falls asleep.

    One whose next job has another pace may be for other workers: they are woken.
    """
    if not ended:
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            _FINISH,
            {
                "owner": owner,
                "at": at,
                "lanes": [claim.lane for claim, _ in ended],
                "versions": [claim.version for claim, _ in ended],
                "jobs": [claim.job.id if claim.job else 0 for claim, _ in ended],
                "ends": [settled.end.value for _, settled in ended],
                "attempts": [settled.attempts for _, settled in ended],
                "held": [settled.held_until for _, settled in ended],
                "reasons": [settled.reason for _, settled in ended],
            },
        )
        found = cursor.fetchall()
        rouse({pace for _, _, _, pace in found if pace is not None})
        # Somebody has to look at them: what was to be done did not get done.
        parked = [{"job": id_, "kind": kind, "reason": reason} for id_, kind, reason, _ in found if id_ is not None]
        record([Entry(Kind.JOB_PARKED, "system", None, facts) for facts in parked], at)
    for claim, settled in ended:
        if claim.job is not None:
            JOBS.labels(claim.job.kind, settled.end.value).inc()
