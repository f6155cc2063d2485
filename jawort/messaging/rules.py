"""How a message moves. Pure: receipts come late, doubled and out of order, and change nothing twice."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

WINDOW = timedelta(hours=24)  # WhatsApp Business Platform, customer service windows
REOPEN_WITHIN = timedelta(days=7)
OFFER_AGAIN_AFTER = timedelta(minutes=10)  # until then a status may still say what became of it
REACT_WITHIN = timedelta(days=30)  # WhatsApp Business Platform, reaction messages
SEEN_FOR = timedelta(days=8)  # a day longer than the platform redelivers


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


def may_retry(state: State, called_at: datetime | None, at: datetime) -> bool:
    """Whether a person may send the text again. Of an unknown one the customer may have it: wait, then offer."""
    if state in (State.FAILED, State.REFUSED):
        return True
    return state is State.UNKNOWN and (called_at is None or at - called_at >= OFFER_AGAIN_AFTER)


def may_react(kind: str, told_at: datetime, at: datetime) -> bool:
    """Whether the platform takes a reaction on a message of this kind and time."""
    return kind != "reaction" and at - told_at <= REACT_WITHIN
