"""What an attribute may hold, in one form each, so that the same value is the same text whoever types it."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Final

ATTRIBUTES_MAX: Final = 30  # more fields than that nobody fills, and data that nobody needs is not kept
CHOICES_MAX: Final = 50
CHOICE_CHARS_MAX: Final = 80
TEXT_CHARS_MAX: Final = 500
NUMBER_DIGITS_MAX: Final = 20
#: What programs call an attribute. Anchored: the form, the table and PostgreSQL read it.
KEY: Final = r"^[a-z][a-z0-9_]{0,39}$"

_SEPARATED: Final = re.compile(r"[1-9]\d{0,2}([.,\s'’])\d{3}(?:\1\d{3})*")


class Holds(StrEnum):
    """What kind of value an attribute holds."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"


class Unfit(ValueError):
    """The text is no value of this kind. Its text is a code and nothing of what was typed."""


def value_of(holds: Holds, text: str, choices: Sequence[str]) -> str:
    """`text` as it is kept: a decimal number with a point, a date as 2026-11-26; empty for none. Raises Unfit."""
    bare = " ".join(text.split())
    if not bare:
        return ""
    match holds:
        case Holds.TEXT if len(bare) <= TEXT_CHARS_MAX:
            return bare
        case Holds.NUMBER:
            return _number(bare)
        case Holds.DATE:
            return _date(bare)
        case Holds.CHOICE if bare in choices:
            return bare
    raise Unfit(holds)


def _number(text: str) -> str:
    """One sign before the last digits is the decimal one; 1.234 and 1,234 could be either and are none."""
    if _SEPARATED.fullmatch(text.removeprefix("-")):
        raise Unfit("ambiguous")
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation:
        raise Unfit(Holds.NUMBER) from None
    if not number.is_finite() or "e" in text.lower() or len(number.as_tuple().digits) > NUMBER_DIGITS_MAX:
        raise Unfit(Holds.NUMBER)
    return f"{number:f}"


def _date(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise Unfit(Holds.DATE) from None
