"""Sealing one datum under two locks. Pure: bytes in, bytes out.

Per record a random content key (DEK), used once; it is wrapped under a key made from the subject's key and the month's
key, so destroying either makes the record unreadable. The record's salt, which its ledger commitment needs, travels in
the wrapped part and is destroyed with it.

    kek     = HKDF-SHA256(K_sub || K_per, info = "kek/v1" 0 class 0 month)
    wrapped = nonce (12, random) || AES-256-GCM-SIV(kek, nonce, DEK || salt, aad)
    content = AES-256-GCM(DEK, nonce 0, plaintext, aad)

A change of class replaces `wrapped` only. AES-GCM does not commit to its key; the ledger's commitment does.
"""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESGCMSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
#: Safe because a content key seals one plaintext and is then only ever used to open it.
NONCE_OF_SINGLE_USE_KEY = bytes(NONCE_BYTES)


class Klass(StrEnum):
    """Deletion class of a record; the key that opens it hangs from it."""

    OPEN = "open"  # a message of a conversation that has not been closed and classed
    IDENTITY = "identity"  # names and addresses of customers


class Unreadable(Exception):
    """What was sealed does not open: another key, another record's data, or changed bytes. The text names neither."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """One sealed datum: the wrapped content key with the salt, and the content."""

    wrapped: bytes
    ciphertext: bytes


def month_of(at: datetime) -> int:
    """The month of a moment, in UTC, as year * 100 + month."""
    at = at.astimezone(UTC)
    return at.year * 100 + at.month


def kek(sub: bytes, per: bytes, klass: Klass, month: int) -> bytes:
    """The key that wraps content keys of one subject, class and month."""
    info = b"kek/v1\0" + klass.value.encode() + b"\0" + str(month).encode()
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=info).derive(sub + per)


def aad(klass: Klass, record: UUID) -> bytes:
    """What a sealed datum is bound to: moved to another row or class it does not open."""
    return b"jw/1\0" + klass.value.encode() + record.bytes


def seal(key: bytes, plaintext: bytes, salt: bytes, bound: bytes) -> Sealed:
    """Seal `plaintext` under `key` (from `kek`), bound to `bound` (from `aad`).

    `salt` is the 32 bytes of the ledger commitment, or empty for rows that the ledger does not commit to.
    """
    content_key = os.urandom(KEY_BYTES)
    return Sealed(
        wrapped=wrap(key, content_key + salt, bound),
        ciphertext=AESGCM(content_key).encrypt(NONCE_OF_SINGLE_USE_KEY, plaintext, bound),
    )


def open_(key: bytes, sealed: Sealed, bound: bytes) -> tuple[bytes, bytes]:
    """The plaintext and the salt. Raises Unreadable."""
    inner = unwrap(key, sealed.wrapped, bound)
    try:
        plaintext = AESGCM(inner[:KEY_BYTES]).decrypt(NONCE_OF_SINGLE_USE_KEY, sealed.ciphertext, bound)
    except (InvalidTag, ValueError):
        raise Unreadable("content does not open") from None
    return plaintext, inner[KEY_BYTES:]


def wrap(key: bytes, secret: bytes, bound: bytes) -> bytes:
    """A secret under a key used many times: AES-256-GCM-SIV (RFC 8452), which forgives a repeated nonce."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCMSIV(key).encrypt(nonce, secret, bound)


def unwrap(key: bytes, wrapped: bytes, bound: bytes) -> bytes:
    """The secret that `wrap` was given. Raises Unreadable."""
    try:
        return AESGCMSIV(key).decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], bound)
    except (InvalidTag, ValueError):
        raise Unreadable("key does not open") from None
