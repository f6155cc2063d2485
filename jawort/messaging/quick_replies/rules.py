"""What a quick reply may say, and how its placeholders are filled."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import msgspec

NAME_CHARS_MAX: Final = 40
TEXT_CHARS_MAX: Final = 4_096  # of a message
#: A list that is longer nobody finds anything in.
SHARED_MAX: Final = 200
OWN_MAX: Final = 100
#: Those that the desk speaks; a text may be there in each of them.
LANGUAGES: Final = ("de", "en")

_PLACEHOLDER: Final = re.compile(r"\{\{([^{}\n]*)\}\}")


class Placeholder(StrEnum):
    """What can stand between braces. `GAP` never has a value: it is filled in each time."""

    CUSTOMER = "customer"
    AGENT = "agent"
    LINE = "line"
    NUMBER = "number"
    TODAY = "today"
    TOMORROW = "tomorrow"
    GAP = "gap"


class Wording(msgspec.Struct, frozen=True):
    """What a quick reply is called, and its text in each language that it has."""

    name: str
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a filled text. A gap stands there as it was written, braces and all."""

    text: str
    is_gap: bool


def pieces(text: str, values: Mapping[Placeholder, str]) -> Iterator[Piece]:
    """`text` filled with what is known. A value is taken as it is: one with braces in it fills nothing further."""
    end = 0
    for found in _PLACEHOLDER.finditer(text):
        if before := text[end : found.start()]:
            yield Piece(before, is_gap=False)
        value = values.get(name, "") if (name := _known(found[1])) else ""
        yield Piece(value or found[0], is_gap=not value)
        end = found.end()
    if rest := text[end:]:
        yield Piece(rest, is_gap=False)


def gaps(text: str) -> list[str]:
    """What stands in braces still, each once: it must not be sent like this."""
    return list(dict.fromkeys(found[0] for found in _PLACEHOLDER.finditer(text)))


def unknown(text: str) -> list[str]:
    """What looks like a placeholder and is none, each once; braces that nothing closes among them."""
    strange = [found[0] for found in _PLACEHOLDER.finditer(text) if _known(found[1]) is None]
    loose = re.findall(r"\{\{|\}\}", _PLACEHOLDER.sub("", text))
    return list(dict.fromkeys([*strange, *loose]))


def _known(name: str) -> Placeholder | None:
    bare = name.strip().lower()
    return Placeholder(bare) if bare in set(Placeholder) else None
