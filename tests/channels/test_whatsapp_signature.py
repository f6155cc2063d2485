"""The signature under a webhook."""

from pathlib import Path

import pytest

from jawort.channels.whatsapp.signature import sign, verify

BODY = (Path(__file__).parent / "payloads" / "known_answer.json").read_bytes()
SECRET = b"test_app_secret"
EXPECTED = "sha256=4dd3f7a17c89b69a9ba7e4158e3ed71d4bc6d111acd3e0d71233144f18fe1557"
#: What one gets who parses the body and writes it again as UTF-8.
REDUMPED = "sha256=671359bc31a1e231c42d6955ae352bd0f643226c55d36b914284e10bfbce0ddc"


def test_the_known_answer_stands() -> None:
    assert sign(BODY, SECRET) == EXPECTED
    assert verify(BODY, EXPECTED, [SECRET])
    assert verify(BODY, EXPECTED.encode(), [SECRET])


def test_the_signature_of_the_body_written_again_does_not_stand() -> None:
    assert not verify(BODY, REDUMPED, [SECRET])


def test_one_of_two_secrets_suffices_while_one_is_replaced() -> None:
    assert verify(BODY, EXPECTED, [b"new secret", SECRET])
    assert verify(BODY, EXPECTED, [SECRET, b"new secret"])
    assert not verify(BODY, EXPECTED, [b"new secret"])


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        b"",
        EXPECTED.removeprefix("sha256="),
        EXPECTED.upper(),
        EXPECTED[:-1],
        EXPECTED + "0",
        EXPECTED + "\n",
        EXPECTED.replace("sha256", "sha1"),
        "sha256=" + "ü" * 64,
        "sha256=",
    ],
)
def test_a_missing_or_malformed_header_is_no_signature(header: str | bytes | None) -> None:
    assert not verify(BODY, header, [SECRET])


def test_without_secrets_nothing_stands() -> None:
    assert not verify(BODY, EXPECTED, [])


def test_one_changed_byte_breaks_it() -> None:
    assert not verify(BODY.replace(b"TEST1", b"TEST2"), EXPECTED, [SECRET])
