"""Notices of the platform, read as words: what is known by its field, and nothing that could name somebody."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jawort.channels.types import Notice, Preference, SenderRef, Unreadable
from jawort.channels.whatsapp.parse import parse
from tests.channels.webhooks import KIM, LINE, a_body, a_status, a_value


def told(field: str, value: dict[str, Any]) -> Notice:
    entry = {"id": "1022", "time": 1763900000, "changes": [{"field": field, "value": value}]}
    (update,) = parse(json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode())
    assert isinstance(update, Notice)
    assert parse(update.original) == [update]
    assert (update.account_ref, update.at) == ("1022", datetime.fromtimestamp(1763900000, UTC))
    return update


@pytest.mark.parametrize(
    ("field", "value", "event", "words"),
    [
        (
            "account_update",
            {"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "DISABLE", "waba_ban_date": "Nov 1"}},
            "DISABLED_UPDATE",
            [("ban", "DISABLE")],
        ),
        (
            "account_update",
            {"event": "ACCOUNT_VIOLATION", "violation_info": {"violation_type": "SCAM"}},
            "ACCOUNT_VIOLATION",
            [("violation", "SCAM")],
        ),
        (
            "account_alerts",
            {"entity_type": "BUSINESS", "alert_info": {"alert_severity": "CRITICAL", "alert_type": "OBA_APPROVED"}},
            "OBA_APPROVED",
            [("severity", "CRITICAL"), ("about", "BUSINESS")],
        ),
        ("account_review_update", {"decision": "REJECTED"}, "REJECTED", []),
        ("phone_number_name_update", {"decision": "REJECTED", "rejection_reason": None}, "REJECTED", []),
        ("business_capability_update", {"max_daily_conversations_per_business": -1}, "", [("limit", "-1")]),
        ("business_capability_update", {"max_daily_conversations_per_business": "TIER_2K"}, "", [("limit", "TIER_2K")]),
        ("security", {"event": "PIN_CHANGED", "requester": "4711"}, "PIN_CHANGED", []),
        (
            "template_category_update",
            {"new_category": "UTILITY", "correct_category": "MARKETING"},
            "",
            [("new", "UTILITY"), ("correct", "MARKETING")],
        ),
    ],
)
def test_known_fields_by_their_words(
    field: str, value: dict[str, Any], event: str, words: list[tuple[str, str]]
) -> None:
    notice = told(field, value)
    assert (notice.kind, notice.event, list(notice.words)) == (field, event, words)


def test_restrictions_come_in_a_list_and_end() -> None:
    listed: list[Any] = [
        {"restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING", "expiration": 1764000000},
        {"restriction_type": "RESTRICTED_ADD_PHONE_NUMBER_ACTION"},
        "odd",
    ]
    notice = told("account_update", {"event": "ACCOUNT_RESTRICTION", "restriction_info": listed})
    assert [word for _, word in notice.words] == [one["restriction_type"] for one in listed if isinstance(one, dict)]
    assert notice.until == datetime.fromtimestamp(1764000000, UTC)
    assert notice.ends == ((listed[0]["restriction_type"], notice.until), (listed[1]["restriction_type"], None))


BANNED = [
    ("2026-12-03", "2026-12-03T12:00"),
    ("December 3, 2026", "2026-12-03T12:00"),
    ("Dec 3 2026", "2026-12-03T12:00"),
    ("2026-12-03T22:30:00.000-02:00", "2026-12-04T00:30"),
    (1796256000, "2026-12-03T00:00"),
    ("1796256000", "2026-12-03T00:00"),
]


@pytest.mark.parametrize(("said", "day"), BANNED)
def test_from_when_it_holds_is_read_in_every_form_that_was_seen(said: object, day: str) -> None:
    ban = {"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "DISABLE", "waba_ban_date": said}}
    template = {"event": "DISABLED", "disable_info": {"disable_date": said}}
    category = {"correct_category": "MARKETING", "category_update_timestamp": said}
    for notice in (
        told("account_update", ban),
        told("message_template_status_update", template),
        told("template_category_update", category),
    ):
        assert notice.begins == datetime.fromisoformat(f"{day}+00:00")
        assert notice.until is None


def test_only_restrictions_end() -> None:
    ends = [{"restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING", "expiration": 1764000000}]
    ban = {"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "DISABLE"}, "restriction_info": ends}
    assert (told("account_update", ban).ends, told("account_update", ban).until) == ((), None)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "now",
        "Nov 1",
        "February 31, 2026",
        "Nonsense 3, 2026",
        "9999-12-31T23:59:59-10:00",
        "0001-01-01",
        None,
        [],
        {},
    ],
)
def test_a_day_that_is_none_is_none(said: object) -> None:
    value = {"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "DISABLE", "waba_ban_date": said}}
    assert told("account_update", value).begins is None


def test_a_template_is_named_by_name_and_language() -> None:
    value = {"event": "PAUSED", "message_template_name": "order_shipped", "message_template_language": "pt_BR"}
    notice = told("message_template_status_update", value | {"other_info": {"title": "FIRST_PAUSE"}})
    assert (notice.template, notice.language, notice.words) == ("order_shipped", "pt_BR", (("title", "FIRST_PAUSE"),))


def test_a_number_is_named_by_its_digits() -> None:
    value = {"display_phone_number": "+49 155 5078 3881", "event": "THROUGHPUT_UPGRADE"}
    assert told("phone_number_quality_update", value).number == "4915550783881"


@given(st.text(max_size=80) | st.integers(0, 10**15) | st.none() | st.lists(st.text(max_size=5), max_size=2))
def test_a_field_that_nobody_knows_gives_away_no_number_and_no_sentence(said: Any) -> None:
    event = told("tomorrows_field", {"event": said, "who": "4915112345678"}).event
    assert event == "" or (event == said and not any(char.isdigit() or char.isspace() for char in event))


def prefers(**fields: Any) -> Any:
    told = {"wa_id": KIM["wa_id"], "category": "marketing_messages", "value": "stop", "timestamp": 1731705721}
    value = a_value(user_preferences=[told | fields], contacts=[KIM])
    (update,) = parse(a_body(value, field="user_preferences"))
    assert parse(update.original) == [update]
    return update


def test_what_a_customer_prefers() -> None:
    update = prefers(value="signup", signup_id="4711")
    assert isinstance(update, Preference)
    assert update.sender == SenderRef("4915112345678", "DE.111", None, "Kim")
    assert (update.line_ref, update.subject, update.wish) == (LINE, "marketing_messages", "signup")
    assert (update.signup_ref, update.at) == ("4711", datetime.fromtimestamp(1731705721, UTC))
    assert prefers().provider_id == prefers().provider_id != prefers(value="resume").provider_id


@pytest.mark.parametrize("missing", ["value", "timestamp"])
def test_a_preference_without_sense_is_unreadable(missing: str) -> None:
    assert isinstance(prefers(**{missing: None}), Unreadable)


def test_of_several_each_keeps_its_own_contact() -> None:
    nour = {"profile": {"name": "Nour"}, "wa_id": "4915112345699", "user_id": "DE.222"}
    both = [
        {"wa_id": one["wa_id"], "category": "marketing_messages", "value": "stop", "timestamp": 1731705721}
        for one in (KIM, nour)
    ]
    found = parse(a_body(a_value(user_preferences=both, contacts=[nour, KIM]), field="user_preferences"))
    assert [one.sender.name for one in found if isinstance(one, Preference)] == ["Kim", "Nour"]
    for one in found:
        assert (b"Kim" in one.original) != (b"Nour" in one.original)
        assert parse(one.original) == [one]


PHONE = "4915112345678"
NO_WORDS = [
    PHONE,
    "15112345678",
    f"_{PHONE}",
    f"stop_{PHONE}",
    f"{PHONE}.stop",
    "DE.13491208655302741918",
    "1stop",
    "1",
]


@pytest.mark.parametrize("said", NO_WORDS)
def test_what_could_be_a_number_is_no_word(said: str) -> None:
    (told_field,) = parse(a_body({"event": "x"}, field=said))
    (told_status,) = parse(a_body(a_value(contacts=[KIM], statuses=[a_status(status=said)])))
    assert isinstance(told_field, Notice)
    assert isinstance(told_status, Notice)
    assert (told_field.kind, told_status.kind) == ("unknown", "status.unknown")
    update = prefers(category=said, value=said)
    assert (update.subject, update.wish) == ("unknown", "unknown")


@pytest.mark.parametrize("said", ["stop", "phone_number_quality_update", "FIRST_PAUSE", "tier_1000", "v26.0", "a" * 64])
def test_words_with_some_digits_are_words(said: str) -> None:
    assert prefers(value=said).wish == said


@pytest.mark.parametrize("named", [KIM["wa_id"], KIM["user_id"], "https://wa.me/1", "1" * 65])
def test_a_link_of_ours_names_nobody(named: str) -> None:
    assert prefers(value="signup", signup_id=named).signup_ref == "unknown"


def test_a_link_of_ours_may_be_all_digits() -> None:
    assert prefers(value="signup", signup_id="123456789012345").signup_ref == "123456789012345"
