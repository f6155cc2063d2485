"""Notices come late and in any order: what stands afterwards is the same."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations, cycle, islice
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jawort.channels.types import Notice as Report
from jawort.lines.models import Line, Notice
from jawort.lines.notices import STANDING, standing_words, template_pauses
from jawort.lines.rules import standing
from jawort.lines.tell import Arrived, end_restrictions, take_notices
from jawort.vault.state import Vault
from tests.fixtures.plans import as_installed, index_conditions
from tests.lines.test_lines import a_line

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
ACCOUNT = "102290129340398"
LATER = [AT + timedelta(hours=hours) for hours in (1, 3, 5, 30, 24 * 9)]


def of_account(event: str, name: str = "", word: str = "", days: int = 0) -> Report:
    words = ((name, word),) if name else ()
    until = AT + timedelta(days=days) if days else None
    return Report("", "account_update", b"", ACCOUNT, event, words=words, until=until)


def of_template(event: str, title: str = "") -> Report:
    words = (("title", title),) if title else ()
    kind = "message_template_status_update"
    return Report("", kind, b"", ACCOUNT, event, template="order_shipped", language="de", words=words)


ACCOUNTS = [
    of_account("DISABLED_UPDATE", "ban", "DISABLE"),
    of_account("DISABLED_UPDATE", "ban", "SCHEDULE_FOR_DISABLE"),
    of_account("DISABLED_UPDATE", "ban", "REINSTATE"),
    of_account("ACCOUNT_RESTRICTION", "restriction", "RESTRICTED_BIZ_INITIATED_MESSAGING", 1),
    of_account("ACCOUNT_RESTRICTION", "restriction", "RESTRICTED_BIZ_INITIATED_MESSAGING"),
    of_account("ACCOUNT_RESTRICTION", "restriction", "RESTRICTED_CUSTOMER_INITIATED_MESSAGING", 7),
    of_account("ACCOUNT_RESTRICTION", "restriction", "RESTRICTED_ADD_PHONE_NUMBER_ACTION", 7),
    of_account("ACCOUNT_OFFBOARDED"),
    of_account("ACCOUNT_RECONNECTED"),
]
TEMPLATES = [
    of_template("PAUSED", "FIRST_PAUSE"),
    of_template("PAUSED", "SECOND_PAUSE"),
    of_template("PAUSED", "RATE_LIMITING_PAUSE"),
    of_template("APPROVED", "UNPAUSE"),
    of_template("DISABLED"),
    of_template("PENDING"),
]


def at(report: Report, hours: int) -> Report:
    """The report, told so many hours ago."""
    return replace(report, at=AT - timedelta(hours=hours))


def what_stands(told: Sequence[Report]) -> Any:
    """Tell of these one by one, and look at what stands, for the gate and for whoever reads the notices."""
    with transaction.atomic():
        line = Line.objects.get()
        for report in told:
            take_notices([Arrived(report, ACCOUNT, line if report.event.startswith("ACCOUNT_O") else None)], AT)
        words = standing_words([ACCOUNT])[line.pk] if Notice.objects.exclude(matter__in=["", "template"]) else []
        stops = [word and (word.matter, word.effect) for word in (standing(words, moment) for moment in LATER)]
        pauses = [template_pauses([ACCOUNT], moment) for moment in LATER]
        waiting = Notice.objects.filter(needs_somebody=True, settled_at=None)
        open_ = sorted(waiting.values_list("told_at", "event", "words", "until"), key=repr)
        states = []
        for moment in [AT, *LATER]:
            end_restrictions(moment)
            states.append(Line.objects.values_list("state", "health").get())
        transaction.set_rollback(True)
    return stops, pauses, open_, states


@pytest.mark.django_db
@pytest.mark.parametrize("order", [1, -1])
def test_of_two_pauses_the_one_that_lasts_longer_waits_for_somebody(vault: Vault, order: int) -> None:
    a_line()
    longer, shorter = (
        at(of_template("PAUSED", title), ago) for title, ago in (("SECOND_PAUSE", 2), ("FIRST_PAUSE", 1))
    )
    _, pauses, open_, _ = what_stands([longer, shorter][::order])
    ends = AT + timedelta(hours=4)
    assert pauses[0] == {(ACCOUNT, "order_shipped", "de"): ends}
    assert ends in {until for _, _, _, until in open_}


@pytest.mark.django_db
@given(st.lists(st.tuples(st.sampled_from(ACCOUNTS + TEMPLATES), st.integers(0, 4)), min_size=2, max_size=4), st.data())
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_stands_is_the_same_in_whatever_order_it_comes(
    vault: Vault, told: list[tuple[Report, int]], data: st.DataObject
) -> None:
    if not Line.objects.exists():
        a_line()
    reports = [at(report, hours) for report, hours in told]
    assert what_stands(data.draw(st.permutations(reports))) == what_stands(reports)


@pytest.mark.django_db
@pytest.mark.parametrize("pool", [ACCOUNTS, TEMPLATES], ids=["account", "template"])
@pytest.mark.parametrize("at_once", [1, pytest.param(3, marks=pytest.mark.long)], ids=["one", "each"])
def test_of_any_two_at_one_second_or_apart_the_order_says_nothing(
    vault: Vault, pool: list[Report], at_once: int
) -> None:
    """Every pair an hour before, at one second or an hour after, in turn; in the long form at each of these."""
    a_line()
    apart = cycle((1, 0, 2))
    for first, second in combinations(pool, 2):
        for hours in islice(apart, at_once):
            pair = [at(first, 1), at(second, hours)]
            assert what_stands(pair) == what_stands(pair[::-1]), pair


@pytest.mark.django_db
def test_notices_that_only_tell_are_not_walked_over() -> None:
    """Meta Business Agent alone may bring thousands a day, and while it is asked what stands, lines are locked."""
    as_installed("lines_notice", "lines_line")
    found = index_conditions(STANDING, "text[]", "text[]", "text[]")
    assert any("matter)::text = of.matter" in condition for condition in found), found
