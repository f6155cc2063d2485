"""How names are compared when somebody looks for one: by the beginnings of words, whatever their case and accents."""

import re
from collections.abc import Iterable
from typing import Final
from unicodedata import category, normalize

#: A word in each form by which it may be found.
Word = frozenset[str]

_BETWEEN: Final = re.compile(r"[\s\-‐‑–—.,;:'’‘`´\"“”„()/@_&]+")
#: Letters that Unicode does not take apart, as they are typed where a keyboard lacks them.
_PLAIN: Final = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
_SPELLED_OUT: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


def words(text: str) -> tuple[Word, ...]:
    """The words of `text`: each without accents, and with its umlauts spelled out (Müller: muller, mueller)."""
    whole = normalize("NFC", text.casefold())
    return tuple(forms(word) for word in _BETWEEN.split(whole) if word)


def forms(word: str) -> Word:
    """One word, case folded and composed (NFC), in each form by which it may be found."""
    if word.isascii():
        return frozenset((word,))
    return frozenset({_bare(word), _bare(word.translate(_SPELLED_OUT))})


def fits(wanted: Iterable[Word], name: str) -> bool:
    """Whether each of the wanted words is the beginning of a word of `name`."""
    there = [form for word in words(name) for form in word]
    return all(any(form.startswith(beginning) for form in there for beginning in word) for word in wanted)


def _bare(word: str) -> str:
    apart = normalize("NFKD", word.translate(_PLAIN))
    return "".join(letter for letter in apart if category(letter) != "Mn") or word
