"""The emojis of the composer: those that people use in letters, by group, with names in both languages.

A list of ours instead of a package: the whole of Unicode's would be ten times as long, and most of it would never be
chosen. Each line of emojis.txt has the emoji, its English and its German words; the first word is the name.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from jawort.staff.access import requires
from jawort.staff.permissions import Permission

_LIST = Path(__file__).with_name("emojis.txt")


@dataclass(frozen=True, slots=True)
class Emoji:
    """One of them. It is found by its words in either language."""

    text: str
    name: str
    words: str

    @property
    def dom_id(self) -> str:
        """Its id in the page."""
        return "emoji-" + "-".join(f"{ord(character):x}" for character in self.text)


@dataclass(frozen=True, slots=True)
class Group:
    """Emojis that stand together."""

    name: str
    emojis: Sequence[Emoji]


@require_GET
@requires(Permission.CONVERSATION_WRITE)
def index(request: HttpRequest) -> HttpResponse:
    """All of them, for a composer that asks for them when they are first opened."""
    return render(request, "inbox/_emojis.html", {"groups": groups(get_language() or "de")})


@cache
def groups(language: str) -> list[Group]:
    """The list as it is read in that language."""
    found: list[Group] = []
    for line in filter(None, _LIST.read_text(encoding="utf-8").splitlines()):
        sign, _, words = line.partition(" ")
        english, german = words.split(" | ")
        own = german if language.startswith("de") else english
        if sign == "=":
            emojis: list[Emoji] = []
            found.append(Group(own, emojis))
        else:
            emojis.append(Emoji(sign, own.partition(",")[0], f"{english} {german}"))
    return found
