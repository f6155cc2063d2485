"""What finds no place in a conversation."""

from dataclasses import dataclass

#: A receipt may come before the call's answer, which tells us the provider's id of the message: then it waits.
UNKNOWN_MESSAGE = "receipt_of_unknown_message"


@dataclass(frozen=True, slots=True)
class Aside:
    """An update that is kept for people to look at, and why: a code, never content."""

    original: bytes
    reason: str
