"""What becomes of a job after a run. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from jawort.lanes.outcome import REASON_CHARACTERS_MAX, Again, Done, Job, Outcome, Park

#: With the backoff below a job fails for 40 minutes before it parks: longer than a restart, shorter than a shift.
ATTEMPTS_MAX = 12
#: Workers that may die while running one job before it parks unseen. From the second time on it ran alone.
LOSSES_MAX = 5
BACKOFF_FIRST_SECONDS = 1.0
BACKOFF_MAX_SECONDS = 600.0
#: Up to this share is added, by job, so that jobs that failed together do not return together.
BACKOFF_SPREAD = 0.2
REASON_WORKER_LOST = "WorkerLost"


class End(StrEnum):
    """How a claimed lane is given back. IDLE: no job ran, the lane is only looked at again."""

    DONE = "done"
    AGAIN = "again"
    PARK = "park"
    IDLE = "idle"


@dataclass(frozen=True, slots=True)
class Settled:
    """What is written down about a job. `held_until` is set for AGAIN only."""

    end: End
    attempts: int = 0
    held_until: datetime | None = None
    reason: str = ""


def backoff(attempts: int, key: int) -> timedelta:
    """The wait after `attempts` failures (1 or more): doubling from a second to ten minutes, spread by `key`."""
    seconds = min(BACKOFF_FIRST_SECONDS * 2.0 ** min(attempts - 1, 30), BACKOFF_MAX_SECONDS)
    return timedelta(seconds=seconds * (1 + BACKOFF_SPREAD * (key % 16) / 16))


def settle(job: Job, outcome: Outcome) -> Settled:
    """What `outcome` means for `job`. An attempt too many turns Again into a park with the same reason."""
    match outcome:
        case Done():
            return Settled(End.DONE)
        case Park(reason):
            return _parked(job.attempts, reason)
        case Again(until, reason, counts):
            attempts = job.attempts + 1 if counts else 0
            if attempts >= ATTEMPTS_MAX:
                return _parked(attempts, reason)
            return Settled(End.AGAIN, attempts, until, reason[:REASON_CHARACTERS_MAX])


def failed(job: Job, error: Exception, at: datetime) -> Again:
    """What an exception means. Only its class is kept: a text may hold personal data."""
    return Again(at + backoff(job.attempts + 1, job.id), type(error).__name__)


def _parked(attempts: int, reason: str) -> Settled:
    return Settled(End.PARK, attempts, None, reason[:REASON_CHARACTERS_MAX] or "no reason given")
