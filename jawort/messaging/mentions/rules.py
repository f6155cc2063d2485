"""Whom a note means by an @."""

import re
from collections.abc import Mapping
from typing import Final
from uuid import UUID

#: A note that names more people names nobody.
MENTIONED_MAX: Final = 20

_AT: Final = re.compile(r"(?<!\w)@(?=\w)")


def mentioned(text: str, names: Mapping[UUID, str]) -> list[UUID]:
    """Those of these people whose whole name stands behind an @ in `text`, in the order of the text, each once.

    Where several names fit the longest is meant: “@Kim Winter” is not Kim. Two of the same name are both meant, for
    nobody may miss it. An address such as kim@firma.example mentions nobody.
    """
    found: dict[UUID, None] = {}
    folded = {person: name.casefold() for person, name in names.items() if name}
    for at in _AT.finditer(text):
        rest = text[at.end() :].casefold()
        fits = {person: name for person, name in folded.items() if _begins(rest, name)}
        longest = max(map(len, fits.values()), default=0)
        found |= dict.fromkeys(person for person, name in fits.items() if len(name) == longest)
    return list(found)[:MENTIONED_MAX]


def _begins(text: str, name: str) -> bool:
    return text.startswith(name) and not text[len(name) :][:1].isalnum()
