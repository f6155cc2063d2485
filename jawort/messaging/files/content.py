"""What lies sealed of a file beside its bytes, and how the ledger commits to it.

The commitment covers two of the five groups: the file (name, types, size, hash, and what it may be shown as) and the
facts, which are the row's own columns. With the hash it binds every byte, however many chunks they lie in.
"""

import os
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from jawort.ledger.rules import SALT_BYTES, Groups, commitment
from jawort.messaging.files.models import File
from jawort.vault.seal import Sealed, Unreadable, open_, seal

WHOLE, PAGE, SMALL = 0, 1, 2  # parts of a file: itself, the picture of it for the page, the one for the list


class Stream(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where bytes lie: `part` of the file's chunks, under `key`. `size` in bytes; width and height of pictures."""

    part: int
    key: bytes
    size: int
    type: str
    width: int = 0
    height: int = 0


class Claims(msgspec.Struct, frozen=True, omit_defaults=True):
    """What whoever sent the file says of it: its name and type. Nothing is decided by them."""

    name: str = ""
    type: str = ""


class Found(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the bytes are. `type` is read from them; `sha256` has 32 bytes.

    `shown` is what they may be shown as ("picture", "audio", "video"), empty for an attachment only; then `why` says
    what forbids it, by code. `form` is what the channel's limits go by beside the type; the hash binds it.
    """

    type: str
    size: int
    sha256: bytes
    shown: str = ""
    why: str = ""
    form: str = ""


class Description(msgspec.Struct, frozen=True, omit_defaults=True):
    """The sealed record. `streams` are the bytes themselves first, then pictures made from them."""

    claims: Claims
    found: Found
    streams: tuple[Stream, ...]

    def stream(self, part: int) -> Stream | None:
        """The stream of a part, None if there is none."""
        return next((stream for stream in self.streams if stream.part == part), None)


_pack = msgspec.msgpack.Encoder(order="deterministic")
_unpack = msgspec.msgpack.Decoder(Description)
_json = msgspec.json.Encoder(order="deterministic")


def bound_to(file_id: UUID) -> bytes:
    """The additional data of the record's seal."""
    return b"jw/1\0file\0" + file_id.bytes


def part_of(file_id: UUID, part: int) -> bytes:
    """The additional data of a chunk's seal, to which place and end are added: it opens in this part of this file."""
    return b"jw/1\0chunk\0" + file_id.bytes + bytes([part])


def seal_description(kek: bytes, file: File, description: Description) -> None:
    """Put `description` into the row, sealed under a fresh key, with a fresh salt for the ledger's commitment."""
    sealed = seal(kek, _pack.encode(description), os.urandom(SALT_BYTES), bound_to(file.pk))
    file.wrapped, file.ciphertext = sealed.wrapped, sealed.ciphertext


def open_description(kek: bytes, file: File) -> tuple[Description, bytes]:
    """The description of a stored file and its salt. Raises Unreadable when key, row or ciphertext do not fit."""
    if file.wrapped is None or file.ciphertext is None:
        raise Unreadable("nothing is stored of this file")
    plaintext, salt = open_(kek, Sealed(bytes(file.wrapped), bytes(file.ciphertext)), bound_to(file.pk))
    return _unpack.decode(plaintext), salt


def commit(kek: bytes, file: File) -> bytes:
    """The 32 bytes that the ledger keeps of a file, from its sealed record and the row's facts. Raises Unreadable."""
    description, salt = open_description(kek, file)
    return commitment(salt, groups(description, file), bytes(file.ciphertext or b""))


def groups(description: Description, file: File) -> Groups:
    """The five groups as bytes; three are empty."""
    facts = [file.pk, file.direction, file.contact_id, file.message_id, _micros(file.created_at), file.actor]
    said = named([(description.claims, description.found)])
    return Groups(who=b"", what=b"", files=said, original=b"", facts=_json.encode(facts))


def named(files: Sequence[tuple[Claims, Found]]) -> bytes:
    """Files as a commitment names them: canonical JSON, one object each."""
    return _json.encode([msgspec.structs.asdict(claims) | _said(found) for claims, found in files])


def _said(found: Found) -> dict[str, str | int]:
    return {
        "found": found.type,
        "size": found.size,
        "sha256": found.sha256.hex(),
        "shown": found.shown,
        "why": found.why,
    }


def _micros(at: datetime) -> int:
    return int(at.timestamp()) * 1_000_000 + at.microsecond
