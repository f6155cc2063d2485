"""What passes between a worker and its handlers: a job in, an outcome back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

#: More is cut: a reason is a code or a few words, never a text that could hold personal data.
REASON_CHARACTERS_MAX = 200


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work as its handler sees it. `attempts` counts earlier failures, 0 on the first run."""

    id: int
    lane: str
    kind: str
    ids: Mapping[str, str]
    attempts: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Done:
    """The work is done; the job disappears."""


@dataclass(frozen=True, slots=True)
class Again:
    """Run the same job again, not before `at`; it keeps its place, so the whole lane waits for it.

    `counts=False` says that nothing failed (a periodic job re-arms itself, a paused line is waited for): attempts start
    again at none. Otherwise the attempt counts, and the job parks when rules.ATTEMPTS_MAX are reached.
    """

    at: datetime
    reason: str
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Park:
    """Set the job aside for people to look at; the next job of the lane passes. `reason` is shown: never personal."""

    reason: str


Outcome = Done | Again | Park

#: Gets jobs of one kind and of different lanes, at most claim.BATCH_JOBS; answers one outcome each, in the same order.
#: It may see a job twice (a worker can die after the work and before noting it), never two jobs of a lane at once.
#: An exception means that none of the batch took effect: each job is then run alone.
Handler = Callable[[Sequence[Job]], Sequence[Outcome]]
