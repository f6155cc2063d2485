"""What in a text looks like something that belongs in no chat: an IBAN, a payment card's number, a password.

Pure, and a guess: whoever wrote it is asked once and decides. Better to miss an odd spelling than to ask about orders,
parcels and telephone numbers until nobody reads the question any more.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from typing import Final


class Lookalike(StrEnum):
    """What it looks like."""

    IBAN = "iban"
    CARD = "card"
    PASSWORD = "password"  # noqa: S105 - a word, no secret


#: Characters of an IBAN by country (SWIFT's registry, ISO 13616).
_IBAN_CHARS: Final = {
    country: chars
    for chars, countries in {
        15: "NO", 16: "BE", 18: "DK FI FK FO GL NL SD", 19: "MK SI", 20: "AT BA EE KZ LT LU MN XK", 21: "CH HR LI LV",
        22: "BG BH CR DE GB GE IE ME RS VA", 23: "AE GI IL IQ OM SO TL", 24: "AD CZ ES MD PK RO SA SE SK TN VG",
        25: "LY PT ST", 26: "IS TR", 27: "BI DJ FR GR IT MC MR SM", 28: "AL AZ BY CY DO GT HN HU LB NI PL SV",
        29: "BR EG PS QA UA", 30: "JO KW MU YE", 31: "MT SC", 32: "LC", 33: "RU",
    }.items()
    for country in countries.split()
}  # fmt: skip
_GAP: Final = "[ \u00a0\u202f.-]"
_IBAN_BEGINS: Final = re.compile(rf"(?<![A-Z0-9])([A-Z]{{2}}){_GAP}?(?=\d{{2}})", re.IGNORECASE | re.ASCII)

_SPACE: Final = "[ \u00a0\u202f-]"
#: At once, or in the groups that stand on cards: fours, and those of American Express and Diners.
_CARD: Final = re.compile(
    rf"(?<![\w+])(?:\d{{14,19}}|\d{{4}}(?:{_SPACE}\d{{4}}){{3}}(?:{_SPACE}\d{{3}})?|\d{{4}}{_SPACE}\d{{6}}{_SPACE}\d{{4,5}})(?!\w)",
    re.ASCII,
)
#: The first digits of a scheme, from and to, and how long its numbers are. Visa's old ones of 13 and Maestro's short
#: ones are left out: telephone numbers without their plus look like that.
_SCHEMES: Final = (
    ("4", "4", {16, 19}),
    ("51", "55", {16}),
    ("2221", "2720", {16}),
    ("34", "34", {15}),
    ("37", "37", {15}),
    ("300", "305", {14}),
    ("36", "36", {14}),
    ("38", "39", {14}),
    ("6011", "6011", {16, 17, 18, 19}),
    ("644", "659", {16, 17, 18, 19}),
    ("62", "62", {16, 17, 18, 19}),
    ("3528", "3589", {16, 17, 18, 19}),
    ("5018", "5038", {16, 17, 18, 19}),
    ("6304", "6304", {16, 17, 18, 19}),
    ("6759", "6763", {16, 17, 18, 19}),
)

#: “Passwort: …”, “WLAN-Kennwort lautet …”, “password for the portal is …”, “pw = …”. Up to four words between.
_TOLD: Final = re.compile(
    r"(?:pass ?w(?:or[dt]|d)|kennwort|passphrase|passcode|\bpwd?)\b(?P<between>(?:[ \t]+[^\s:=.,;!?]+){0,4}?)"
    r"[ \t]*(?:(?P<sign>[:=])|\b(?:lautet|ist|is)\b[ \t]*:?)\s*(?P<secret>\S+)(?P<rest>[^\n]*)",
    re.IGNORECASE,
)
_SECRET_CHARS_MIN: Final = 4
_AROUND: Final = "„“”‚‘’\"'«»`()<>[]*_.,;:!?"


def lookalikes(text: str) -> list[Lookalike]:
    """What is in `text`, each once, in the order of Lookalike."""
    found = {Lookalike.IBAN: _ibans(text), Lookalike.CARD: _cards(text), Lookalike.PASSWORD: _passwords(text)}
    return [kind for kind, those in found.items() if any(those)]


def _ibans(text: str) -> Iterator[bool]:
    for begin in _IBAN_BEGINS.finditer(text):
        chars = _IBAN_CHARS.get(begin[1].upper())
        if chars and (whole := _rest(chars - 2).match(text, begin.end())):
            yield _is_iban(begin[1] + re.sub(_GAP, "", whole[0]))


@cache
def _rest(chars: int) -> re.Pattern[str]:
    """So many letters and digits, however they are grouped, and then no more."""
    return re.compile(rf"(?:{_GAP}?[A-Z0-9]){{{chars}}}(?![A-Z0-9])", re.IGNORECASE | re.ASCII)


def _is_iban(bare: str) -> bool:
    """Mod 97 (ISO 7064). Of words that happen to follow two letters and two digits one in 97 would hold: so digits

    must be more than half of it, as they are in every country's."""
    account = bare[4:]
    digits = "".join(str(int(character, 36)) for character in account + bare[:4])
    return sum(c.isdigit() for c in account) * 2 > len(account) and int(digits) % 97 == 1


def _cards(text: str) -> Iterator[bool]:
    for found in _CARD.finditer(text):
        digits = re.sub(_SPACE, "", found[0])
        yield _is_scheme(digits) and _holds_luhn(digits)


def _is_scheme(digits: str) -> bool:
    return any(first <= digits[: len(first)] <= last and len(digits) in lengths for first, last, lengths in _SCHEMES)


def _holds_luhn(digits: str) -> bool:
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits))]
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0


def _passwords(text: str) -> Iterator[bool]:
    for told in _TOLD.finditer(text):
        secret = told["secret"].strip(_AROUND)
        if len(secret) < _SECRET_CHARS_MIN or secret.lower().startswith(("http:", "https:", "www.")):
            continue
        is_alone = bool(told["sign"]) and not told["between"] and not told["rest"].strip(_AROUND + " \t")
        yield is_alone or _is_made_up(secret, told["secret"])


def _is_made_up(secret: str, written: str) -> bool:
    """No word of a sentence: digits or signs among letters, a capital after a small letter, digits alone, quoted."""
    is_quoted = written[0] in "„“‚‘\"'«»`" and not secret.islower()
    return is_quoted or bool(re.search(r"\d|[@#$%^&+=~|]|[a-zäöüß][A-ZÄÖÜ]|\w[!?*_]\w", secret))
