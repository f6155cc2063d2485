"""Phone numbers as WhatsApp writes them: digits of E.164 without the plus."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from unicodedata import category, normalize

_DIGITS = re.compile(r"[1-9][0-9]{6,14}")  # E.164: at most 15 digits, no leading zero
_DRESSING = re.compile(r"[\s().\-/\u00a0]+")
_NATIONAL_DIGITS_MIN = 7
_DASHES = str.maketrans("‐‑‒–—―−", "-------")
#: Country codes where the zero in front is part of the number, which callers from abroad dial as well.
_KEEPS_ZERO = frozenset({"39"})
_OPTIONAL_ZERO = re.compile(r"\(\s*0\s*\)")
#: Country codes of two digits; those that begin with 1 or 7 have one digit, all others three (ITU-T E.164, annex).
_TWO_DIGITS = frozenset(
    {20, 27, *range(30, 35), 36, 39, 40, 41, *range(43, 50), *range(51, 59), *range(60, 67), 81, 82, 84, 86, 98}
    | {*range(90, 96)}
)


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


def country_code(digits: str) -> str:
    """The country code with which a number in international form begins."""
    return digits[: 1 if digits[0] in "17" else 2 if int(digits[:2]) in _TWO_DIGITS else 3]


def readings(text: str, homes: Iterable[str]) -> tuple[Phone, ...]:
    """Every number that somebody may have meant by `text`, in any usual writing; none if it is no whole number.

    `homes` are numbers of ours in digits: a number as it is written at home (0171 …, or without the zero) is read with
    their country codes. `+49 (0)171 …` and what address books put around numbers unseen is understood, too.
    """
    bare = _bare(text)
    if bare.startswith("+"):
        found = [bare]
    else:
        # Shorter ones lack their area.
        codes = sorted({country_code(digits) for digits in homes}) if len(bare) >= _NATIONAL_DIGITS_MIN else []
        # Italians keep the zero abroad, most others drop it.
        found = [bare, *(code + local for code in codes for local in dict.fromkeys((bare.removeprefix("0"), bare)))]
    return tuple(dict.fromkeys(number for one in found if (number := parse(one))))


def abroad(text: str) -> Phone | None:
    """The one number that `text` is, in any usual writing that begins with plus or 00; None for all else."""
    bare = _bare(text)
    return parse(bare) if bare.startswith("+") else None


def dialled(text: str, home: str) -> Phone | None:
    """The one number that somebody means who writes it as it is dialled: with plus or 00, or with a zero in front.

    That one is read as in the country of `home`, a number of ours in digits. None for all else: it may be several.
    """
    bare = _bare(text)
    if bare.startswith("+"):
        return parse(bare)
    if not home or not bare.startswith("0") or len(bare) < _NATIONAL_DIGITS_MIN:
        return None
    code = country_code(home)
    return parse(code + (bare if code in _KEEPS_ZERO else bare.removeprefix("0")))


def _bare(text: str) -> str:
    """What people put around the digits taken away; a number in international form begins with a plus."""
    seen = "".join(character for character in normalize("NFKC", text) if category(character) != "Cf")
    bare = seen.translate(_DASHES).strip().removeprefix("tel:")
    if not bare.startswith(("+", "00")):
        return _DRESSING.sub("", bare)
    return "+" + _DRESSING.sub("", _OPTIONAL_ZERO.sub("", bare)).removeprefix("+").removeprefix("00")
