"""What the page of an opt-in link asks for beside the yes: nothing, or the number that the yes is to come from."""

from enum import StrEnum


class Asks(StrEnum):
    """As slips sign it and pictures are kept by it."""

    NOTHING = ""
    NUMBER = "number"
    CONFIRMED = "confirmed"  # the number, to which we may send a template that asks
