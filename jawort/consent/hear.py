"""What a person's words say about consent. Pure: strict to give, generous to withdraw.

A yes is unambiguous or none (Art. 4(11) GDPR): the whole message and nothing else. A no is to be as easy as the yes was
(Art. 7(3) GDPR): a word, or a sentence that plainly says it, wherever it stands. What only smells of a no is neither:
somebody looks at it, and meanwhile no campaign leaves.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from difflib import get_close_matches
from enum import StrEnum
from typing import Final

from jawort.consent import ideas, phrases

#: Nobody says a plain no in more characters; what is longer is looked at for its smell only.
PLAIN_CHARACTERS_MAX: Final = 600
#: In so few words one that ends things is hardly part of a report ("Stop, the meter reads 4711").
TERSE_WORDS_MAX: Final = 3
#: How alike a slip of the finger is to the word that was meant, as difflib counts it: one letter of four, or of eight.
ALIKE_SHORT: Final = 0.75
ALIKE: Final = 0.85
SHORT_LETTERS_MAX: Final = 6
_SENTENCES: Final = re.compile(r"([^.!?;:\n]+)([.!?;:\n]*)")
_SPELLED: Final = re.compile(r"\b(?:\w ){2,}\w\b")
_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "'": "", "’": "", "‘": "", "`": "", "´": ""})
#: Nothing is left of these in a word: marks above letters, what joins or hides characters.
_DROPPED: Final = frozenset({"Mn", "Me", "Cf"})


class Said(StrEnum):
    """What a message says; a yes or no counts where exactly one question is open."""

    YES = "yes"
    NO = "no"
    WITHDRAWN = "withdrawn"
    UNCLEAR = "unclear"
    NOTHING = "nothing"


def normal(text: str) -> str:
    """Lower case, umlauts as two letters, one space between words; signs and pictures are spaces, marks are gone.

    Letters of other alphabets stay what they are: a Cyrillic “а” is no Latin one. Spelled-out words are joined.
    """
    composed = unicodedata.normalize("NFKC", text).casefold().translate(_UMLAUTS)
    kept = (" " if not char.isalnum() else char for char in composed if unicodedata.category(char) not in _DROPPED)
    return _SPELLED.sub(lambda found: found[0].replace(" ", ""), " ".join("".join(kept).split()))


def said(text: str, *, asked: bool, also: Collection[str] = ()) -> Said:
    """What `text` says. `asked`: a question is open, so a bare no answers it. `also`: further words that withdraw.

    Those of the house are added to ours and replace none.
    """
    whole = normal(text)
    variants, words = _variants(whole), whole.split()
    if whole in phrases.YES and not is_doubtful(text):
        return Said.YES
    if asked and not variants.isdisjoint(phrases.NO):
        return Said.NO
    further = [word for word in map(normal, also) if word in whole]  # of ordinary talk nothing more is asked
    ends = phrases.WITHDRAWS.union(further) if further else phrases.WITHDRAWS
    refuses = asked and "?" not in text and ideas.REFUSES.match(whole) is not None
    is_word = "?" not in text and not variants.isdisjoint(ends)
    if words and not (is_word or further or ideas.HINT.search(whole) or _is_terse(words)):
        return Said.NO if refuses else Said.NOTHING
    sentences = list(_sentences(text))
    if is_word or (len(text) <= PLAIN_CHARACTERS_MAX and _withdraws(sentences, ends)):
        return Said.WITHDRAWN
    if refuses:
        return Said.NO
    if not words:
        return Said.NOTHING if phrases.FORBIDS.isdisjoint(text) else Said.UNCLEAR
    terse = _is_terse(words) and not ideas.ELSE.search(whole)
    return Said.UNCLEAR if terse or _smells([one for one, _ in sentences]) else Said.NOTHING


def is_plain(text: str) -> bool:
    """Whether it is a yes or a no to a question and nothing else, so that it leaves nothing to answer."""
    return normal(text) in phrases.YES or not _variants(normal(text)).isdisjoint(phrases.NO)


def is_everyday(text: str) -> bool:
    """Whether it ends advertising with words that people also answer everyday questions with."""
    return not _variants(normal(text)).isdisjoint(phrases.EVERYDAY)


def is_ending(text: str, also: Collection[str] = ()) -> bool:
    """Whether it is one of the words that end advertising, of ours or those `also`, with nothing but manners around."""
    return "?" not in text and not _variants(normal(text)).isdisjoint(phrases.WITHDRAWS.union(map(normal, also)))


def is_doubtful(text: str) -> bool:
    """Whether it asks, or shows a picture that says no: nothing that stands beside it is sure."""
    return "?" in text or "？" in text or not phrases.CONTRARY.isdisjoint(text)


def _variants(words: str) -> set[str]:
    """With and without the manners around it, each said once however often it was. Empty where nothing else is said."""
    kept = words.split()
    first = next((n for n, word in enumerate(kept) if word not in phrases.POLITE), len(kept))
    last = next((n for n, word in enumerate(reversed(kept)) if word not in phrases.POLITE), len(kept))
    shorter = (kept[begin : len(kept) - end] for begin in range(first + 1) for end in range(last + 1))
    return {_once(one) for one in shorter}


def _once(words: list[str]) -> str:
    once = [word for before, word in zip([None, *words], words, strict=False) if word != before]
    return " ".join(phrases.LENGTHENED.sub(r"\1", word) for word in once)


def _withdraws(sentences: Sequence[tuple[str, bool]], ends: frozenset[str]) -> bool:
    if any(ideas.PLAIN.search(one) for one in _plain_sentences(sentences)):
        return True
    # A word on its own in a longer message counts where nothing but manners, anger or more of the same surrounds it.
    each = [_variants(one) for one, asks in sentences if not asks]
    rest = [one for one in each if one.isdisjoint(ends)]
    return len(rest) < len(each) and all("" in one or any(map(ideas.SMELLS.search, one)) for one in rest)


def _sentences(text: str) -> Iterator[tuple[str, bool]]:
    """Each sentence, and whether it asks. What precedes the last comma of a question may say something: “…, ok?”."""
    for found in _SENTENCES.finditer(text):
        asks = "?" in found[2]
        if one := normal(found[1]):
            yield one, asks
        if asks and (first := normal(found[1].rpartition(",")[0])):
            yield first, False


def _plain_sentences(sentences: Iterable[tuple[str, bool]]) -> Iterator[str]:
    """Those that ask for it or say it: not how or why, no doubt, nothing of other things, not the contrary."""
    for one, asks in sentences:
        if asks and not ideas.REQUESTS.match(one):
            continue
        if any(pattern.search(one) for pattern in (ideas.WONDERS, ideas.HEDGES, ideas.OPPOSITE)):
            continue
        if _is_ours(one):
            yield one


def _smells(sentences: Iterable[str]) -> bool:
    kept = [one for one in sentences if not ideas.OPPOSITE.search(one)]
    if any(not _variants(one).isdisjoint(phrases.ENDS) or ideas.SMELLS.search(one) for one in kept):
        return True
    return any((ideas.LEAVES.search(one) or ideas.PLAIN.search(one)) and _is_ours(one) for one in kept)


def _is_terse(words: list[str]) -> bool:
    """Few words, with one at an end that ends things, or almost one."""
    if len(words) > TERSE_WORDS_MAX:
        return False
    return not phrases.ENDS.isdisjoint((words[0], words[-1])) or any(map(_slips, words))


def _is_ours(sentence: str) -> bool:
    """Not about other things of daily life, or about messages too."""
    return ideas.ELSE.search(sentence) is None or ideas.MAIL.search(sentence) is not None


def _slips(word: str) -> bool:
    """Whether it is almost one of the words that end it: a letter off, two swapped."""
    if word in phrases.WORDS or word in phrases.SLIPS:
        return False
    alike = ALIKE_SHORT if len(word) <= SHORT_LETTERS_MAX else ALIKE
    return bool(get_close_matches(word, phrases.SLIPS, 1, alike))
