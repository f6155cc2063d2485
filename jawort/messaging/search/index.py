"""An inverted index in memory: from words to documents, of which it knows an id and a time and nothing else.

Documents have numbers in the order of their ids, or nearly so: those read backwards count down from -1, those that come
count up from 0, so the larger number is the newer document. A word that one document has is its number, any other an
array of numbers: most words are rare. Needs a lock around it.
"""

from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

from jawort.messaging.search.rules import WHOLE_BELOW
from jawort.people.spelling import Word

#: What CPython takes, in bytes, measured (tests/messaging/search/test_index.py): of a document its id, number and
#: time; of a word its text, its places in dictionary and sorted list; of an array beyond its numbers.
DOCUMENT_BYTES: Final = 160
TERM_BYTES: Final = 115
ARRAY_BYTES: Final = 96
NUMBER_BYTES: Final = 4.5
#: Words that are looked through between two moments in which others may ask.
TIDIED_AT_ONCE: Final = 4_000

#: New words that are put in order by whoever asks; more are by whoever reads.
FRESH_MAX: Final = 2_000

_Numbers = int | array  # type: ignore[type-arg]  # array[int] is no type at run time in Python 3.11


class _Run:
    """Documents by number from `first` on; None where one was removed. Times are seconds since 1970."""

    def __init__(self) -> None:
        self.first = 0
        self.ids: list[bytes | None] = []
        self.times = array("I")

    def add(self, id_: bytes, at: int) -> int:
        self.ids.append(id_)
        self.times.append(at)
        return self.first + len(self.ids) - 1


class Index:
    """`bytes` is an estimate of what it takes."""

    def __init__(self) -> None:
        self.bytes = 0.0
        self._terms: dict[str, _Numbers] = {}
        self._sorted: list[str] = []
        self._fresh: list[str] = []
        self._numbers: dict[bytes, int] = {}
        self._came, self._read = _Run(), _Run()
        self._gone: set[int] = set()

    def __len__(self) -> int:
        return len(self._numbers)

    def __contains__(self, id_: bytes) -> bool:
        return id_ in self._numbers

    def add(self, id_: bytes, at: int, terms: Iterable[str], *, newest: bool) -> None:
        """Add a document that is newer than all, or with `newest` False older than all. A known one stays as it is."""
        if id_ in self._numbers:
            return
        number = self._came.add(id_, at) if newest else ~self._read.add(id_, at)
        self._numbers[id_] = number
        self.bytes += DOCUMENT_BYTES
        for term in terms:
            held = self._terms.get(term)
            if held is None:
                self._terms[term] = number
                self._fresh.append(term)
                self.bytes += TERM_BYTES + len(term)
            elif isinstance(held, int):
                self._terms[term] = array("i", (held, number))
                self.bytes += ARRAY_BYTES
            else:
                held.append(number)
                self.bytes += NUMBER_BYTES

    def find(self, words: Sequence[Word], limit: int) -> tuple[list[bytes], bool]:
        """The newest documents with all of these words, newest first, and whether there are more. Of no words: none."""
        held = sorted((self._held(word) for word in words), key=_size)
        found: set[int] = set()
        for place, numbers in enumerate(held):
            found = set().union(*numbers) if place == 0 else set().union(*map(found.intersection, numbers))
        alive = sorted(found - self._gone, reverse=True)
        return [id_ for number in alive[:limit] if (id_ := self._id(number))], len(alive) > limit

    def settle(self) -> bool:
        """Put new words in order, where there are so many that whoever asks next would wait for it; whether so."""
        many = len(self._fresh) > FRESH_MAX
        if many:
            self._sort()
        return many

    def remove(self, ids: Iterable[bytes]) -> None:
        """These are not found from now on; `tidy` forgets their words."""
        for id_ in ids:
            number = self._numbers.pop(id_, None)
            if number is None:
                continue
            run, place = self._place(number)
            run.ids[place] = None
            self._gone.add(number)
            self.bytes -= DOCUMENT_BYTES

    def tidy(self) -> Iterator[None]:
        """Forget the words that only removed documents had, piece by piece: whoever asks meanwhile is right."""
        gone = frozenset(self._gone)
        if not gone:
            return
        terms = list(self._terms)
        for begin in range(0, len(terms), TIDIED_AT_ONCE):
            for term in terms[begin : begin + TIDIED_AT_ONCE]:
                self._tidy(term, gone)
            yield
        self._sorted = [term for term in dict.fromkeys(self._sorted) if term in self._terms]
        self._fresh = [term for term in self._fresh if term in self._terms]
        self._gone -= gone
        if not self._gone:  # else a number could be given again that a word still has
            self._trim()

    def ids(self) -> list[bytes]:
        """All documents."""
        return list(self._numbers)

    def oldest(self) -> int | None:
        """The time of the oldest document."""
        return next((at for _, at in self._from_oldest()), None)

    def older(self, than: int) -> list[bytes]:
        """The oldest documents, as far as they are older than this time."""
        found = []
        for id_, at in self._from_oldest():
            if at >= than:
                break
            found.append(id_)
        return found

    def beyond(self, bytes_max: int) -> list[bytes]:
        """The oldest documents, as many as are too many for so many bytes."""
        if self.bytes <= bytes_max:
            return []
        many = int(len(self) * (1 - bytes_max / self.bytes)) + 1
        return [id_ for (id_, _), _ in zip(self._from_oldest(), range(many), strict=False)]

    def _from_oldest(self) -> Iterator[tuple[bytes, int]]:
        backwards = zip(reversed(self._read.ids), reversed(self._read.times), strict=True)
        yield from ((id_, at) for id_, at in backwards if id_)
        yield from ((id_, at) for id_, at in zip(self._came.ids, self._came.times, strict=True) if id_)

    def _held(self, word: Word) -> list[Collection[int]]:
        """The numbers of every term that is meant by one of the forms."""
        self._sort()
        terms = {term for beginning in word for term in self._meant(beginning)}
        found = [held for term in terms if (held := self._terms.get(term)) is not None]
        return [{held for held in found if isinstance(held, int)}, *(h for h in found if not isinstance(h, int))]

    def _sort(self) -> None:
        if self._fresh:
            self._sorted.extend(self._fresh)
            self._sorted.sort()
            self._fresh = []

    def _meant(self, beginning: str) -> list[str]:
        first = bisect_left(self._sorted, beginning)
        if len(beginning) < WHOLE_BELOW:
            return self._sorted[first : first + 1] if self._sorted[first : first + 1] == [beginning] else []
        last = bisect_left(self._sorted, beginning + "\U0010ffff", first)
        return self._sorted[first:last]

    def _place(self, number: int) -> tuple[_Run, int]:
        return (self._came, number - self._came.first) if number >= 0 else (self._read, ~number)

    def _id(self, number: int) -> bytes | None:
        run, place = self._place(number)
        return run.ids[place]

    def _tidy(self, term: str, gone: frozenset[int]) -> None:
        held = self._terms[term]
        left = [n for n in ((held,) if isinstance(held, int) else held) if n not in gone]
        lost = (1 if isinstance(held, int) else len(held)) - len(left)
        if not lost:
            return
        if not left:
            del self._terms[term]
            self.bytes -= TERM_BYTES + len(term)
        else:
            self._terms[term] = left[0] if len(left) == 1 else array("i", left)
        if not isinstance(held, int):
            self.bytes -= NUMBER_BYTES * lost + (ARRAY_BYTES - (2 - len(left)) * NUMBER_BYTES if len(left) < 2 else 0)

    def _trim(self) -> None:
        """Give back the room of the oldest, where nothing is left of them."""
        read, came = self._read, self._came
        while read.ids and read.ids[-1] is None:
            read.ids.pop()
            read.times.pop()
        first = next((place for place, id_ in enumerate(came.ids) if id_), len(came.ids))
        del came.ids[:first], came.times[:first]
        came.first += first


def _size(numbers: Iterable[Collection[int]]) -> int:
    return sum(map(len, numbers))
