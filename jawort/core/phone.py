"""Phone numbers as WhatsApp writes them: digits of E.164 without the plus."""

import re
from dataclasses import dataclass

_DIGITS = re.compile(r"[1-9][0-9]{6,14}")  # E.164: at most 15 digits, no leading zero
_DRESSING = re.compile(r"[\s().\-/\u00a0]+")


@dataclass(frozen=True, slots=True)
class Phone:
    """One number. `digits` is 7 to 15 digits with country code, no plus."""

    digits: str

    def __str__(self) -> str:
        return f"+{self.digits}"

    @property
    def masked(self) -> str:
        """Enough to recognise, too little to dial: +49 151 … 78."""
        return f"+{self.digits[:2]} {self.digits[2:5]} … {self.digits[-2:]}"


def parse(text: str) -> Phone | None:
    """The number in `text`, or None if it is not in international form (`+49 151 …`, `0049…`, `49151…`)."""
    bare = _DRESSING.sub("", text)
    bare = bare.removeprefix("+").removeprefix("00")
    return Phone(bare) if _DIGITS.fullmatch(bare) else None
