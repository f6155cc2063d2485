"""How a new person stands, folded from what happened: nobody is let in without a yes to a question."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jawort.consent.hear import Said
from jawort.messaging.yes_first.rules import (
    ANSWER_WITHIN,
    Case,
    End,
    Happened,
    Standing,
    What,
    Words,
    fold,
    heard,
    lapsed,
    payload,
    step,
)

BEGIN = datetime(2026, 6, 8, 9, 0, tzinfo=UTC)
NEWCOMER = UUID(int=7)

#: Minutes from one thing to the next, up to two days.
steps = st.lists(st.tuples(st.sampled_from(What), st.integers(0, 2_880)), max_size=12)


def told(drawn: list[tuple[What, int]]) -> list[Happened]:
    """One after the other."""
    at, found = BEGIN, []
    for what, minutes in drawn:
        at += timedelta(minutes=minutes)
        found.append(Happened(what, at))
    return found


def plainly(happened: list[Happened], at: datetime) -> tuple[Standing, int]:
    """The rule once more, as somebody would tell it: standing, and how many messages wait."""
    waits: list[datetime] = []
    asked: datetime | None = None
    for one in [*happened, None]:
        now = one.at if one else at
        if waits and now >= (asked or waits[-1]) + ANSWER_WITHIN:
            waits, asked = [], None
        if one is None:
            break
        if one.what is What.ASKED:
            asked = (asked or one.at) if waits else None
        elif one.what is What.STOP or (one.what is What.NO and asked):
            waits, asked = [], None
        elif one.what is What.YES and asked:
            return Standing.LET_IN, 0
        else:
            waits.append(one.at)
    return (Standing.WAITING if waits else Standing.NEW), len(waits)


@given(steps, st.integers(0, 4_000))
def test_it_is_what_somebody_would_tell(drawn: list[tuple[What, int]], later: int) -> None:
    happened = told(drawn)
    at = (happened[-1].at if happened else BEGIN) + timedelta(minutes=later)
    case = fold(happened, at)
    assert (case.standing, case.withheld) == plainly(happened, at)
    assert case.ends_at is None or at < case.ends_at


@given(steps)
def test_nobody_is_let_in_without_a_yes_within_a_day_after_the_question(drawn: list[tuple[What, int]]) -> None:
    case = Case()
    for one in told(drawn):
        before, case = case, step(case, one)
        if case.standing is Standing.LET_IN and before.standing is not Standing.LET_IN:
            assert one.what is What.YES
            assert before.asked_at is not None
            assert one.at < before.asked_at + ANSWER_WITHIN


@given(steps, st.integers(0, 4_000), st.integers(0, 4_000))
def test_time_alone_only_ends_it_once(drawn: list[tuple[What, int]], first: int, second: int) -> None:
    happened = told(drawn)
    at = (happened[-1].at if happened else BEGIN) + timedelta(minutes=first)
    then = at + timedelta(minutes=second)
    assert lapsed(fold(happened, at), then) == fold(happened, then)


def test_how_it_ended_is_told_apart() -> None:
    came, asked = Happened(What.CAME, BEGIN), Happened(What.ASKED, BEGIN)
    late = BEGIN + ANSWER_WITHIN
    assert fold([came], late).ended is End.UNASKED
    assert fold([came, asked], late).ended is End.SILENT
    assert fold([came, asked, Happened(What.NO, BEGIN)], late).ended is End.REFUSED
    assert fold([came, Happened(What.STOP, BEGIN)], late).ended is End.STOPPED
    assert fold([came, asked], late - timedelta(seconds=1)).standing is Standing.WAITING


def says(text: str, *, asked: bool = True, **more: object) -> What:
    words = Words(text, str(more.pop("kind", "text")), BEGIN, **more)  # type: ignore[arg-type]
    return heard(words, NEWCOMER, BEGIN if asked else None)


@pytest.mark.parametrize("text", ["Ja", "Zustimmung", "ja, bitte", "Yes", "I agree", "Ich stimme zu."])
def test_a_yes(text: str) -> None:
    assert says(text) is What.YES
    assert says(text, asked=False) is What.CAME
    assert says(text, forwarded=True) is What.CAME
    assert says(text, to_bot=True) is What.CAME
    assert says(text, quotes=True) is What.CAME
    assert says(text, quotes=True, ours=True) is What.YES
    assert says(text, kind="edit") is What.CAME


@pytest.mark.parametrize("text", ["Nein", "nein danke", "No", "ich stimme nicht zu", "bitte nicht"])
def test_a_no_answers_the_question_and_nothing_before_it(text: str) -> None:
    assert says(text) is What.NO
    assert says(text, asked=False) is What.CAME


@pytest.mark.parametrize("text", ["STOP", "Stopp!", "abmelden", "unsubscribe"])
def test_a_stop_counts_always(text: str) -> None:
    assert says(text) is What.STOP
    assert says(text, asked=False) is What.STOP


@pytest.mark.parametrize("text", ["Ja?", "ja aber", "Bitte keine Werbung mehr, und meine Heizung ist kalt.", "👍", ""])
def test_what_is_neither_is_withheld_like_the_rest(text: str) -> None:
    assert says(text) is What.CAME


def test_a_word_from_before_the_question_answers_nothing() -> None:
    words = Words("Ja", "text", BEGIN - timedelta(seconds=1))
    assert heard(words, NEWCOMER, BEGIN) is What.CAME


def test_a_button_answers_its_own_question() -> None:
    for answer, what in ((Said.YES, What.YES), (Said.NO, What.NO)):
        assert says("Ja", kind="choice", payload=payload(NEWCOMER, answer)) is what
        assert says("Ja", kind="choice", payload=payload(UUID(int=8), answer)) is What.CAME
    assert says("Ja", kind="choice", payload="consent:x:yes") is What.CAME
    assert says("Ja", kind="choice") is What.CAME
