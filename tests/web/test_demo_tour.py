"""The tour ticks by facts: whatever has not happened is not ticked, and what has stays ticked."""

from collections.abc import Mapping, Sequence
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
OFFERED, LET_OUT, OFFERED_AGAIN = UUID(int=16), UUID(int=17), UUID(int=18)
WHO, SOMEBODY_ELSE = UUID(int=31), UUID(int=32)
LETTERS |= {
    OFFERED: Letter(CHAT, "refused", "template", contact=WHO, gate="no_consent"),
    LET_OUT: Letter(CHAT, "sent", "template", contact=WHO, gate="consent"),
    OFFERED_AGAIN: Letter(CHAT, "refused", "template", contact=WHO, gate="objected"),
}
LETTERS |= {LIKED: Letter(CHAT, "received", "reaction"), HIDDEN: Letter(OTHER, "received", numberless=True)}


def a_fact(id_: int, kind: Kind, object_: UUID | None = None, actor: str = STAFF, **said: JSON) -> Fact:
    return Fact(id_, kind, actor, object_, said)


#: A whole tour, in the order in which somebody takes it.
MARKETING = [
    a_fact(6, Kind.MESSAGE_REFUSED, OFFERED),
    a_fact(7, Kind.CONSENT_CHANGED, WHO, CUSTOMER, change="given"),
    a_fact(8, Kind.MESSAGE_OUT, LET_OUT),
    a_fact(9, Kind.CONSENT_CHANGED, WHO, CUSTOMER, change="withdrawn"),
    a_fact(10, Kind.MESSAGE_REFUSED, OFFERED_AGAIN),
]
WHOLE = [
    a_fact(1, Kind.MESSAGE_IN, ASKED, CUSTOMER),
    a_fact(2, Kind.CONVERSATION_READ, CHAT),
    a_fact(3, Kind.MESSAGE_OUT, TOLD),
    a_fact(4, Kind.MESSAGE_IN, LIKED, CUSTOMER),
    a_fact(5, Kind.MESSAGE_IN, SEEN, CUSTOMER),
    *MARKETING,
    a_fact(11, Kind.MESSAGE_IN, HIDDEN, CUSTOMER),
    a_fact(12, Kind.HANDED_OUT, ASKED),
    a_fact(13, Kind.DEMO_DISK_SEARCHED, ASKED, hits=0, control=2),
    a_fact(14, Kind.DEMO_SEAL_CHECKED, ASKED, holds=True),
    a_fact(15, Kind.DEMO_BYTE_CHANGED, ASKED),
    a_fact(16, Kind.LEDGER_VERIFIED, problems=1, named=True),
    a_fact(17, Kind.DEMO_BYTE_RESTORED, ASKED),
    a_fact(18, Kind.LEDGER_VERIFIED, problems=0),
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
    assert reached[7] == names[:8]
    assert reached[8] == names[:9]
    assert reached[9] == names[:9]  # whoever says STOP is believed; that it counts, the next offer shows
    assert reached[10] == names[:10]
    assert reached[11] == names[:11]
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
    assert "search" not in done([*WHOLE[:12], Fact(13, Kind.DEMO_DISK_SEARCHED, STAFF, ASKED, said)])


def test_a_seal_that_does_not_hold_ticks_nothing() -> None:
    assert "seal" not in done([*WHOLE[:13], a_fact(14, Kind.DEMO_SEAL_CHECKED, ASKED, holds=False)])


def test_verifying_alone_is_no_forgery_found() -> None:
    fine = a_fact(15, Kind.LEDGER_VERIFIED, problems=0)
    assert "forge" not in done([*WHOLE[:14], fine])
    assert "forge" not in done([*WHOLE[:14], fine, a_fact(16, Kind.LEDGER_VERIFIED, problems=0)])


@pytest.mark.parametrize(
    ("facts", "stands"),
    [
        (WHOLE[:14], Forgery.WHOLE),
        (WHOLE[:15], Forgery.CHANGED),
        (WHOLE[:16], Forgery.FOUND),
        (WHOLE[:17], Forgery.RESTORED),
        (WHOLE, Forgery.DONE),
        ([*WHOLE[:14], WHOLE[15]], Forgery.RESTORED),  # changed by hand: the tour has nothing to put back
        ([*WHOLE[:14], WHOLE[15], a_fact(17, Kind.DEMO_BYTE_CHANGED, ASKED)], Forgery.CHANGED),
    ],
)
def test_where_the_forger_stands(facts: list[Fact], stands: Forgery) -> None:
    assert forgery(Story(facts, LETTERS)) is stands


def test_a_byte_put_back_is_not_changed() -> None:
    assert changed(Story(WHOLE[:15], LETTERS)) == WHOLE[14]
    assert changed(Story(WHOLE[:17], LETTERS)) is None


def test_what_is_searched_and_forged_is_a_text() -> None:
    assert Story(WHOLE[:5], LETTERS).subject == WHOLE[0]
    assert Story(WHOLE[:11], LETTERS).subject == WHOLE[10]
    assert Story([WHOLE[3]], LETTERS).subject is None


@pytest.mark.parametrize(
    ("number", "wrong"),
    [
        (0, {OFFERED: Letter(CHAT, "refused", "template", gate="window_closed", contact=WHO)}),  # another reason
        (0, {OFFERED: Letter(CHAT, "refused", "text", gate="objected", contact=WHO)}),  # nothing at all is wanted
        (2, {LET_OUT: Letter(CHAT, "sent", "template", gate="own_question", contact=WHO)}),  # an answer
        (4, {OFFERED_AGAIN: Letter(CHAT, "refused", "template", gate="objected", contact=SOMEBODY_ELSE)}),
        (4, {OFFERED_AGAIN: Letter(CHAT, "refused", "template", gate="blocked", contact=WHO)}),
    ],
)
def test_what_is_refused_or_let_out_for_other_reasons_says_nothing_of_consents(
    number: int, wrong: dict[UUID, Letter]
) -> None:
    names = ["offer", "", "again", "", "stop"]
    assert names[number] in done(MARKETING[: number + 1])
    assert names[number] not in done(MARKETING[: number + 1], LETTERS | wrong)


def test_a_consent_is_the_customers_own_word() -> None:
    assert "consent" not in done([a_fact(7, Kind.CONSENT_CHANGED, WHO, STAFF, change="given")])
    assert "consent" not in done([a_fact(7, Kind.CONSENT_CHANGED, WHO, CUSTOMER, change="refused")])
    assert "consent" in done([a_fact(7, Kind.CONSENT_CHANGED, WHO, CUSTOMER, change="given")])


def test_what_was_refused_before_the_stop_is_not_refused_by_it() -> None:
    assert "stop" not in done([MARKETING[0], MARKETING[3]])


OBJECTS = st.sampled_from([None, CHAT, OTHER, ASKED, TOLD, WHO])
SAID: st.SearchStrategy[Mapping[str, JSON]] = st.fixed_dictionaries(
    {},
    optional={
        "hits": st.integers(0, 2),
        "control": st.integers(0, 2),
        "holds": st.booleans(),
        "problems": st.integers(0, 2),
        "change": st.sampled_from(["given", "withdrawn", "requested"]),
    },
)


@st.composite
def facts_of_a_demo(draw: st.DrawFn) -> list[Fact]:
    """Anything, in any order; messages name the messages that there are."""
    found = []
    for number in range(draw(st.integers(0, 14))):
        kind = draw(st.sampled_from(KINDS))
        came = draw(st.sampled_from([ASKED, LIKED, HIDDEN, SEEN]))
        left = draw(st.sampled_from([TOLD, LET_OUT]))
        kept = draw(st.sampled_from([OFFERED, OFFERED_AGAIN]))
        written = {Kind.MESSAGE_IN: came, Kind.MESSAGE_OUT: left, Kind.MESSAGE_REFUSED: kept}.get(kind)
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
