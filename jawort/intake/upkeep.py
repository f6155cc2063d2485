"""What must be done again and again: day keys made and destroyed, days closed, the seen and the parked forgotten,
originals of notices, old drafts and setups too, what new people wrote and never agreed to deleted, restrictions ended
whose time has come, receipts that came early tried again.

One lane, one job that arms itself anew, so that of many workers one does it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from jawort.consent.unconfirmed import forget_unconfirmed
from jawort.core import clock
from jawort.intake import park
from jawort.intake.early import replay_known
from jawort.intake.queries import heard_until
from jawort.lanes import periodic
from jawort.lanes.outcome import Again, Job, Outcome
from jawort.lines.setup import forget_setups
from jawort.lines.tell import end_restrictions, forget_originals
from jawort.messaging import seen
from jawort.messaging.attendance.attend import forget_attendance
from jawort.messaging.confirm_typed import forget_typed
from jawort.messaging.day import close_days
from jawort.messaging.drafts import keep as drafts
from jawort.messaging.files.given import forget_given
from jawort.messaging.files.upload import forget_drafts
from jawort.messaging.yes_first.end import end_all_silent
from jawort.vault.transit import ensure_days, opener

UPKEEP = "upkeep"
EVERY = timedelta(minutes=1)  # as long as an early receipt waits; the rest costs a look into an index


def arm(at: datetime) -> None:
    """Make the first day keys, and see that the job is there. Called at every start; calling again changes nothing.

    A job that was given up is tried again, for days without upkeep end with a queue that nobody can write to.
    """
    ensure_days(at)
    periodic.arm(UPKEEP, UPKEEP, EVERY, at)


def upkeep(jobs: Sequence[Job]) -> Sequence[Outcome]:
    """The lane handler."""
    at = clock.now()
    ensure_days(at)
    while seen.forget(at) == seen.FORGET_BATCH:
        pass
    park.sweep(at)
    forget_originals(at)
    end_restrictions(at)
    forget_setups(at)
    forget_drafts(at)
    drafts.forget(at)
    forget_given(at)
    forget_attendance(at)
    forget_unconfirmed(at)
    forget_typed(at)
    end_all_silent(at, heard_until(at))
    close_days(at)
    replay_known(opener(), at)
    return [Again(at + EVERY, "periodic", counts=False) for _ in jobs]
