"""Whose a body is, without parsing it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jawort.channels.types import IdentityChange, Inbound
from jawort.channels.whatsapp.parse import parse
from jawort.channels.whatsapp.senders import SENDERS_MAX, senders
from tests.channels.webhooks import KIM, KNOWN, NOUR, a_body, a_message, a_status, a_value

texts = st.text(max_size=80)
WITHIN = b'{"entry":[{"changes":[{"value":{"messages":[{'


def test_a_message_is_of_who_wrote_it() -> None:
    assert senders(KNOWN) == ("4915112345678", "DE.13491208655302741918")


def test_a_receipt_is_of_who_received_it() -> None:
    body = a_body(a_value(statuses=[a_status(recipient_id="491713920021")]))
    assert "491713920021" in senders(body)


@given(st.lists(st.tuples(st.sampled_from([KIM, NOUR]), texts), min_size=1, max_size=5))
def test_whoever_the_parser_finds_is_found(told: list[tuple[dict[str, object], str]]) -> None:
    messages = [a_message(id=str(n), text={"body": text}) for n, (_, text) in enumerate(told)]
    body = a_body(a_value(contacts=[contact for contact, _ in told], messages=messages))
    for update in parse(body):
        assert isinstance(update, Inbound)
        assert {update.sender.phone, update.sender.bsuid} - {None} <= set(senders(body))


@given(texts)
def test_words_of_a_customer_make_nobody_a_sender(text: str) -> None:
    says = f'{text}"}}}}],"from":"4915199999999","{text}'
    body = a_body(a_value(messages=[a_message(text={"body": says})]))
    assert json.loads(body)["entry"]
    assert senders(body) == senders(a_body(a_value(messages=[a_message(text={"body": ""})])))


def test_what_a_customer_answers_or_passes_on_is_about_nobody_else() -> None:
    """Who answers names our number, and everybody would take turns as one; a contact card names who is to wait."""
    card = {"name": {"formatted_name": "Nour"}, "phones": [{"phone": "+49 171 3920021", "wa_id": "491713920021"}]}
    answer = a_message(context={"from": "4915550783881", "id": "wamid.0"})
    passed_on = a_message(type="contacts", contacts=[card], context={"from": "491713920021"})
    for message in (answer, passed_on):
        assert senders(a_body(a_value(messages=[message]))) == ("4915112345678", "DE.111")


@pytest.mark.parametrize(
    "value",
    [
        a_value(
            messages=[
                a_message(
                    type="system",
                    system={
                        "type": "user_changed_number",
                        "wa_id": "491713920099",
                        "user_id": "DE.999",
                        "previous_user_id": "DE.222",
                    },
                )
            ]
        ),
        a_value(
            user_id_update=[
                {"wa_id": "491713920099", "timestamp": 1763900000, "user_id": {"previous": "DE.1", "current": "DE.2"}}
            ]
        ),
    ],
)
def test_who_changes_an_id_is_known_under_both(value: dict[str, object]) -> None:
    (change,) = parse(a_body(value, field="messages" if "messages" in value else "user_id_update"))
    assert isinstance(change, IdentityChange)
    ids = {change.old_phone, change.old_bsuid, change.new_phone, change.new_bsuid} - {None}
    assert len(ids) >= 3
    assert ids <= set(senders(a_body(value)))


def test_who_writes_to_metas_agent_takes_turns_too() -> None:
    """One level deeper; what stands deeper still, or after it, names nobody more than elsewhere."""
    answer = a_message(context={"from": "4915550783881", "id": "wamid.0"})
    held = {"messages": [answer], "contacts": [NOUR], "statuses": [a_status(recipient_id="491713920021")]}
    found = senders(a_body(a_value(standby=held), a_value(messages=[answer])))
    assert found == ("4915112345678", "DE.111", "DE.222", "491713920021")
    (update,) = parse(a_body(a_value(standby={"messages": [answer]})))
    assert senders(update.original) == ("4915112345678", "DE.111")


@pytest.mark.parametrize("odd", ['4"9', "4\\9", "}{][", "9" * 500, 49, None, {"from": "1"}, [["from"]]])
def test_an_odd_member_hides_nobody_behind_it(odd: object) -> None:
    body = a_body(a_value(messages=[a_message(**{"from": odd}), a_message(from_user_id="DE.222")]))
    assert {"DE.111", "DE.222", "4915112345678"} <= set(senders(body))


@given(st.binary(max_size=2_000))
def test_nothing_breaks_it(body: bytes) -> None:
    assert len(senders(WITHIN + b'"from":"' + body)) <= 2_000


def test_everybody_of_a_full_body_is_found() -> None:
    contacts = [{"wa_id": str(n), "user_id": f"DE.{n}"} for n in range(1_000)]
    messages = [a_message(**{"from": str(n), "from_user_id": f"DE.{n}"}) for n in range(1_000)]
    assert len(senders(a_body(a_value(contacts=contacts, messages=messages)))) == 2_000


def test_a_body_names_no_more_than_that() -> None:
    members = b",".join(b'"from":"%d"' % n for n in range(SENDERS_MAX * 3))
    assert len(senders(WITHIN + members)) == SENDERS_MAX
