"""Take lanes that are due, and the job of each that is first."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from jawort.lanes.models import PRIORITY_MAX
from jawort.lanes.outcome import Job

#: Lanes a worker takes at once: enough to make the two commits of a round cheap, few enough to be shared among workers.
BATCH_JOBS = 200

# Paces that another worker is just counting are left to it. A pace without tokens offers nothing, so its lanes, however
# many, are not walked over. One probe of the index for each pace and priority: due lanes only, in order, no sort.
_CLAIM = """
WITH bucket AS MATERIALIZED (
    SELECT name, least(burst, tokens + rate * greatest(0, extract(epoch FROM %(at)s - at)::float8)) AS tokens
    FROM lanes_pace
    WHERE least(burst, tokens + rate * greatest(0, extract(epoch FROM %(at)s - at)::float8)) >= 1
        AND (name = ANY(%(paces)b::text[])) <> %(others)s
    ORDER BY name FOR NO KEY UPDATE SKIP LOCKED
), allowed AS (
    SELECT '' AS pace, %(limit)s AS most WHERE %(others)s UNION ALL
    SELECT name, least(floor(tokens), %(limit)s)::int FROM bucket
), candidate AS MATERIALIZED (
    SELECT lane.* FROM allowed CROSS JOIN LATERAL (
        SELECT free.* FROM generate_series(%(top)s, 0, -1) AS rung (priority) CROSS JOIN LATERAL (
            SELECT id, priority, due_at, pace FROM lanes_lane
            WHERE owner IS NULL AND pace = allowed.pace AND priority = rung.priority AND due_at <= %(at)s
            ORDER BY due_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
        ) AS free LIMIT allowed.most
    ) AS lane ORDER BY lane.priority DESC, lane.due_at LIMIT %(limit)s
), spent AS (
    UPDATE lanes_pace p SET tokens = b.tokens - c.started, at = greatest(p.at, %(at)s)
    FROM bucket b JOIN (SELECT pace, count(*) AS started FROM candidate GROUP BY pace) c ON c.pace = b.name
    WHERE p.name = b.name
)
UPDATE lanes_lane l SET owner = %(owner)s, lease_until = %(lease_until)s
FROM candidate c WHERE l.id = c.id RETURNING l.name, l.version, l.pace
"""

# A statement of its own, after the lanes are locked: the claim's snapshot may be older than its locks and could show a
# job that another worker has just finished.
_HEADS = """
SELECT t.lane, t.version, t.pace, j.id, j.kind, j.ids, j.attempts, j.losses, j.due_at, j.pace
FROM unnest(%b::text[], %b::bigint[], %b::text[]) AS t (lane, version, pace) LEFT JOIN LATERAL (
    SELECT * FROM lanes_job WHERE lane = t.lane AND parked_at IS NULL ORDER BY due_at, id LIMIT 1
) AS j ON true
"""

_NEXT = """
SELECT min(greatest(soon.due_at, bucket.ready_at)) FROM (
    SELECT '' AS name, %(at)s AS ready_at WHERE %(others)s UNION ALL
    SELECT name, at + make_interval(secs => greatest(0, 1 - tokens) / rate) FROM lanes_pace
    WHERE (name = ANY(%(paces)b::text[])) <> %(others)s
) AS bucket CROSS JOIN generate_series(0, %(top)s) AS rung (priority) CROSS JOIN LATERAL (
    SELECT due_at FROM lanes_lane WHERE owner IS NULL AND pace = bucket.name AND priority = rung.priority
    ORDER BY due_at LIMIT 1
) AS soon
"""


@dataclass(frozen=True, slots=True)
class Share:
    """The lanes that a worker takes: those of the named paces, or with `others` all but those.

    Work that takes minutes has a pace and workers of its own: what takes milliseconds would wait in one batch with it.
    """

    paces: tuple[str, ...] = ()
    others: bool = True

    def takes(self, pace: str) -> bool:
        """Whether lanes of `pace` belong to it; a lane without one has the empty pace."""
        return (pace in self.paces) != self.others


EVERYTHING = Share()


@dataclass(frozen=True, slots=True)
class Claim:
    """A lane taken. `job` is None if there is nothing to run after all; `losses` counts workers that died on it."""

    lane: str
    version: int
    job: Job | None
    losses: int


def claim(
    owner: str, at: datetime, lease: timedelta, limit: int = BATCH_JOBS, share: Share = EVERYTHING
) -> list[Claim]:
    """Take up to `limit` lanes that are due and whose pace has tokens, highest priority first, one job each."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            _CLAIM,
            {
                "at": at,
                "limit": limit,
                "owner": owner,
                "lease_until": at + lease,
                "top": PRIORITY_MAX,
                "paces": list(share.paces),
                "others": share.others,
            },
        )
        lanes = cursor.fetchall()
        if not lanes:
            return []
        cursor.execute(_HEADS, [list(column) for column in zip(*lanes, strict=True)])
        rows = cursor.fetchall()
    claims = []
    for lane, version, pace, number, kind, ids, attempts, losses, due_at, job_pace in rows:
        # A first job that is not due, or not of the pace that was paid, comes from an enqueueing while the lane was
        # given back; giving it back again puts it right.
        if number is None or due_at > at or job_pace != pace:
            claims.append(Claim(lane, version, None, 0))
        else:
            claims.append(Claim(lane, version, Job(number, lane, kind, json.loads(ids), attempts, due_at), losses))
    return claims


def count_losses(jobs: Sequence[int]) -> None:
    """Note, before running suspects, that this may be the end of the worker."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE lanes_job SET losses = losses + 1 WHERE id = ANY(%b)", [list(jobs)])


def next_at(at: datetime, share: Share = EVERYTHING) -> datetime | None:
    """When a free lane of `share` can be taken next as far as due times and paces say; None if none waits."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, {"at": at, "top": PRIORITY_MAX, "paces": list(share.paces), "others": share.others})
        (moment,) = cursor.fetchone()
    return moment if moment is None or isinstance(moment, datetime) else None
