"""What is kept of what somebody writes, and for how long. Pure."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from jawort.channels.whatsapp.limits import TEXT_MAX

KEPT_FOR: Final = timedelta(days=30)
#: Longer than a message may be: what is too long to be sent is not lost for that.
CHARACTERS_MAX: Final = 4 * TEXT_MAX


class Meant(StrEnum):
    """What the words are to become: an answer to the customer, or a note among us."""

    REPLY = "reply"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody has written so far."""

    text: str
    meant: Meant = Meant.REPLY

    def then(self, more: "Words") -> "Words":
        """Both, one below the other. Where one of them was meant as a note all is: a note never leaves by mistake."""
        if not self.text.strip():
            return more
        note = Meant.NOTE in (self.meant, more.meant)
        return Words(f"{self.text}\n{more.text}"[:CHARACTERS_MAX], Meant.NOTE if note else Meant.REPLY)
