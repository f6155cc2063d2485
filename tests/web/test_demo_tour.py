"""The tour ticks by facts: whatever has not happened is not ticked, and what has stays ticked."""

from collections.abc import Sequence
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jawort.ledger.kinds import Kind
from jawort.ledger.rules import JSON
from jawort.web.demo.tour import KINDS, STEPS, Fact, Forgery, Letter, Story, changed, current, fold, forgery

CHAT, OTHER = UUID(int=1), UUID(int=2)
ASKED, TOLD = UUID(int=11), UUID(int=12)
STAFF, CUSTOMER = f"staff:{UUID(int=21)}", f"customer:{UUID(int=22)}"
LETTERS = {ASKED: Letter(CHAT, "received"), TOLD: Letter(CHAT, "read")}
LIKED, HIDDEN, SEEN = UUID(int=13), UUID(int=14), UUID(int=15)
LETTERS[SEEN] = Letter(CHAT, "received", "image")
LETTERS |= {LIKED: Letter(CHAT, "received", "reaction"), HIDDEN: Letter(OTHER, "received", numberless=True)}


def a_fact(id_: int, kind: Kind, object_: UUID | None = None, actor: str = STAFF, **said: JSON) -> Fact:
    return Fact(id_, kind, actor, object_, said)


#: A whole tour, in the order in which somebody takes it.
WHOLE = [
    a_fact(1, Kind.MESSAGE_IN, ASKED, CUSTOMER),
    a_fact(2, Kind.CONVERSATION_READ, CHAT),
    a_fact(3, Kind.MESSAGE_OUT, TOLD),
    a_fact(4, Kind.MESSAGE_IN, LIKED, CUSTOMER),
    a_fact(5, Kind.MESSAGE_IN, SEEN, CUSTOMER),
    a_fact(6, Kind.MESSAGE_IN, HIDDEN, CUSTOMER),
    a_fact(7, Kind.HANDED_OUT, ASKED),
    a_fact(8, Kind.DEMO_DISK_SEARCHED, ASKED, hits=0, control=2),
    a_fact(9, Kind.DEMO_SEAL_CHECKED, ASKED, holds=True),
    a_fact(10, Kind.DEMO_BYTE_CHANGED, ASKED),
    a_fact(11, Kind.LEDGER_VERIFIED, problems=1, named=True),
    a_fact(12, Kind.DEMO_BYTE_RESTORED, ASKED),
    a_fact(13, Kind.LEDGER_VERIFIED, problems=0),
]


def done(facts: Sequence[Fact], letters: dict[UUID, Letter] | None = None) -> list[str]:
    """The names of the steps that have happened."""
    return [step.name for step in fold(Story(facts, LETTERS if letters is None else letters)) if step.done]


def test_a_whole_tour_ticks_every_step_in_order() -> None:
    names = [rule.name for rule in STEPS]
    reached = [done(WHOLE[:count]) for count in range(len(WHOLE) + 1)]
    assert reached[0] == []
    assert reached[1] == names[:1]
    assert reached[2] == names[:2]
    assert reached[3] == names[:4]  # the answer was read by the time that anybody looked
    assert reached[4] == names[:5]
    assert reached[5] == names[:6]
    assert reached[6] == names[:7]
    assert reached[-2] == names[:-1]
    assert reached[-1] == names
    assert current(fold(Story(WHOLE, LETTERS))) is None


def test_the_next_step_is_the_first_that_has_not_happened() -> None:
    steps = fold(Story([WHOLE[0], *WHOLE[2:]], LETTERS))
    assert current(steps) is None  # who answers has seen it
    steps = fold(Story([fact for fact in WHOLE if fact.kind != Kind.MESSAGE_IN], LETTERS))
    first = current(steps)
    assert first is not None
    assert first.name == "write"


@pytest.mark.parametrize(
    "fact",
    [
        a_fact(2, Kind.HANDED_OUT, OTHER),  # another conversation
        a_fact(2, Kind.HANDED_OUT, CHAT, "token:1"),  # a program
        a_fact(0, Kind.HANDED_OUT, CHAT),  # before it was written
    ],
)
def test_it_has_not_arrived_before_somebody_here_was_given_it(fact: Fact) -> None:
    facts = sorted([WHOLE[0], fact], key=lambda one: one.id)
    assert done(facts) == ["write"]


def test_an_answer_to_nobody_is_none() -> None:
    letters = LETTERS | {TOLD: Letter(OTHER, "read")}
    assert done(WHOLE[:3], letters) == ["write", "arrive"]


@pytest.mark.parametrize(("state", "ticked"), [("sent", False), ("failed", False), ("delivered", True), ("read", True)])
def test_ticks_are_there_when_the_phone_has_it(state: str, ticked: bool) -> None:
    assert ("ticks" in done(WHOLE[:3], LETTERS | {TOLD: Letter(CHAT, state)})) is ticked


@pytest.mark.parametrize("said", [{"hits": 1, "control": 2}, {"hits": 0, "control": 0}, {"word": None}])
def test_a_search_that_finds_the_word_or_proves_nothing_ticks_nothing(said: dict[str, JSON]) -> None:
    assert "search" not in done([*WHOLE[:7], Fact(8, Kind.DEMO_DISK_SEARCHED, STAFF, ASKED, said)])


def test_a_seal_that_does_not_hold_ticks_nothing() -> None:
    assert "seal" not in done([*WHOLE[:8], a_fact(9, Kind.DEMO_SEAL_CHECKED, ASKED, holds=False)])


def test_verifying_alone_is_no_forgery_found() -> None:
    fine = a_fact(10, Kind.LEDGER_VERIFIED, problems=0)
    assert "forge" not in done([*WHOLE[:9], fine])
    assert "forge" not in done([*WHOLE[:9], fine, a_fact(11, Kind.LEDGER_VERIFIED, problems=0)])


@pytest.mark.parametrize(
    ("facts", "stands"),
    [
        (WHOLE[:9], Forgery.WHOLE),
        (WHOLE[:10], Forgery.CHANGED),
        (WHOLE[:11], Forgery.FOUND),
        (WHOLE[:12], Forgery.RESTORED),
        (WHOLE, Forgery.DONE),
        ([*WHOLE[:9], WHOLE[10]], Forgery.RESTORED),  # changed by hand: the tour has nothing to put back
        ([*WHOLE[:9], WHOLE[10], a_fact(12, Kind.DEMO_BYTE_CHANGED, ASKED)], Forgery.CHANGED),
    ],
)
def test_where_the_forger_stands(facts: list[Fact], stands: Forgery) -> None:
    assert forgery(Story(facts, LETTERS)) is stands


def test_a_byte_put_back_is_not_changed() -> None:
    assert changed(Story(WHOLE[:10], LETTERS)) == WHOLE[9]
    assert changed(Story(WHOLE[:12], LETTERS)) is None


def test_what_is_searched_and_forged_is_a_text() -> None:
    assert Story(WHOLE[:5], LETTERS).subject == WHOLE[0]
    assert Story(WHOLE[:6], LETTERS).subject == WHOLE[5]
    assert Story([WHOLE[3]], LETTERS).subject is None


OBJECTS = st.sampled_from([None, CHAT, OTHER, ASKED, TOLD])
SAID = st.fixed_dictionaries(
    {},
    optional={
        "hits": st.integers(0, 2),
        "control": st.integers(0, 2),
        "holds": st.booleans(),
        "problems": st.integers(0, 2),
    },
)


@st.composite
def facts_of_a_demo(draw: st.DrawFn) -> list[Fact]:
    """Anything, in any order; messages name the messages that there are."""
    found = []
    for number in range(draw(st.integers(0, 14))):
        kind = draw(st.sampled_from(KINDS))
        came = draw(st.sampled_from([ASKED, LIKED, HIDDEN, SEEN]))
        written = {Kind.MESSAGE_IN: came, Kind.MESSAGE_OUT: TOLD}.get(kind)
        actor = draw(st.sampled_from([STAFF, CUSTOMER, "system"]))
        found.append(Fact(number, kind, actor, written or draw(OBJECTS), draw(SAID)))
    return found


@given(facts_of_a_demo())
def test_what_has_happened_stays_ticked(facts: list[Fact]) -> None:
    before: set[str] = set()
    for count in range(len(facts) + 1):
        now = set(done(facts[:count]))
        assert before <= now
        before = now


@given(facts_of_a_demo())
def test_every_tick_names_a_fact_that_is_there(facts: list[Fact]) -> None:
    steps = fold(Story(facts, LETTERS))
    assert [step.name for step in steps] == [rule.name for rule in STEPS]
    assert all(step.proof in facts for step in steps if step.done)
    assert (forgery(Story(facts, LETTERS)) is Forgery.DONE) == steps[-1].done
