"""Whether a consent stands follows from what happened, not from the order in which it was heard of."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jawort.consent.state import CONFIRM_WITHIN, ENDS, Event, Happened, Standing, State, Terms, standing

DAY = datetime(2026, 6, 8, 9, 0, tzinfo=UTC)
TERMS = Terms(confirms=False, unused_for=timedelta(days=730))
CONFIRMED = Terms(confirms=True, unused_for=timedelta(days=730))
EVENTS = st.builds(
    Happened, st.sampled_from(Event), st.integers(0, 900).map(lambda hours: DAY + timedelta(hours=hours)),
    st.sampled_from(["", "text-1", "text-2"]),
)  # fmt: skip


def after(*told: Event, terms: Terms = TERMS, days: float = 0.0) -> Standing:
    """How it stands `days` after the last of these, which happened an hour apart."""
    events = [Happened(event, DAY + timedelta(hours=hour), "text-1") for hour, event in enumerate(told)]
    return standing(events, terms, events[-1].at + timedelta(days=days))


@pytest.mark.parametrize(
    ("told", "state"),
    [
        ([Event.REQUESTED], State.REQUESTED),
        ([Event.REQUESTED, Event.REFUSED], State.REFUSED),
        ([Event.REQUESTED, Event.GIVEN], State.ACTIVE),
        ([Event.GIVEN, Event.WITHDRAWN], State.WITHDRAWN),
        ([Event.GIVEN, Event.REFUSED], State.WITHDRAWN),
        ([Event.GIVEN, Event.REQUESTED], State.ACTIVE),
        ([Event.WITHDRAWN, Event.CONFIRMED], State.WITHDRAWN),
        ([Event.WITHDRAWN, Event.REAFFIRMED], State.WITHDRAWN),
        ([Event.GIVEN, Event.INVALIDATED, Event.CONFIRMED], State.INVALIDATED),
        ([Event.GIVEN, Event.WITHDRAWN, Event.GIVEN], State.ACTIVE),
        ([Event.GIVEN, Event.REVOKED], State.REVOKED),
        ([Event.GIVEN, Event.EXPIRED], State.EXPIRED),
        ([Event.CONFIRMED], State.NONE),
    ],
)
def test_what_follows_from_what(told: list[Event], state: State) -> None:
    assert after(*told).state is state


def test_where_it_is_to_be_confirmed_giving_is_half_the_way() -> None:
    assert after(Event.GIVEN, terms=CONFIRMED).state is State.UNCONFIRMED
    assert after(Event.GIVEN, Event.CONFIRMED, terms=CONFIRMED).state is State.ACTIVE
    late = [Happened(Event.GIVEN, DAY), Happened(Event.CONFIRMED, DAY + CONFIRM_WITHIN + timedelta(seconds=1))]
    found = standing(late, CONFIRMED, DAY + timedelta(days=3))
    assert (found.state, found.since) == (State.EXPIRED, DAY + CONFIRM_WITHIN)


def test_a_confirmation_of_another_text_confirms_nothing() -> None:
    told = [Happened(Event.GIVEN, DAY, "text-1"), Happened(Event.CONFIRMED, DAY + timedelta(hours=1), "text-2")]
    assert standing(told, CONFIRMED, DAY + timedelta(hours=2)).state is State.UNCONFIRMED


def test_a_wider_text_is_given_anew() -> None:
    told = [Happened(Event.GIVEN, DAY, "text-1"), Happened(Event.GIVEN, DAY + timedelta(days=1), "text-2")]
    assert standing(told, TERMS, DAY + timedelta(days=2)).text == "text-2"
    assert standing(told, CONFIRMED, DAY + timedelta(days=1, hours=2)).state is State.UNCONFIRMED


def test_what_nobody_uses_ends_and_every_message_keeps_it_alive() -> None:
    assert after(Event.GIVEN, days=730).state is State.ACTIVE
    assert after(Event.GIVEN, days=730.1).state is State.EXPIRED
    sent = DAY + timedelta(days=700)
    found = standing([Happened(Event.GIVEN, DAY)], TERMS, DAY + timedelta(days=1_400), sent_at=sent)
    assert found.state is State.ACTIVE


def test_of_one_moment_the_no_counts() -> None:
    for end in ENDS:
        for told in permutations([Happened(Event.GIVEN, DAY), Happened(end, DAY)]):
            assert standing(told, TERMS, DAY).state is ENDS[end]


@given(st.lists(EVENTS, max_size=7), st.randoms(use_true_random=False), st.sampled_from([TERMS, CONFIRMED]))
def test_the_order_in_which_they_are_heard_says_nothing(events: list[Happened], random: object, terms: Terms) -> None:
    shuffled = list(events)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    at = DAY + timedelta(days=40)
    assert standing(shuffled, terms, at) == standing(events, terms, at)


@given(st.lists(EVENTS, max_size=7), st.sampled_from([TERMS, CONFIRMED]), st.integers(0, 900))
def test_after_an_end_only_giving_anew_lets_anything_leave(events: list[Happened], terms: Terms, hours: int) -> None:
    at = DAY + timedelta(hours=hours)
    found = standing(events, terms, at)
    if found.state is State.ACTIVE:
        given_at = max(one.at for one in events if one.event is Event.GIVEN and one.at <= at)
        assert all(one.at < given_at or one.at > at for one in events if one.event in ENDS)


@given(st.lists(EVENTS, max_size=7), EVENTS)
def test_what_has_not_happened_yet_counts_for_nothing(events: list[Happened], later: Happened) -> None:
    at = DAY - timedelta(seconds=1)
    assert standing([*events, later], TERMS, at) == Standing()
