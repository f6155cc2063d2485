"""The gate: what may leave, and which reason comes first."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jawort.consent.purpose import LegalBasis
from jawort.consent.reasons import BASES, REASONS
from jawort.consent.rules import (
    LEDGER_LAG_SECONDS_MAX,
    WINDOW_MARGIN,
    Basis,
    Facts,
    Permit,
    Refusal,
    Refused,
    ask,
    window_is_open,
)

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
FINE = Facts(
    rests_on=LegalBasis.QUESTION,
    window_ends_at=AT + timedelta(hours=5),
    objected=False,
    restricted=False,
    in_review=False,
    has_address=True,
    line_is_live=True,
    ledger_lag_s=0.2,
)
WRONG = {
    Refused.RESTRICTED: {"restricted": True},
    Refused.BLOCKED: {"blocked": True},
    Refused.OBJECTED: {"objected": True},
    Refused.AWAITS_YES: {"awaits_yes": True},
    Refused.NOT_AWAITED: {"asks_yes": True},
    Refused.IDENTITY_UNCLEAR: {"in_review": True},
    Refused.NO_ADDRESS: {"has_address": False},
    Refused.PURPOSE_CLOSED: {"purpose_closed": True},
    Refused.PAUSED: {"rests_on": LegalBasis.CONSENT, "consent_stands": True, "paused": True},
    Refused.NO_CONSENT: {"rests_on": LegalBasis.CONSENT},
    Refused.DOCUMENTS_FORBIDDEN: {"is_document": True, "documents_forbidden": True},
    Refused.WINDOW_CLOSED: {"window_ends_at": None},
    Refused.TEMPLATE_STOPPED: {"is_template": True, "template_stopped": True},
    Refused.ANSWERS_ONLY: {"is_template": True, "answers_only": True, "window_ends_at": None},
    Refused.LEDGER_LATE: {"ledger_lag_s": LEDGER_LAG_SECONDS_MAX + 1},
    Refused.LINE_NOT_LIVE: {"line_is_live": False},
}


def test_an_answer_to_the_customers_own_message_may_leave() -> None:
    assert ask(FINE, AT) == Permit(Basis.OWN_QUESTION)


@pytest.mark.parametrize("code", Refused)
def test_each_reason_alone_keeps_it_here(code: Refused) -> None:
    assert ask(replace(FINE, **WRONG[code]), AT) == Refusal(code)  # type: ignore[arg-type]


YES = {Refused.AWAITS_YES, Refused.NOT_AWAITED}


@given(st.sets(st.sampled_from(list(Refused)), min_size=1).filter(lambda codes: not codes >= YES))
def test_the_gravest_reason_is_named(codes: set[Refused]) -> None:
    facts = FINE
    for code in codes:
        facts = replace(facts, **WRONG[code])  # type: ignore[arg-type]
    if facts.is_template:  # it needs no window
        codes -= {Refused.WINDOW_CLOSED}
    assert ask(facts, AT) == Refusal(next(code for code in WRONG if code in codes))


def test_the_question_for_a_yes_leaves_to_whoever_waits_for_it() -> None:
    assert ask(replace(FINE, awaits_yes=True, asks_yes=True), AT) == Permit(Basis.OWN_QUESTION)


@given(st.integers(-200_000, 200_000))
def test_the_window_closes_a_minute_early(seconds_left: int) -> None:
    ends_at = AT + timedelta(seconds=seconds_left)
    assert window_is_open(ends_at, AT) == (seconds_left > WINDOW_MARGIN.total_seconds())


@pytest.mark.parametrize("only", [{"is_document": True}, {"documents_forbidden": True}])
def test_only_documents_are_forbidden_and_only_where_they_are(only: dict[str, bool]) -> None:
    assert ask(replace(FINE, **only), AT) == Permit(Basis.OWN_QUESTION)  # type: ignore[arg-type]


def test_consent_opens_what_needs_it_and_nothing_else() -> None:
    campaign = replace(FINE, rests_on=LegalBasis.CONSENT, consent_stands=True)
    assert ask(campaign, AT) == Permit(Basis.CONSENT)
    assert ask(replace(campaign, objected=True), AT) == Refusal(Refused.OBJECTED)


@pytest.mark.parametrize("ends_at", [None, AT + timedelta(hours=5)])
def test_marketing_needs_a_consent_whatever_it_is_sent_for(ends_at: datetime | None) -> None:
    marketing = replace(FINE, is_template=True, is_marketing=True, window_ends_at=ends_at)
    assert ask(marketing, AT) == Refusal(Refused.NO_CONSENT)
    assert ask(replace(marketing, consent_stands=True), AT) == Permit(Basis.CONSENT)


def test_a_template_needs_no_window() -> None:
    assert ask(replace(FINE, is_template=True), AT) == Permit(Basis.OWN_QUESTION)


@pytest.mark.parametrize("ends_at", [None, AT - timedelta(days=9), AT, AT + WINDOW_MARGIN])
def test_a_template_outside_the_window_claims_no_question(ends_at: datetime | None) -> None:
    assert ask(replace(FINE, window_ends_at=ends_at, is_template=True), AT) == Permit(Basis.NO_OPEN_QUESTION)


def test_an_existing_customer_needs_no_consent_but_may_object_like_anybody() -> None:
    offer = replace(FINE, rests_on=LegalBasis.CONSENT, is_existing_customer=True, is_template=True)
    assert ask(offer, AT) == Permit(Basis.EXISTING_CUSTOMER)
    assert ask(replace(offer, consent_stands=True), AT) == Permit(Basis.CONSENT)
    assert ask(replace(offer, objected=True), AT) == Refusal(Refused.OBJECTED)
    assert ask(replace(offer, objected_to_campaigns=True), AT) == Refusal(Refused.OBJECTED)
    assert ask(replace(offer, paused=True), AT) == Refusal(Refused.PAUSED)


@pytest.mark.parametrize("rests_on", [LegalBasis.CONTRACT, LegalBasis.OBLIGATION])
def test_what_a_contract_or_a_law_demands_is_no_advertising_yet(rests_on: LegalBasis) -> None:
    reminder = replace(FINE, rests_on=rests_on, is_template=True, window_ends_at=None)
    assert ask(reminder, AT) == Permit(Basis(rests_on))
    assert ask(replace(reminder, objected_to_campaigns=True), AT) == Permit(Basis(rests_on))
    assert ask(replace(reminder, objected=True), AT) == Refusal(Refused.OBJECTED)
    became_marketing = replace(reminder, is_marketing=True)
    assert ask(became_marketing, AT) == Refusal(Refused.NO_CONSENT)
    assert ask(replace(became_marketing, objected_to_campaigns=True), AT) == Refusal(Refused.OBJECTED)


@pytest.mark.parametrize("ends_at", [None, AT + timedelta(hours=5)])
def test_an_objection_to_campaigns_holds_back_every_template(ends_at: datetime | None) -> None:
    template = replace(FINE, window_ends_at=ends_at, is_template=True)
    assert ask(replace(template, objected_to_campaigns=True), AT) == Refusal(Refused.OBJECTED)


def test_an_objection_to_campaigns_leaves_answers_alone() -> None:
    assert ask(replace(FINE, objected_to_campaigns=True), AT) == Permit(Basis.OWN_QUESTION)


def test_a_line_that_may_only_answer_answers() -> None:
    assert ask(replace(FINE, answers_only=True), AT) == Permit(Basis.OWN_QUESTION)
    assert ask(replace(FINE, answers_only=True, window_ends_at=None), AT) == Refusal(Refused.WINDOW_CLOSED)
    assert ask(replace(FINE, template_stopped=True), AT) == Permit(Basis.OWN_QUESTION)


@pytest.mark.parametrize("code", Refused)
def test_every_refusal_says_why_by_what_rule_and_what_helps_in_both_languages(code: Refused) -> None:
    reason = REASONS[code]
    for words in (reason.text, reason.article, reason.help):
        assert words.de
        assert words.en
        assert words.in_language("de-AT") == words.de
        assert words.in_language("fr") == words.en


def test_every_basis_is_named() -> None:
    assert set(BASES) == set(Basis)
