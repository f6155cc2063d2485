"""Whatever people write: a yes is a yes and nothing else, and a no is heard in their own words.

`phrases.tsv` are 560 messages, 360 German and 200 English, written from the description of the labels by somebody who
had not seen the rules: one word to three sentences, du and Sie, typos, dialect, anger, manners, and traps. The rules
were then shaped on one half of them, and heard 89 of the 95 plain withdrawals of the other half, one more as unclear,
gave none of the other labels a yes, and took 2 of 88 everyday messages for a withdrawal. After that all were used.
"""

import re
from collections import Counter
from pathlib import Path
from random import Random
from typing import Final

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jawort.consent import ideas, phrases
from jawort.consent.hear import Said, normal, said

PHRASES: Final = [
    line.split("\t") for line in (Path(__file__).parent / "phrases.tsv").read_text(encoding="utf-8").splitlines()
]
#: What an open question makes of each label.
LABELS: Final = {
    "give": Said.YES,
    "refuse": Said.NO,
    "withdraw": Said.WITHDRAWN,
    "smell": Said.UNCLEAR,
    "nothing": Said.NOTHING,
}
WORDS = st.sampled_from([*phrases.WITHDRAWS])
YES = st.sampled_from([*phrases.YES])
MANNERS = st.sampled_from(["bitte", "Danke", "Hallo", "please", "Thank you", "Guten Tag"])


def heard(label: str) -> Counter[Said]:
    return Counter(said(phrase, asked=True) for each, _, phrase in PHRASES if each == label)


def test_there_are_enough_of_them_and_of_each() -> None:
    assert len({(language, phrase) for _, language, phrase in PHRASES}) == len(PHRASES) >= 500
    counts = Counter(label for label, _, _ in PHRASES)
    assert counts.keys() == LABELS.keys()
    assert min(counts.values()) >= 35


def test_nobody_consents_who_has_not_said_so_and_everybody_who_has() -> None:
    for label, _, phrase in PHRASES:
        assert (said(phrase, asked=True) is Said.YES) is (label == "give"), phrase


def test_a_plain_no_ends_it_and_nothing_that_smells_of_one_is_passed_over() -> None:
    assert heard("withdraw") == {Said.WITHDRAWN: 189, Said.UNCLEAR: 1}
    assert heard("smell").keys() <= {Said.UNCLEAR, Said.WITHDRAWN}
    assert heard("refuse") == {Said.NO: 35}


def test_everyday_talk_ends_nothing() -> None:
    found = heard("nothing")
    assert found[Said.WITHDRAWN] == found[Said.YES] == found[Said.NO] == 0
    assert found[Said.UNCLEAR] <= 5  # somebody reads those, and no campaign leaves meanwhile


@pytest.mark.parametrize(
    "text",
    ["ok", "👍", "naja", "ja nein", "Ja, aber nur Angebote", "Ja was denn noch?", "J\u0430", "ja?", "Ja 👎", "", "jaa"],
)
def test_this_is_no_yes(text: str) -> None:
    assert said(text, asked=True) is not Said.YES


@pytest.mark.parametrize("text", ["Stop, der Zähler steht auf 4711", "Ende der Woche", "One-Stop-Shop", "keine Sorge"])
def test_a_word_within_a_report_ends_nothing(text: str) -> None:
    assert said(text, asked=False) is Said.NOTHING


def test_the_contract_is_something_else() -> None:
    assert said("Kann ich den Vertrag widerrufen?", asked=False) is Said.UNCLEAR


def test_without_a_question_a_bare_no_answers_nothing_but_these_still_end_it() -> None:
    assert said("Nein", asked=False) is Said.NOTHING
    for text in ("Nein danke", "Kein Interesse", "no thanks"):
        assert said(text, asked=False) is Said.WITHDRAWN
        assert said(text, asked=True) is Said.NO


@given(YES, st.sampled_from(["", " ", "!", ".", " 🙂", "\u200b", "\ufe0f"]), st.booleans())
def test_case_and_signs_change_no_yes(yes: str, ends: str, shouts: bool) -> None:
    assert said((yes.upper() if shouts else yes) + ends, asked=True) is Said.YES


@given(YES, st.sampled_from(["aber", "nur", "nicht", "später", "vielleicht", "x", "but", "not", "nein"]), st.booleans())
def test_one_more_word_and_it_is_none(yes: str, word: str, before: bool) -> None:
    assert said(f"{word} {yes}" if before else f"{yes} {word}", asked=True) is not Said.YES


@given(st.text(max_size=200))
@example("ｊａ")
@example("J\u0430")
def test_whatever_it_is_a_yes_is_of_the_list(text: str) -> None:
    if said(text, asked=True) is Said.YES:
        assert normal(text) in phrases.YES
        assert "?" not in text


@given(WORDS, MANNERS, st.booleans(), st.sampled_from(["", "!", "!!!", ".", " 😡"]))
def test_manners_and_anger_around_a_word_change_nothing(word: str, polite: str, first: bool, ends: str) -> None:
    text = f"{polite}, {word}{ends}" if first else f"{word} {polite}{ends}"
    assert said(text, asked=False) is Said.WITHDRAWN


def test_words_for_everyday_questions_are_words_that_end_it() -> None:
    assert phrases.EVERYDAY < phrases.WITHDRAWS
    assert not {"stop", "stopp", "abmelden", "unsubscribe", "widerruf"} & phrases.EVERYDAY


@given(WORDS)
def test_a_house_adds_words_and_takes_none_away(word: str) -> None:
    assert said("Feierabend", asked=False) is Said.NOTHING
    assert said("FEIERABEND bitte", asked=False, also=["Feierabend"]) is Said.WITHDRAWN
    assert said(word, asked=False, also=["Feierabend"]) is Said.WITHDRAWN


def test_the_quick_look_passes_nothing_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """Phrases, and nonsense of their words: with all patterns asked of each it is heard alike."""
    words, draw = sorted({word for *_, phrase in PHRASES for word in phrase.split()}), Random(7)
    texts = [phrase for *_, phrase in PHRASES]
    texts += [" ".join(draw.sample(words, draw.randint(2, 9))) for _ in range(3_000)]
    quick = [said(text, asked=False) for text in texts]
    monkeypatch.setattr(ideas, "HINT", re.compile(""))
    assert [said(text, asked=False) for text in texts] == quick


@given(st.text(max_size=3_000))
def test_nothing_that_anybody_writes_breaks_it(text: str) -> None:
    for asked in (True, False):
        assert said(text, asked=asked) in Said
