"""How a text is taken apart into words, which are meant by what somebody typed, and how a find is shown. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from unicodedata import normalize

from jawort.people.spelling import Word, forms

#: Longer words are found by so many of their first characters: nobody types more, and links and keys fill no memory.
WORD_CHARACTERS_MAX: Final = 40
#: Of what was typed; nobody types more, and each costs a look.
WORDS_MAX: Final = 10
#: A beginning this short means the whole word: nearly every word begins with any one letter.
WHOLE_BELOW: Final = 2
SNIPPET_CHARACTERS: Final = 160
#: What is shown before the first word that was found.
LEAD_CHARACTERS: Final = 30

_WORD: Final = re.compile(r"[^\W_]+")

#: A run of a text, and whether it is what was looked for.
Piece = tuple[str, bool]


def terms(text: str) -> set[str]:
    """All forms of all words of a text: what it is found by."""
    return {form for _, _, word in _words(normalize("NFC", text)) for form in word}


def wanted(typed: str) -> tuple[Word, ...]:
    """The words that somebody typed, each once."""
    return tuple(dict.fromkeys(word for _, _, word in _words(normalize("NFC", typed))))[:WORDS_MAX]


def is_meant(beginning: str, term: str) -> bool:
    """Whether `term` is a word that begins like this; of a single letter, whether it is that word."""
    return term == beginning if len(beginning) < WHOLE_BELOW else term.startswith(beginning)


def fits(words: Iterable[Word], there: Iterable[str]) -> bool:
    """Whether each of the wanted words, in any of its forms, is the beginning of one of these terms."""
    held = list(there)
    return all(any(is_meant(beginning, term) for beginning in word for term in held) for word in words)


def snippet(text: str, words: Sequence[Word]) -> list[Piece]:
    """Some of `text` around the first word that was looked for, in one line, with all such words apart."""
    line = " ".join(normalize("NFC", text).split())
    every = {beginning for word in words for beginning in word}
    longer = tuple(one for one in every if len(one) >= WHOLE_BELOW)
    letters = every.difference(longer)
    found = [
        (begin, end)
        for begin, end, word in _words(line)  # as in `is_meant`, of all words at once
        if any(term.startswith(longer) or term in letters for term in word)
    ]
    begin = _begin(line, found[0][0]) if found else 0
    stop = begin + SNIPPET_CHARACTERS
    pieces: list[Piece] = [("…", False)] if begin else []
    at = begin
    for first, last in found:
        if last > stop:
            break
        pieces += [(line[at:first], False), (line[first:last], True)]
        at = last
    pieces.append((line[at:stop] + ("…" if len(line) > stop else ""), False))
    return [piece for piece in pieces if piece[0]]


def _begin(line: str, first: int) -> int:
    """Where the snippet begins: at a word, a little before the one that was found."""
    if first <= LEAD_CHARACTERS:
        return 0
    return line.find(" ", first - LEAD_CHARACTERS, first) + 1 or first


def _words(text: str) -> Iterator[tuple[int, int, Word]]:
    for match in _WORD.finditer(text):
        word = forms(match[0].casefold())
        if len(match[0]) * 2 > WORD_CHARACTERS_MAX:  # spelled out, a word is at most twice as long
            word = frozenset(form[:WORD_CHARACTERS_MAX] for form in word)
        yield match.start(), match.end(), word


def calling(names: Iterable[str]) -> str:
    """All forms of all words of somebody's names in one line, each between two spaces."""
    return f" {' '.join({term for name in names for term in terms(name)})} "


def is_called(words: Iterable[Word], line: str) -> bool:
    """Whether each of the wanted words is the beginning of a word of this line, as `calling` makes it."""
    return all(
        any(f" {one} " in line if len(one) < WHOLE_BELOW else f" {one}" in line for one in word) for word in words
    )
