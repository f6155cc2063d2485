"""Bodies on their way from the webhook listener to intake: one process can seal and not open. Needs no Django.

    sealed = "JWT1" || day (u32, proleptic ordinal) || public key of the session (32) || nonce (12) || ciphertext
    key    = HKDF-SHA256(X25519(session, day), info = "transit/v1" 0 day's public key || session's public key)
    ciphertext = AES-256-GCM(key, nonce, body, everything before the nonce)

The key agreement is dear (about 100 µs), so a session lasts an hour; within it every body costs one AES-GCM. Nonces are
random: a process that forks would repeat a counter, and 2^32 bodies a key are far above what an hour brings.
"""

import os
from collections.abc import Callable
from datetime import date

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from jawort.vault.memory import Memory
from jawort.vault.seal import KEY_BYTES, NONCE_BYTES, TAG_BYTES, Unreadable

#: Payload-free notify: what the webhook listener knows has changed, a day's key or an app's secrets.
LISTENER_CHANNEL = "jawort_ingest"
MAGIC = b"JWT1"
DAY_END = len(MAGIC) + 4
HEADER_BYTES = DAY_END + KEY_BYTES
#: What sealing adds to a body.
OVERHEAD_BYTES = HEADER_BYTES + NONCE_BYTES + TAG_BYTES
#: After this a process begins a new session, so that a key taken from its memory opens an hour and not a day.
SESSION_SECONDS_MAX = 3_600
AGREED_KEYS_MAX = 1_024


class DayGone(Unreadable):
    """The private half of that day's key has been destroyed, or never was here."""


class Session:
    """Seals bodies to the key of one day. `public` is the day's public key, 32 bytes."""

    def __init__(self, public: bytes, day: date) -> None:
        own = X25519PrivateKey.generate()
        ephemeral = own.public_key().public_bytes_raw()
        self.day = day
        self._header = MAGIC + day.toordinal().to_bytes(4, "big") + ephemeral
        self._aead = AESGCM(_agreed(own, public, public, ephemeral))

    def seal(self, body: bytes) -> bytes:
        """`body` sealed. The length shows."""
        nonce = os.urandom(NONCE_BYTES)
        return self._header + nonce + self._aead.encrypt(nonce, body, self._header)


class Opener:
    """Opens what sessions sealed. `private_of` gives a day's private key (32 bytes), or None once destroyed."""

    def __init__(self, private_of: Callable[[date], bytes | None]) -> None:
        self._private_of = private_of
        self._agreed: Memory[bytes, AESGCM] = Memory(AGREED_KEYS_MAX)

    def open(self, sealed: bytes) -> bytes:
        """The body. Raises DayGone when its day's key is destroyed, Unreadable for anything that does not open."""
        if len(sealed) < OVERHEAD_BYTES or not sealed.startswith(MAGIC):
            raise Unreadable("not a sealed body")
        header = sealed[:HEADER_BYTES]
        nonce_end = HEADER_BYTES + NONCE_BYTES
        try:
            return self._aead(header).decrypt(sealed[HEADER_BYTES:nonce_end], sealed[nonce_end:], header)
        except InvalidTag:
            raise Unreadable("body does not open") from None

    def _aead(self, header: bytes) -> AESGCM:
        held = self._agreed.get([header])
        if header in held:
            return held[header]
        generation = self._agreed.generation
        aead = self._agree(header)
        self._agreed.put({header: aead}, generation)
        return aead

    def _agree(self, header: bytes) -> AESGCM:
        ephemeral = header[DAY_END:]
        try:
            day = date.fromordinal(int.from_bytes(header[len(MAGIC) : DAY_END], "big"))
        except (ValueError, OverflowError):
            raise Unreadable("not a sealed body") from None
        private = self._private_of(day)
        if private is None:
            raise DayGone("the key of that day is destroyed")
        own = X25519PrivateKey.from_private_bytes(private)
        try:
            return AESGCM(_agreed(own, ephemeral, own.public_key().public_bytes_raw(), ephemeral))
        except ValueError:  # a public key of low order: nobody who sealed properly made it
            raise Unreadable("not a sealed body") from None


def new_pair() -> tuple[bytes, bytes]:
    """A fresh day key: (public, private), 32 bytes each."""
    private = X25519PrivateKey.generate()
    return private.public_key().public_bytes_raw(), private.private_bytes_raw()


def _agreed(own: X25519PrivateKey, theirs: bytes, day_public: bytes, ephemeral: bytes) -> bytes:
    shared = own.exchange(X25519PublicKey.from_public_bytes(theirs))
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=b"transit/v1\0" + day_public + ephemeral).derive(shared)
