"""The signature under a webhook."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jawort.channels.whatsapp.signature import sign, verify
from tests.channels.forgeries import FORGERIES, REQUESTS, forge

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


kinds = st.sampled_from(sorted(FORGERIES.keys() - REQUESTS))
seeds = st.integers(0, 2**32)


@pytest.mark.parametrize("count", [200, pytest.param(10_000, marks=pytest.mark.long)])
def test_no_forgery_stands(count: int) -> None:
    seen: list[str] = []

    @settings(max_examples=count, deadline=None, database=None)
    @given(kinds, seeds)
    def refused(kind: str, seed: int) -> None:
        forged = forge(kind, seed)
        for header in forged.signatures or (None,):
            assert not verify(forged.body, header, [b"another secret", SECRET])
        seen.append(kind)

    refused()
    print(len(seen), "forgeries of", len(set(seen)), "kinds, none stands")
    assert len(seen) >= count


# RFC 4231, of which platforms' documents are silent: keys shorter and longer than a block, and more than one block.
RFC4231 = [
    (b"\x0b" * 20, b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
    (b"Jefe", b"what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
    (b"\xaa" * 20, b"\xdd" * 50, "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
    (
        b"\xaa" * 131,
        b"Test Using Larger Than Block-Size Key - Hash Key First",
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
    ),
]


@pytest.mark.parametrize(("secret", "body", "digest"), RFC4231)
def test_the_published_digests_stand(secret: bytes, body: bytes, digest: str) -> None:
    assert sign(body, secret) == f"sha256={digest}"
    assert verify(body, f"sha256={digest}", [b"other", secret])
