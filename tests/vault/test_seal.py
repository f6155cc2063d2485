"""Sealing: opens for whom it should, for nobody else, and never twice with the same nonce."""

import hmac
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jawort.vault.seal import NONCE_BYTES, Klass, Sealed, Unreadable, aad, kek, month_of, open_, seal, unwrap, wrap

KEK = kek(b"s" * 32, b"p" * 32, Klass.OPEN, 202606)
RECORD = UUID("0190a1b2-0000-7000-8000-000000000001")
BOUND = aad(Klass.OPEN, RECORD)
SALT = b"n" * 32


@given(st.binary(max_size=2_000), st.sampled_from([b"", SALT]))
def test_what_is_sealed_opens_with_its_salt(plaintext: bytes, salt: bytes) -> None:
    assert open_(KEK, seal(KEK, plaintext, salt, BOUND), BOUND) == (plaintext, salt)


@given(st.integers(0, 10_000))
def test_one_changed_bit_opens_nothing(place: int) -> None:
    sealed = seal(KEK, b"Guten Morgen", SALT, BOUND)
    whole = bytearray(sealed.wrapped + sealed.ciphertext)
    whole[place // 8 % len(whole)] ^= 1 << place % 8
    cut = len(sealed.wrapped)
    with pytest.raises(Unreadable):
        open_(KEK, Sealed(bytes(whole[:cut]), bytes(whole[cut:])), BOUND)


@pytest.mark.parametrize(
    "other",
    [aad(Klass.IDENTITY, RECORD), aad(Klass.OPEN, UUID("0190a1b2-0000-7000-8000-000000000002"))],
    ids=["class", "record"],
)
def test_moved_to_another_class_or_record_it_does_not_open(other: bytes) -> None:
    with pytest.raises(Unreadable):
        open_(KEK, seal(KEK, b"Guten Morgen", SALT, BOUND), other)


@pytest.mark.parametrize(
    "key",
    [
        kek(b"x" * 32, b"p" * 32, Klass.OPEN, 202606),
        kek(b"s" * 32, b"x" * 32, Klass.OPEN, 202606),
        kek(b"s" * 32, b"p" * 32, Klass.IDENTITY, 202606),
        kek(b"s" * 32, b"p" * 32, Klass.OPEN, 202607),
    ],
    ids=["without the person's key", "without the month's key", "class", "month"],
)
def test_every_lock_is_needed(key: bytes) -> None:
    with pytest.raises(Unreadable):
        open_(key, seal(KEK, b"Guten Morgen", SALT, BOUND), BOUND)


@pytest.mark.parametrize("wrapped", [b"", b"short", bytes(28)])
def test_what_is_too_short_is_unreadable_and_no_crash(wrapped: bytes) -> None:
    with pytest.raises(Unreadable):
        open_(KEK, Sealed(wrapped, b""), BOUND)


def test_exceptions_say_nothing_of_the_content() -> None:
    sealed = seal(KEK, b"canary-text", SALT, BOUND)
    with pytest.raises(Unreadable) as raised:
        open_(KEK, Sealed(sealed.wrapped, b"canary-text" + sealed.ciphertext), BOUND)
    assert "canary" not in str(raised.value)
    assert raised.value.__cause__ is None


def test_nonces_and_content_keys_do_not_repeat() -> None:
    sealed = [seal(KEK, b"", SALT, BOUND) for _ in range(20_000)]
    assert len({one.wrapped[:NONCE_BYTES] for one in sealed}) == len(sealed)
    # The content's nonce is fixed, so the content keys must differ: with one of them the tags would be the same.
    assert len({one.ciphertext for one in sealed}) == len(sealed)
    keys = {unwrap(KEK, one.wrapped, BOUND)[:32] for one in sealed[:2_000]}
    assert len(keys) == 2_000


def test_wrapping_binds_too() -> None:
    with pytest.raises(Unreadable):
        unwrap(KEK, wrap(KEK, b"secret", b"one"), b"other")


def test_the_month_is_that_of_utc() -> None:
    new_year_in_berlin = datetime(2027, 1, 1, 0, 30, tzinfo=timezone(timedelta(hours=1)))
    assert month_of(new_year_in_berlin) == 202612
    assert month_of(datetime(2027, 1, 1, tzinfo=UTC)) == 202701


def test_the_derivation_is_the_one_that_is_written_down() -> None:
    # HKDF-SHA256 by hand (RFC 5869), so that a change of the library's use cannot pass unseen.
    prk = hmac.digest(bytes(32), b"s" * 32 + b"p" * 32, "sha256")
    assert hmac.digest(prk, b"kek/v1\0open\x00202606\x01", "sha256") == KEK
