"""What comes while Meta Business Agent has the chat: read like all else, and marked."""

import json
from typing import Any

import pytest

from jawort.channels.types import Inbound, Notice, Receipt, Unreadable, Update
from jawort.channels.whatsapp.parse import parse
from tests.channels.webhooks import KIM, LINE, NOUR, a_body, a_message, a_status, a_value, an_echo


def read(*values: dict[str, Any], field: str = "standby") -> list[Update]:
    found = parse(a_body(*values, field=field))
    for update in found:
        assert parse(update.original) == [update]
    return found


def test_a_customers_message_is_a_message() -> None:
    (standing_by,) = read(a_value(standby={"contacts": [KIM], "messages": [a_message()]}))
    (ours,) = read(a_value(contacts=[KIM], messages=[a_message()]), field="messages")
    assert isinstance(standing_by, Inbound)
    assert isinstance(ours, Inbound)
    assert (standing_by.standby, ours.standby) == (True, False)
    assert (standing_by.line_ref, standing_by.provider_id, standing_by.sender) == (LINE, "wamid.1", ours.sender)
    assert (standing_by.text, standing_by.opens_window, standing_by.sender.name) == ("Guten Tag", True, "Kim")


def test_each_keeps_its_own_and_nothing_of_the_others() -> None:
    held = {
        "contacts": [NOUR, KIM],
        "messages": [a_message(), a_message(id="wamid.2", **{"from": None, "from_user_id": "DE.222"})],
        "statuses": [a_status()],
        "message_echoes": [an_echo()],
    }
    kim, nour, receipt, echo = read(a_value(standby=held))
    assert isinstance(kim, Inbound)
    assert isinstance(nour, Inbound)
    assert (kim.sender.name, nour.sender.name) == ("Kim", "Nour")
    assert isinstance(receipt, Receipt)
    assert isinstance(echo, Notice)
    assert echo.kind == "standby"
    for update, ids in ((kim, ["wamid.1"]), (nour, ["wamid.2"]), (receipt, ["wamid.9"]), (echo, ["wamid.E"])):
        value = json.loads(update.original)["entry"][0]["changes"][0]["value"]["standby"]
        lists = (value.get(name, []) for name in ("messages", "statuses", "message_echoes"))
        assert [one["id"] for items in lists for one in items] == ids
    assert b"Nour" not in kim.original
    assert b"Kim" not in nour.original


@pytest.mark.parametrize(
    "value",
    [
        a_value(contacts=[KIM], standby={"messages": [a_message()]}),
        {"standby": {**a_value(), "contacts": [KIM], "messages": [a_message()]}},
        a_value(contacts=[KIM], messages=[a_message()]),
    ],
)
def test_wherever_its_parts_stand_it_is_read(value: dict[str, Any]) -> None:
    (update,) = read(value)
    assert isinstance(update, Inbound)
    assert (update.standby, update.line_ref, update.sender.name) == (True, LINE, "Kim")


@pytest.mark.parametrize("field", ["standby", "messages"])
def test_what_stands_beside_is_read_too(field: str) -> None:
    """Only what came in `standby`, or in the field of that name, is marked."""
    value = a_value(contacts=[KIM], messages=[a_message()], standby={"messages": [a_message(id="wamid.2")]})
    beside, held = read(value, field=field)
    assert isinstance(beside, Inbound)
    assert isinstance(held, Inbound)
    assert (beside.provider_id, held.provider_id) == ("wamid.1", "wamid.2")
    assert (beside.standby, held.standby, held.sender.name) == (field == "standby", True, "Kim")


def test_what_stands_beside_shares_no_contact_with_it() -> None:
    """Only one of the two is described, and its contact is in the original of nobody else."""
    nour = a_message(id="wamid.2", **{"from": None, "from_user_id": "DE.222"})
    beside, held = read(a_value(contacts=[KIM], messages=[a_message()], standby={"messages": [nour]}))
    assert b"Kim" in beside.original
    assert b"Kim" not in held.original
    kim, other = read(a_value(contacts=[KIM, NOUR], messages=[a_message()], standby={"messages": [nour]}))
    assert b"Nour" not in kim.original
    assert b"Kim" not in other.original


@pytest.mark.parametrize("held", [None, 7, [], {}, {"messages": []}, {"anything": {"a": 1}}])
def test_what_holds_nothing_is_a_notice_kept_whole(held: object) -> None:
    (update,) = read(a_value(standby=held))
    assert isinstance(update, Notice)
    assert (update.kind, update.line_ref) == ("standby", LINE)
    assert json.loads(update.original)["entry"][0]["changes"][0]["value"] == a_value(standby=held)


def test_what_makes_no_sense_hides_nothing() -> None:
    held = {"messages": [7, a_message()], "message_echoes": [None, an_echo()], "statuses": 3}
    found = read(a_value(standby=held))
    assert [type(update) for update in found] == [Unreadable, Inbound, Unreadable, Notice, Unreadable]


@pytest.mark.parametrize("field", ["history", "smb_message_echoes"])
def test_of_other_apps_and_of_old_chats_nothing_is_a_message(field: str) -> None:
    """Files of old chats come as `messages` under the field `history`."""
    value = a_value(contacts=[KIM], messages=[a_message()], message_echoes=[an_echo(to="4915112345678")])
    (update,) = read(value, field=field)
    assert isinstance(update, Notice)
    assert update.kind == field
