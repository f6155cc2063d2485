"""The index finds what a look at every text finds, whatever was added and removed, and knows what it takes."""

import random
import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from jawort.messaging.search.index import Index
from jawort.messaging.search.rules import calling, fits, is_called, terms, wanted

WORDS = ["Müller", "Mueller", "muller", "Straße", "STRASSE", "Rad", "Räder", "Rechnung", "48213", "a", "naïve", "Ärger"]
texts = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)
typed = st.lists(
    st.sampled_from(WORDS).flatmap(lambda word: st.integers(1, len(word)).map(lambda n: word[:n])), max_size=3
)


@given(st.lists(st.tuples(texts, st.booleans(), st.booleans())), typed)
def test_it_finds_what_a_look_at_every_text_finds(given_texts: list[tuple[str, bool, bool]], begin: list[str]) -> None:
    """Some came later, some were read backwards; some were removed, before or after it was tidied."""
    index, there = Index(), {}
    for number, (text, newest, removed) in enumerate(given_texts):
        place = number if newest else -number
        id_ = (place + 1_000).to_bytes(16, "big")
        index.add(id_, place + 1_000, terms(text), newest=newest)
        if removed:
            index.remove([id_])
        else:
            there[id_] = text
        if number % 3 == 2:
            list(index.tidy())
    words = wanted(" ".join(begin))
    expected = sorted((id_ for id_, text in there.items() if words and fits(words, terms(text))), reverse=True)
    assert index.find(words, 100) == (expected, False)
    assert index.find(words, 1) == (expected[:1], len(expected) > 1)
    assert (len(index), set(index.ids())) == (len(there), set(there))
    assert index.oldest() == (min(int.from_bytes(id_, "big") for id_ in there) if there else None)


@given(st.lists(texts, max_size=4), typed)
def test_names_are_found_like_texts(names: list[str], begin: list[str]) -> None:
    words = wanted(" ".join(begin))
    assert is_called(words, calling(names)) == fits(words, {term for name in names for term in terms(name)})


def test_words_are_found_however_they_are_spelled() -> None:
    for text, asked in [
        ("Herr Müller", "müll"),
        ("Herr Müller", "MUELLER"),
        ("Herr Müller", "muller"),
        ("Herr Mueller", "Müller"),
        ("Mu\u0308ller", "mül"),
        ("Große Straße", "strasse gross"),
        ("GROSSE STRASSE", "straße"),
        ("Café Çelik", "celik cafe"),
        ("Bestellung 48213!", "48213"),
        ("AB-48213/7", "ab 482"),
        ("kim@firma.example", "firma"),
    ]:
        assert fits(wanted(asked), terms(text)), (text, asked)
    assert not fits(wanted("a"), terms("Anna"))
    assert not fits(wanted("echnung"), terms("Rechnung"))


def test_what_is_too_old_or_too_much_goes_first_from_the_end() -> None:
    index = Index()
    for number in range(50):
        index.add((100 - number).to_bytes(16, "big"), 100 - number, {f"read{number}"}, newest=False)
        index.add((101 + number).to_bytes(16, "big"), 101 + number, {f"came{number}"}, newest=True)
    assert [int.from_bytes(id_, "big") for id_ in index.older(54)] == [51, 52, 53]
    gone = index.beyond(int(index.bytes / 2))
    assert [int.from_bytes(id_, "big") for id_ in gone[:60]] == [*range(51, 51 + min(len(gone), 60))]
    before = index.bytes
    index.remove(gone)
    list(index.tidy())
    assert index.bytes < before * 0.55
    assert index.find(wanted("read49"), 1) == ([], False)
    index.remove(index.ids())
    list(index.tidy())
    assert (index.bytes, index.oldest(), vars(index)["_terms"]) == (0, None, {})


def test_it_knows_what_it_takes() -> None:
    """Words as in a language: few are frequent, most are rare. As Python counts bytes, which is a little less."""
    chance = random.Random(7)
    said = [{b"wort%d" % (int(chance.paretovariate(0.35)) % 400_000) for _ in range(12)} for _ in range(10_000)]
    tracemalloc.start()
    index = Index()
    for number, words in enumerate(said):
        index.add(number.to_bytes(16, "big"), number, {word.decode() for word in words}, newest=False)
    index.find(wanted("wort1"), 1)
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert 0.9 < index.bytes / taken < 1.5
