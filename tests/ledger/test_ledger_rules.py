"""What a leaf is made of: fixed forms, computed a second time by hand."""

import hashlib
import hmac
import json
from datetime import datetime, timedelta, timezone
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from hypothesis import given
from hypothesis import strategies as st

from jawort.ledger.kinds import RECORDS, Kind
from jawort.ledger.rules import JSON, Groups, canonical, combined, commitment, group_commitment, group_salt, leaf
from tests.ledger.builders import AT

SALT = bytes(range(32))
KIM = Groups(who=b'{"phone":"491713920021"}', what=b"Ja", files=b"", original=b"{}", facts=b'{"n":1}')
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
FACTS: st.SearchStrategy[JSON] = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**18), 10**18) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


def test_a_commitment_by_the_book() -> None:
    """The construction again, with another library's HKDF and HMAC."""
    whole = b"JWL1/record\0"
    for name, value in (
        *((b"who", KIM.who), (b"what", KIM.what), (b"files", KIM.files)),
        *((b"original", KIM.original), (b"facts", KIM.facts)),
    ):
        key = HKDFExpand(SHA256(), 32, b"salt\0" + name).derive(SALT)
        whole += hmac.new(key, bytes([len(name)]) + name + value, hashlib.sha256).digest()
    whole += hashlib.sha256(b"ciphertext").digest()
    assert commitment(SALT, KIM, b"ciphertext") == hashlib.sha256(whole).digest()


def test_the_form_of_a_commitment_never_changes() -> None:
    assert commitment(SALT, KIM, b"ciphertext").hex() == (
        "88285387f098102c62219051b67cf8b6c4a52b2276a621feda6fd408ba2d73ce"
    )


def test_one_group_can_be_shown_without_the_others() -> None:
    """A court gets the text and its salt, and of the other groups their commitments only."""
    parts = [group_commitment(group_salt(SALT, name), name, value) for name, value in KIM.named()]
    shown_salt = group_salt(SALT, b"what")
    parts[1] = group_commitment(shown_salt, b"what", b"Ja")
    assert combined(parts, hashlib.sha256(b"ciphertext").digest()) == commitment(SALT, KIM, b"ciphertext")
    assert len({group_salt(SALT, name) for name, _ in KIM.named()}) == 5


@given(st.integers(0, 4), st.binary(min_size=1))
def test_a_commitment_binds_every_group_and_the_ciphertext(group: int, more: bytes) -> None:
    values = [value for _, value in KIM.named()]
    values[group] += more
    whole = commitment(SALT, KIM, b"ciphertext")
    assert commitment(SALT, Groups(*values), b"ciphertext") != whole
    assert commitment(SALT, KIM, b"ciphertext" + more) != whole
    assert commitment(SALT[1:] + b"\0", KIM, b"ciphertext") != whole


def test_what_moves_from_one_group_to_the_next_is_another_record() -> None:
    assert commitment(SALT, Groups(b"ab", b"", b"", b"", b""), b"") != commitment(
        SALT, Groups(b"a", b"b", b"", b"", b""), b""
    )


def test_a_salt_has_32_bytes() -> None:
    with pytest.raises(ValueError, match="32 bytes, not 16"):
        commitment(bytes(16), KIM, b"")


@pytest.mark.parametrize("kind", sorted(RECORDS))
def test_of_a_record_the_log_holds_32_bytes(kind: Kind) -> None:
    assert leaf(kind, AT, "staff:1", UUID(int=1), {}, b"c" * 32, UUID(int=2)) == b"JWL1\x01" + b"c" * 32
    with pytest.raises(ValueError, match="needs a commitment"):
        leaf(kind, AT, "staff:1", None, {}, None)
    with pytest.raises(ValueError, match="no facts"):
        leaf(kind, AT, "staff:1", None, {"n": 1}, b"c" * 32)


def test_of_an_event_the_log_holds_what_happened() -> None:
    data = leaf(Kind.CONVERSATION_ASSIGNED, AT, "staff:1", UUID(int=1), {"b": None, "a": "ä"}, b"c" * 32, UUID(int=2))
    assert data == (
        b'JWL1\x02{"actor":"staff:1","at":"2026-06-08T09:00:00.123456+00:00","commitment":"' + b"63" * 32 + b'",'
        b'"facts":{"a":"\\u00e4","b":null},"kind":"conversation.assigned",'
        b'"object":"00000000-0000-0000-0000-000000000001","related":"00000000-0000-0000-0000-000000000002"}'
    )
    short = leaf(Kind.SIGNED_IN, AT, "staff:1", None, {}, None)
    assert json.loads(short[5:]) == {
        "actor": "staff:1",
        "at": "2026-06-08T09:00:00.123456+00:00",
        "facts": {},
        "kind": "agent.signed_in",
    }


def test_an_event_is_the_same_in_every_time_zone() -> None:
    berlin = AT.astimezone(timezone(timedelta(hours=2)))
    assert leaf(Kind.SIGNED_IN, berlin, "a", None, {}, None) == leaf(Kind.SIGNED_IN, AT, "a", None, {}, None)
    with pytest.raises(ValueError, match="time zone"):
        leaf(Kind.SIGNED_IN, datetime(2026, 6, 8), "a", None, {}, None)  # noqa: DTZ001


@given(FACTS)
def test_facts_have_one_form(facts: JSON) -> None:
    data = leaf(Kind.SIGNED_IN, AT, "a", None, {"x": facts}, None)
    again = leaf(Kind.SIGNED_IN, AT, "a", None, json.loads(canonical({"x": facts})), None)
    assert data == again
    assert data.isascii()


@pytest.mark.parametrize("value", [1.5, float("nan"), b"bytes", {1: "number as key"}, {"deep": [{"x": 0.0}]}, AT])
def test_facts_that_have_not_are_refused(value: JSON) -> None:
    with pytest.raises(TypeError):
        leaf(Kind.SIGNED_IN, AT, "a", None, {"x": value}, None)


def test_an_entry_fits_into_a_bundle() -> None:
    spare = 65_535 - len(leaf(Kind.SIGNED_IN, AT, "a", None, {"x": ""}, None))
    assert len(leaf(Kind.SIGNED_IN, AT, "a", None, {"x": "y" * spare}, None)) == 65_535
    with pytest.raises(ValueError, match="65536 bytes"):
        leaf(Kind.SIGNED_IN, AT, "a", None, {"x": "y" * (spare + 1)}, None)
    with pytest.raises(ValueError, match="32 bytes, not 31"):
        leaf(Kind.NOTE, AT, "a", None, {}, b"c" * 31)


def test_kinds_are_texts_of_one_form_and_fit_their_column() -> None:
    assert len({kind.value for kind in Kind}) == len(Kind)
    for kind in Kind:
        subject, _, happened = kind.value.partition(".")
        assert subject.isidentifier()
        assert happened.isidentifier()
        assert len(kind.value) <= 40
