"""A company adds words that end advertising; they work at once, and none of ours can be taken away."""

import pytest

from jawort.consent.house_words import WORDS_MAX, CannotAdd, add_word, house_words, remove_word
from jawort.consent.models import Text
from jawort.consent.rules import Refusal, Refused
from jawort.consent.state import State
from jawort.ledger.models import Entry
from jawort.staff.models import Agent
from tests.consent.questions import says_yes, stands, verdict
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene, author


def test_it_ends_advertising_from_now_on_and_no_more_when_removed(
    scene: Scene, kim: Customer, nour: Customer, alice: Agent, ada: Agent, texts: tuple[Text, ...]
) -> None:
    says_yes(scene, kim, alice)
    scene.writes(kim, "Feierabend!")
    assert stands(scene, kim) is State.ACTIVE
    row = add_word("  Feierabend ", actor=author(ada).actor, at=scene.clock.at)
    scene.passes(minutes=1)
    scene.writes(kim, "Hallo, FEIERABEND bitte. Danke")
    assert stands(scene, kim) is State.WITHDRAWN
    assert verdict(scene, kim) == Refusal(Refused.OBJECTED)
    remove_word(row.pk, actor=author(ada).actor, at=scene.clock.at)
    scene.writes(nour, "Feierabend")
    assert verdict(scene, nour) == Refusal(Refused.NO_CONSENT)
    assert verdict(scene, kim) == Refusal(Refused.OBJECTED)
    changes = Entry.objects.filter(kind="house_word.changed").order_by("pk").values_list("facts", flat=True)
    assert list(changes) == [{"change": "added", "word": "feierabend"}, {"change": "removed", "word": "feierabend"}]
    scene.delivers()


def test_in_ordinary_talk_it_ends_nothing(scene: Scene, kim: Customer) -> None:
    add_word("Feierabend", actor="system", at=scene.clock.at)
    scene.writes(kim, "Wann haben Sie heute Feierabend und kann ich danach noch kommen?")
    assert verdict(scene, kim) == Refusal(Refused.NO_CONSENT)


@pytest.mark.parametrize(
    ("word", "why"),
    [
        ("ab", "short"),
        ("!!", "short"),
        ("123 4", "short"),
        ("Stop", "known"),
        ("Feierabend", "known"),
        ("bitte keine Werbung mehr", "known"),
        ("Ja, gerne", "answer"),
        ("nein", "answer"),
        ("Hallo, danke", "answer"),
        ("ﷺ" * 39, "long"),
    ],
)
def test_what_is_no_further_word_is_refused(scene: Scene, word: str, why: str) -> None:
    add_word("Feierabend", actor="system", at=scene.clock.at)
    with pytest.raises(CannotAdd) as refused:
        add_word(word, actor="system", at=scene.clock.at)
    assert refused.value.why == why
    assert house_words() == ["feierabend"]


def test_there_are_so_many_and_no_more(scene: Scene) -> None:
    for n in range(WORDS_MAX):
        add_word(f"Wort{chr(97 + n % 26)}{chr(97 + n // 26)}", actor="system", at=scene.clock.at)
    with pytest.raises(CannotAdd) as refused:
        add_word("Feierabend", actor="system", at=scene.clock.at)
    assert refused.value.why == "full"
