"""How a message moves. Pure: receipts come late, doubled and out of order, and change nothing twice."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from jawort.channels.types import Retry
from jawort.channels.whatsapp.errors import meaning
from jawort.staff.rules import UNDO_SECONDS

WINDOW = timedelta(hours=24)  # WhatsApp Business Platform, customer service windows
WINDOW_SOON = timedelta(hours=4)  # a window that ends sooner needs somebody now
REOPEN_WITHIN = timedelta(days=7)
SNOOZE_MAX = timedelta(days=366)
OFFER_AGAIN_AFTER = timedelta(minutes=10)  # until then a status may still say what became of it
REACT_WITHIN = timedelta(days=30)  # WhatsApp Business Platform, reaction messages
UNDO_MAX = timedelta(seconds=max(UNDO_SECONDS))
SEEN_FOR = timedelta(days=8)  # a day longer than the platform redelivers
#: One business number to one person: a message in this time on average, and so many at once (else error 131056).
#: Source: WhatsApp Business Platform, About the platform, pair rate limits.
PAIR_EVERY = timedelta(seconds=6)
PAIR_BURST = 45


class State(StrEnum):
    """How far a message has come."""

    RECEIVED = "received"
    NOTE = "note"
    QUEUED = "queued"
    CLAIMED = "claimed"
    CALLING = "calling"
    ACCEPTED = "accepted"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    PLAYED = "played"
    FAILED = "failed"
    UNKNOWN = "unknown"
    REFUSED = "refused"


#: How far a message is known to have come. Failed, unknown and refused are no ranks.
RANK = {
    State.QUEUED: 0,
    State.CLAIMED: 0,
    State.CALLING: 0,
    State.UNKNOWN: 0,
    State.ACCEPTED: 1,
    State.SENT: 2,
    State.DELIVERED: 3,
    State.READ: 4,
    State.PLAYED: 5,
}
ARRIVED = RANK[State.DELIVERED]


def advance(current: State, reported: State) -> State:
    """The state after a report. A message never moves backwards; what has arrived cannot fail any more.

    The order of reports does not matter: arrived wins over failed, failed over sent.
    """
    if current is State.REFUSED:
        return current
    if reported is State.FAILED:
        return current if RANK.get(current, 0) >= ARRIVED else State.FAILED
    if current is State.FAILED:
        return reported if RANK[reported] >= ARRIVED else current
    return reported if RANK[reported] > RANK[current] else current


def advanced(current: State, reports: Iterable[State]) -> State:
    """The state after several reports."""
    for reported in reports:
        current = advance(current, reported)
    return current


def window_end(sent_at: datetime, received_at: datetime) -> datetime:
    """Until when free text may answer a message. A provider's clock that runs ahead wins us nothing."""
    return min(sent_at, received_at) + WINDOW


def may_reopen(resolved_at: datetime, at: datetime) -> bool:
    """Within a week a resolved conversation can go on; later a new one starts."""
    return at - resolved_at <= REOPEN_WITHIN


def may_snooze(until: datetime | None, at: datetime) -> bool:
    """Whether a conversation may be put aside until then; None is until the person writes."""
    return until is None or at < until <= at + SNOOZE_MAX


def wait_end(failure: str, failed_at: datetime) -> datetime | None:
    """From when what failed with this code may be sent again, where the platform names a wait."""
    known = meaning(int(failure))
    return failed_at + timedelta(seconds=known.after_s) if known.retry is Retry.WAIT else None


def may_retry(state: State, called_at: datetime | None, at: datetime, waits_until: datetime | None = None) -> bool:
    """Whether a person may send the text again. Of an unknown one the customer may have it: wait, then offer.

    `waits_until` is the end of the wait that a failure brought (wait_end); before it the platform refuses again.
    """
    if state is State.FAILED:
        return waits_until is None or at >= waits_until
    if state is State.REFUSED:
        return True
    return state is State.UNKNOWN and (called_at is None or at - called_at >= OFFER_AGAIN_AFTER)


def undo_wait(leaves_at: datetime | None, at: datetime) -> datetime | None:
    """Until when a message waits so that its author can undo it; None: it may leave.

    Never longer than anybody can choose. If it would, the clock was set back, and nobody waits for that.
    """
    waits = leaves_at is not None and timedelta(0) < leaves_at - at <= UNDO_MAX
    return leaves_at if waits else None


def may_undo(state: State, leaves_at: datetime | None, entry_id: int | None) -> bool:
    """Whether an answer can be taken back: it waited for that, and nothing has committed to it yet.

    Longer than it waits, where something else keeps it: what has not left can be undone.
    """
    return state is State.QUEUED and leaves_at is not None and entry_id is None


def may_react(kind: str, told_at: datetime, at: datetime) -> bool:
    """Whether the platform takes a reaction on a message of this kind and time."""
    return kind != "reaction" and at - told_at <= REACT_WITHIN


def pair_wait(full_at: datetime | None, at: datetime) -> datetime | None:
    """Until when the next message to one person waits; None: it may leave. `full_at` is when the burst is whole again.

    That is never further away than a whole burst takes. If it is, the clock was set back, and nobody waits for that.
    """
    if full_at is None:
        return None
    free_at = full_at - PAIR_EVERY * (PAIR_BURST - 1)
    return free_at if timedelta(0) < free_at - at <= PAIR_EVERY else None
