"""Whose a body is, without parsing it."""

import json

from hypothesis import given
from hypothesis import strategies as st

from jawort.channels.types import Inbound
from jawort.channels.whatsapp.parse import parse
from jawort.channels.whatsapp.senders import SENDERS_MAX, senders
from tests.channels.webhooks import KIM, KNOWN, NOUR, a_body, a_message, a_status, a_value

texts = st.text(max_size=80)


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
    says = f'{text}","from":"4915199999999","{text}'
    body = a_body(a_value(messages=[a_message(text={"body": says})]))
    assert json.loads(body)["entry"]
    assert senders(body) == senders(a_body(a_value(messages=[a_message(text={"body": ""})])))


@given(st.binary(max_size=2_000))
def test_nothing_breaks_it(body: bytes) -> None:
    assert len(senders(b'"from":"' + body)) <= 2_000


def test_a_body_of_thousands_is_of_a_thousand() -> None:
    assert len(senders(b"".join(b'"from":"%d",' % n for n in range(SENDERS_MAX * 3)))) == SENDERS_MAX
