"""Signed notes (C2SP signed-note 1.0) with Ed25519 keys, and Ed25519 cosignatures of witnesses (tlog-cosignature 1).

A note is a text, an empty line and signature lines. A key is written `name+<key id>+<type and public key>`.
"""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = 0x01
COSIGNATURE = 0x04

NOTE_BYTES_MAX = 1_000_000
SIGNATURES_MAX = 100  # the specification asks for 16 at least
KEY_BYTES = 32
SIGNATURE_BYTES = 64
_MARK = "— "  # U+2014 and a space begin a signature line


class NoteError(ValueError):
    """Not a note, not a key, or a note whose signatures do not stand."""


def b64decode(text: str) -> bytes:
    """The bytes of standard base64 in its one canonical form. Raises NoteError."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise NoteError("This is not base64.") from None
    if b64encode(data) != text:
        raise NoteError("This base64 is not in its canonical form.")
    return data


def b64encode(data: bytes) -> str:
    """Standard base64 with padding."""
    return base64.b64encode(data).decode("ascii")


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """The four bytes that name a key beside its name."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: whose key, and the bytes after the key id."""

    name: str
    key_id: bytes
    blob: bytes

    def line(self) -> str:
        """As it stands in a note, with its newline."""
        return f"{_MARK}{self.name} {b64encode(self.key_id + self.blob)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A note taken apart. `text` ends in a newline. Nothing is verified yet."""

    text: str
    signatures: tuple[Signature, ...]


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature that stands: by which key, and for a cosignature the Unix second it says."""

    key: "Verifier"
    time: int | None


class Verifier:
    """A public key under a name, of type ED25519 or COSIGNATURE."""

    def __init__(self, name: str, kind: int, public: bytes) -> None:
        """Raises NoteError for an impossible name, an unknown type, a key of wrong length."""
        if not name_ok(name):
            raise NoteError("A key's name is not empty and has neither spaces nor a plus.")
        if kind not in {ED25519, COSIGNATURE} or len(public) != KEY_BYTES:
            raise NoteError("Only Ed25519 keys (types 1 and 4) are understood.")
        self.name = name
        self.kind = kind
        self.public = public
        self.key_id = key_id(name, kind, public)
        self._key = Ed25519PublicKey.from_public_bytes(public)

    @classmethod
    def parse(cls, vkey: str) -> "Verifier":
        """The key that `vkey` writes. Raises NoteError, also if its key id is not that of its key."""
        name, _, rest = vkey.strip().partition("+")
        digits, _, encoded = rest.partition("+")
        data = b64decode(encoded)
        if not data:
            raise NoteError("This verifier key has no key.")
        verifier = cls(name, data[0], data[1:])
        if verifier.key_id.hex() != digits:
            raise NoteError("This verifier key's id is not that of its key.")
        return verifier

    @property
    def vkey(self) -> str:
        """The key as text."""
        return f"{self.name}+{self.key_id.hex()}+{b64encode(bytes([self.kind]) + self.public)}"

    def verify(self, text: str, blob: bytes) -> Signed | None:
        """The signature, if `blob` is one of this key over `text`."""
        time = None
        message = text.encode()
        if self.kind == COSIGNATURE:
            time, blob = int.from_bytes(blob[:8], "big"), blob[8:]
            message = _timed(time, message)
        if len(blob) != SIGNATURE_BYTES:
            return None
        try:
            self._key.verify(blob, message)
        except InvalidSignature:
            return None
        return Signed(self, time)


class Signer:
    """A private key under a name. Never shown by repr."""

    def __init__(self, name: str, seed: bytes, kind: int = ED25519) -> None:
        """`seed` is the 32 bytes of RFC 8032. Raises NoteError."""
        if len(seed) != KEY_BYTES:
            raise NoteError("An Ed25519 private key has 32 bytes.")
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.verifier = Verifier(name, kind, self._key.public_key().public_bytes_raw())

    @classmethod
    def parse(cls, skey: str) -> "Signer":
        """The key in the form `PRIVATE+KEY+name+<key id>+<type and seed>`. Raises NoteError."""
        name, _, rest = skey.strip().removeprefix("PRIVATE+KEY+").partition("+")
        digits, _, encoded = rest.partition("+")
        data = b64decode(encoded)
        signer = cls(name, data[1:], data[0] if data else 0)
        if signer.verifier.key_id.hex() != digits:
            raise NoteError("This private key's id is not that of its key.")
        return signer

    def sign(self, text: str, time: int | None = None) -> Signature:
        """A signature over `text`; `time` in Unix seconds is for cosignatures and only for them."""
        key = self.verifier
        if (key.kind == COSIGNATURE) != (time is not None):
            raise NoteError("A cosignature says its time, and nothing else does.")
        if time is None:
            return Signature(key.name, key.key_id, self._key.sign(text.encode()))
        signature = self._key.sign(_timed(time, text.encode()))
        return Signature(key.name, key.key_id, time.to_bytes(8, "big") + signature)


def write(text: str, signatures: Sequence[Signature]) -> bytes:
    """The note as bytes. Raises NoteError for a text that no note can hold."""
    if not text.endswith("\n") or not _clean(text):
        raise NoteError("A note's text ends in a newline and has no other control characters.")
    return (text + "\n" + "".join(signature.line() for signature in signatures)).encode()


def parse(message: bytes) -> Note:
    """Take a note apart without verifying it. Raises NoteError."""
    if len(message) > NOTE_BYTES_MAX:
        raise NoteError(f"A note of {len(message)} bytes is too long.")
    try:
        whole = message.decode("utf-8")
    except UnicodeDecodeError:
        raise NoteError("A note is UTF-8.") from None
    body, blank, tail = whole.rpartition("\n\n")
    if not blank or not _clean(whole) or not tail.endswith("\n"):
        raise NoteError("A note is a text, an empty line and signature lines.")
    lines = tail[:-1].split("\n")
    if len(lines) > SIGNATURES_MAX:
        raise NoteError(f"A note with {len(lines)} signatures has too many.")
    return Note(body + "\n", tuple(_signature(line) for line in lines))


def open_note(message: bytes, keys: Sequence[Verifier]) -> tuple[str, list[Signed]]:
    """The text of a note and the signatures of `keys` on it.

    Signatures of other keys are passed over. Raises NoteError if a signature of one of `keys` does not stand, and if
    there is none of them.
    """
    note = parse(message)
    known = {(key.name, key.key_id): key for key in keys}
    signed = []
    for signature in note.signatures:
        key = known.get((signature.name, signature.key_id))
        if key is None:
            continue
        good = key.verify(note.text, signature.blob)
        if good is None:
            raise NoteError(f"The signature of {key.name} does not stand.")
        signed.append(good)
    if not signed:
        raise NoteError("No known key has signed this note.")
    return note.text, signed


def name_ok(name: str) -> bool:
    """Whether a key may be called `name`."""
    return bool(name) and "+" not in name and _clean(name) and not any(letter.isspace() for letter in name)


def _signature(line: str) -> Signature:
    name, _, encoded = line.removeprefix(_MARK).partition(" ")
    if not line.startswith(_MARK) or not name_ok(name):
        raise NoteError("A signature line is a dash, a name and base64.")
    data = b64decode(encoded)
    if len(data) <= 4:
        raise NoteError("A signature is missing behind its key id.")
    return Signature(name, data[:4], data[4:])


def _clean(text: str) -> bool:
    return all(letter >= " " or letter == "\n" for letter in text)


def _timed(time: int, text: bytes) -> bytes:
    return b"cosignature/v1\ntime %d\n" % time + text
