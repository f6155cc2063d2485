"""What the platform says of a number of ours is read as it is meant, and nonsense as nothing."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jawort.channels.whatsapp.examine import is_subscribed, leads_to, token

APP, OTHER = "670843887433847", "1"
ODD = [b"", b"null", b"[]", b"{", b'{"data":3}', b'{"data":[3]}', b'{"webhook_configuration":[]}', b"<html>"]


def apps(*ids: str) -> bytes:
    return json.dumps({"data": [{"whatsapp_business_api_data": {"id": one, "name": "x"}} for one in ids]}).encode()


@pytest.mark.parametrize(
    ("answer", "app", "expected"),
    [
        (apps(), APP, False),
        (apps(APP), APP, True),
        (apps(OTHER), APP, False),  # somebody else's app hears of our customers, and we do not
        (apps(OTHER, APP), APP, True),
        (apps(OTHER), "", True),
        (apps(), "", False),
        (b'{"error":{"code":100}}', APP, None),
    ],
)
def test_whether_our_app_is_subscribed(answer: bytes, app: str, expected: bool | None) -> None:
    assert is_subscribed(answer, app) is expected


def test_the_narrowest_callback_counts() -> None:
    levels = {"application": "https://a.example", "whatsapp_business_account": "https://b.example"}
    assert leads_to(json.dumps({"webhook_configuration": levels}).encode()) == "https://b.example"
    assert leads_to(json.dumps({"webhook_configuration": {**levels, "phone_number": "c"}}).encode()) == "c"


@pytest.mark.parametrize(
    ("ends", "expected"),
    [(0, None), (1_900_000_000, datetime.fromtimestamp(1_900_000_000, UTC)), ("0", None), (None, None), ("soon", None)],
)
def test_when_a_token_ends(ends: object, expected: datetime | None) -> None:
    assert token(json.dumps({"data": {"app_id": APP, "expires_at": ends}}).encode()) == (APP, expected)


@pytest.mark.parametrize("answer", ODD)
def test_nonsense_says_nothing(answer: bytes) -> None:
    assert (leads_to(answer), token(answer)) == ("", ("", None))
    assert is_subscribed(answer, APP) in {None, False}


@given(st.binary(max_size=200))
def test_whatever_comes_it_is_read(answer: bytes) -> None:
    """What is no JSON says nothing at all, and nothing breaks."""
    app, ends = token(answer)
    assert isinstance(leads_to(answer), str)
    assert isinstance(app, str)
    assert ends is None or ends.tzinfo is UTC
    assert is_subscribed(answer, APP) in {None, False}
