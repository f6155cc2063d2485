"""When a customer's own page opens: the link, the code that goes to the same chat, the key of the open page. Pure.

Withdrawing and objecting ask for the link alone; seeing, correcting and erasing ask for control of the chat now, which
the code shows (Art. 12(2) and (6) GDPR: no more of identity than the right needs).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

TOKEN_BYTES: Final = 20
OPEN_FOR: Final = timedelta(days=30)
CODE_DIGITS: Final = 6
CODE_FOR: Final = timedelta(minutes=10)
#: So many guesses at one code: with CODES_A_DAY_MAX that is one in 40,000 a day.
TRIES_MAX: Final = 5
CODES_A_DAY_MAX: Final = 5
KEY_FOR: Final = timedelta(minutes=30)
#: Messages that control of the chat is enough for; older ones may be a former owner's of the number.
MESSAGES_FOR: Final = timedelta(days=90)
#: What the customer says there comes into the conversation; a program may not say so for ever.
SAID_MAX: Final = 20
WORDS_CHARACTERS_MAX: Final = 1_000


class Condition(StrEnum):
    """How a link stands."""

    OPEN = "open"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    WITHHELD = "withheld"


class NoCode(StrEnum):
    """Why no code goes out."""

    SHUT = "shut"  # the link opens nothing now
    TOO_MANY = "too_many"  # for this day
    WRITE_FIRST = "write_first"  # the window is closed or nobody talks there: the person has to write
    OBJECTED = "objected"  # they want no messages at all, and a code is one
    STOPPED = "stopped"  # something else stands against it


@dataclass(frozen=True, slots=True)
class Facts:
    """What of a link decides how it stands. `withheld` if at present nothing of the person may go out."""

    ends_at: datetime
    withdrawn_at: datetime | None = None
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """How many codes went out on the day on which the last one did."""

    day: date | None
    codes: int


def condition(link: Facts, at: datetime) -> Condition:
    """How it stands at this moment."""
    if link.withdrawn_at is not None:
        return Condition.WITHDRAWN
    if at >= link.ends_at:
        return Condition.EXPIRED
    return Condition.WITHHELD if link.withheld else Condition.OPEN


def one_more(sent: Sent, today: date) -> Sent | None:
    """The count with one more code; None if that would be too many."""
    codes = sent.codes if sent.day == today else 0
    return Sent(today, codes + 1) if codes < CODES_A_DAY_MAX else None


def may_try(code_ends_at: datetime | None, tries: int, at: datetime) -> bool:
    """Whether there is a code that can still be entered."""
    return code_ends_at is not None and at < code_ends_at and tries < TRIES_MAX
