"""What notices of the platform mean, and what stands when several speak on one matter."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jawort.channels.types import Notice
from jawort.lines.rules import JUDGEMENTS, STOPPING, Effect, Matter, Severity, Word, begins_at, ends_at, judge, standing

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)


def told(kind: str, event: str, *words: tuple[str, str]) -> Notice:
    return Notice("", kind, b"{}", account_ref="1", event=event, words=words)


@pytest.mark.parametrize(
    ("notice", "severity", "effect"),
    [
        (told("account_update", "DISABLED_UPDATE", ("ban", "DISABLE")), Severity.CRITICAL, Effect.BANS),
        (told("account_update", "DISABLED_UPDATE", ("ban", "REINSTATE")), Severity.INFO, Effect.LIFTS),
        (told("account_update", "DISABLED_UPDATE", ("ban", "SCHEDULE_FOR_DISABLE")), Severity.CRITICAL, Effect.NONE),
        (told("account_update", "DISABLED_UPDATE", ("ban", "TOMORROWS")), Severity.CRITICAL, Effect.NONE),
        (told("account_update", "TOMORROWS_EVENT"), Severity.INFO, Effect.NONE),
        (told("tomorrows_field", ""), Severity.INFO, Effect.NONE),
        (told("status.warning", ""), Severity.INFO, Effect.NONE),
        (
            told("account_update", "ACCOUNT_RESTRICTION", ("restriction", "RESTRICTED_BIZ_INITIATED_MESSAGING")),
            Severity.CRITICAL,
            Effect.ANSWERS_ONLY,
        ),
        (
            told(
                "account_update",
                "ACCOUNT_RESTRICTION",
                ("restriction", "RESTRICTED_CUSTOMER_INITIATED_MESSAGING"),
                ("restriction", "RESTRICTED_BIZ_INITIATED_MESSAGING"),
            ),
            Severity.CRITICAL,
            Effect.STOPS,
        ),
        (
            told("account_update", "ACCOUNT_RESTRICTION", ("restriction", "RESTRICTED_ADD_PHONE_NUMBER_ACTION")),
            Severity.WARNING,
            Effect.NONE,
        ),
        (told("message_template_status_update", "PAUSED"), Severity.WARNING, Effect.TEMPLATE_STOPS),
        (told("message_template_status_update", "PAUSED", ("title", "UNPAUSE")), Severity.INFO, Effect.LIFTS),
        (told("message_template_status_update", "FLAGGED"), Severity.WARNING, Effect.NONE),
        (told("account_alerts", "ANYTHING", ("severity", "CRITICAL")), Severity.CRITICAL, Effect.NONE),
        (told("account_alerts", "ANYTHING", ("severity", "INFORMATIONAL")), Severity.INFO, Effect.NONE),
        (told("errors", "131031"), Severity.CRITICAL, Effect.STOPS),
        (told("errors", "131000"), Severity.WARNING, Effect.NONE),
        (told("errors", ""), Severity.WARNING, Effect.NONE),
    ],
)
def test_what_a_notice_means(notice: Notice, severity: Severity, effect: Effect) -> None:
    found = judge(notice)
    assert (found.severity, found.effect) == (severity, effect)
    assert found.needs_somebody == (severity is not Severity.INFO)


def test_whatever_lasts_speaks_on_a_matter_and_every_stop_can_end() -> None:
    for (kind, event), of in JUDGEMENTS.items():
        if of.effect in STOPPING or of.effect is Effect.TEMPLATE_STOPS:
            assert of.matter, (kind, event)
    lifted = {of.matter for of in JUDGEMENTS.values() if of.effect is Effect.LIFTS}
    assert {Matter.BAN, Matter.LINK, Matter.TEMPLATE} <= lifted


ANSWERS, NOTHING_LEAVES, NO_NUMBERS = (
    f"RESTRICTED_{what}"
    for what in ("BIZ_INITIATED_MESSAGING", "CUSTOMER_INITIATED_MESSAGING", "ADD_PHONE_NUMBER_ACTION")
)
SOON, LATER = AT + timedelta(days=1), AT + timedelta(days=7)


@pytest.mark.parametrize(
    ("ends", "until"),
    [
        ([(ANSWERS, LATER), (NO_NUMBERS, SOON)], LATER),
        ([(ANSWERS, SOON), (NO_NUMBERS, LATER)], SOON),
        ([(ANSWERS, SOON), (NO_NUMBERS, None)], SOON),
        ([(ANSWERS, None), (NO_NUMBERS, SOON)], None),
        ([(NOTHING_LEAVES, SOON), (ANSWERS, LATER)], LATER),
        ([(NOTHING_LEAVES, SOON), (ANSWERS, None)], None),
    ],
)
def test_restrictions_hold_until_the_last_that_stops_something_has_ended(
    ends: list[tuple[str, datetime | None]], until: datetime | None
) -> None:
    latest = max(end for _, end in ends if end)
    for each in (ends, ends[::-1]):
        words = tuple(("restriction", word) for word, _ in each)
        notice = Notice("", "account_update", b"{}", "1", "ACCOUNT_RESTRICTION", words=words, until=latest)
        assert ends_at(replace(notice, ends=tuple(each)), AT) == until


@pytest.mark.parametrize("state", ["DISABLE", "SCHEDULE_FOR_DISABLE", "REINSTATE", "TOMORROWS"])
def test_a_ban_bears_the_day_from_which_it_holds_and_ends_by_none(state: str) -> None:
    ban = told("account_update", "DISABLED_UPDATE", ("ban", state))
    ban = replace(ban, begins=SOON, until=LATER, ends=((ANSWERS, LATER),))
    assert ends_at(ban, AT) is None
    assert begins_at(ban) == (None if state == "REINSTATE" else SOON)


WORDS = st.builds(
    Word,
    st.sampled_from([matter for matter in Matter if matter]),
    st.sampled_from(Effect),
    st.none() | st.integers(-3, 3).map(lambda days: AT + timedelta(days=days)),
    st.booleans(),
)


@given(st.lists(WORDS, max_size=6, unique_by=lambda word: word.matter))
def test_the_strictest_that_holds_stands_whatever_the_order(words: list[Word]) -> None:
    holds = [w for w in words if w.effect in STOPPING and not w.settled and (w.until is None or w.until > AT)]
    found = standing(words, AT)
    assert found == standing(words[::-1], AT)
    if found is None:
        assert holds == []
    else:
        assert found in holds
        assert all(STOPPING.index(w.effect) <= STOPPING.index(found.effect) for w in holds)
