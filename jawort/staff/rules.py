"""What somebody may choose for themselves: of what they hear, and when not; undoing; what they tell colleagues."""

from datetime import time
from enum import StrEnum
from typing import Final

#: For how long somebody may want to be able to undo sending; 0: their answers leave at once.
UNDO_SECONDS: Final = (0, 5, 10, 20)
#: Of what somebody wants to stand below their answers: one line.
SIGNATURE_CHARACTERS_MAX: Final = 100


class Occasion(StrEnum):
    """Why somebody hears of a conversation."""

    MINE = "mine"
    UNASSIGNED = "unassigned"
    ASSIGNED = "assigned"
    NAMED = "named"


class Presence(StrEnum):
    """Whether an agent says they are there for work that comes. It is their own word: nothing measures it."""

    AVAILABLE = "available"
    BUSY = "busy"
    AWAY = "away"


def occasion_of(*, is_theirs: bool, is_named: bool, was_given: bool, came: int, unread: int) -> Occasion | None:
    """Why the person hears of a conversation that is theirs or nobody's; None if somebody has seen all that came.

    `is_named` is that a note in it has just named them, whosever it is.

    Nobody's is news when all that is unread has just come, and not with every further line.
    """
    if is_named:
        return Occasion.NAMED
    if is_theirs and was_given:
        return Occasion.ASSIGNED
    if unread == 0 or came == 0:
        return None
    if is_theirs:
        return Occasion.MINE
    return Occasion.UNASSIGNED if unread <= came else None


def is_quiet(at: time, begins: time | None, ends: time | None) -> bool:
    """Whether `at` lies in quiet hours; where they end earlier than they begin, they go past midnight.

    Times of day on the person's own clock. From a time until the same time is never, as is half of a pair.
    """
    if begins is None or ends is None:
        return False
    if begins <= ends:
        return begins <= at < ends
    return at >= begins or at < ends
