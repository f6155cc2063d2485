"""Calls: a customer's is read like a message, all else that is told of calls is a notice."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from jawort.channels.types import Inbound, Notice, Unreadable, Update
from jawort.channels.whatsapp.parse import parse
from jawort.channels.whatsapp.senders import senders
from tests.channels.webhooks import KIM, LINE, NOUR, a_body, a_call, a_message, a_status, a_value


def read(**value: Any) -> list[Update]:
    found = parse(a_body(a_value(**value), field="calls"))
    for update in found:
        assert parse(update.original) == [update]
    return found


def test_a_customer_calls() -> None:
    (update,) = read(contacts=[KIM], calls=[a_call()])
    assert isinstance(update, Inbound)
    assert (update.kind, update.text, update.part, update.provider_id) == ("call", "", None, "wacid.1")
    assert (update.sender.phone, update.sender.bsuid, update.sender.name) == ("4915112345678", "DE.111", "Kim")
    assert (update.line_ref, update.sent_at) == (LINE, datetime.fromtimestamp(1763900003, UTC))
    assert update.opens_window
    assert senders(update.original) == ("4915112345678", "DE.111")
    assert b"session" not in update.original  # what the phone offers names its addresses in the internet


def test_who_withholds_the_number_is_known_by_the_id() -> None:
    (update,) = read(contacts=[NOUR], calls=[a_call(**{"from": None, "from_user_id": "DE.222"})])
    assert isinstance(update, Inbound)
    assert (update.sender.phone, update.sender.bsuid, update.sender.name) == (None, "DE.222", "Nour")


@pytest.mark.parametrize(
    ("times", "began"),
    [({}, 1763900003), ({"start_time": "1763900001", "end_time": "1763900003"}, 1763900001)],
)
def test_its_end_is_the_same_call_from_its_beginning(times: dict[str, str], began: int) -> None:
    first, last = read(contacts=[KIM], calls=[a_call(), a_call(event="terminate", status="FAILED", **times)])
    assert isinstance(first, Inbound)
    assert isinstance(last, Inbound)
    assert (last.kind, last.provider_id, last.sender) == (first.kind, first.provider_id, first.sender)
    assert last.sent_at == datetime.fromtimestamp(began, UTC)


def test_an_end_that_names_nobody_is_a_notice() -> None:
    (update,) = read(calls=[a_call(event="terminate", **{"from": None, "from_user_id": None})])
    assert isinstance(update, Notice)
    assert (update.kind, update.event) == ("calls", "terminate")


@pytest.mark.parametrize(
    ("fields", "event", "direction"),
    [
        ({"event": "terminate", "direction": "BUSINESS_INITIATED"}, "terminate", "BUSINESS_INITIATED"),
        ({"direction": "BUSINESS_INITIATED"}, "connect", "BUSINESS_INITIATED"),
        ({"direction": None}, "connect", "unknown"),
        ({"event": "4915112345678"}, "unknown", "USER_INITIATED"),
    ],
)
def test_all_else_of_calls_is_a_notice(fields: dict[str, Any], event: str, direction: str) -> None:
    (update,) = read(contacts=[KIM], calls=[a_call(**fields)])
    assert isinstance(update, Notice)
    assert (update.kind, update.event, update.words) == ("calls", event, (("direction", direction),))


def test_how_a_call_of_ours_goes_is_no_receipt() -> None:
    (update,) = read(statuses=[a_status(type="call", status="RINGING")])
    assert isinstance(update, Notice)
    assert (update.kind, update.event) == ("calls", "RINGING")


@pytest.mark.parametrize("missing", [{"id": ""}, {"timestamp": "soon"}, {"from": None, "from_user_id": None}])
def test_a_call_without_sense_is_unreadable(missing: dict[str, Any]) -> None:
    (update,) = read(calls=[a_call(**missing)])
    assert isinstance(update, Unreadable)


def test_each_call_keeps_its_own_and_hides_no_other() -> None:
    calls = [a_call(), 7, a_call(id="wacid.2", event="terminate"), a_call(id="wacid.3", from_user_id="DE.222")]
    found = read(contacts=[KIM, NOUR], calls=calls, messages=[a_message()])
    assert [type(update) for update in found] == [Inbound, Unreadable, Inbound, Inbound, Inbound]
    values = (json.loads(update.original)["entry"][0]["changes"][0]["value"] for update in found)
    kept = [{name: of for name, of in one.items() if name != "session"} for one in calls if isinstance(one, dict)]
    assert [one.get("calls", [{"id": "message"}]) for one in values] == [
        [kept[0]], [7], [kept[1]], [kept[2]], [{"id": "message"}],
    ]  # fmt: skip
