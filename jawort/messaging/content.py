"""What lies sealed in a message, and how the ledger commits to it.

Five groups: who (address and the provider's id), what (kind and text), files, original (the provider's own JSON, for
the tax auditor and for parsing again), facts. The first four lie in the sealed record. The facts are the row's own
columns, so that a changed column breaks the proof just as a changed text does.
"""

import os
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, get_args
from uuid import UUID

import msgspec

from jawort.channels.parts import Part, Product, Referral
from jawort.channels.types import Kind
from jawort.ledger.rules import Groups, commitment
from jawort.messaging.models import Message
from jawort.vault.seal import Klass, Sealed, open_, seal

SALT_BYTES = 32


class Held(Protocol):
    """A message as far as it takes to open it: its row, or those columns of it."""

    @property
    def id(self) -> UUID: ...
    @property
    def contact_id(self) -> UUID: ...
    @property
    def month(self) -> int: ...
    @property
    def wrapped(self) -> bytes | memoryview: ...
    @property
    def ciphertext(self) -> bytes | memoryview: ...


class Who(msgspec.Struct, omit_defaults=True):
    """The customer's side: number as digits, BSUID, the name given with the message, the provider's message id."""

    phone: str | None = None
    bsuid: str | None = None
    name: str | None = None
    provider_id: str | None = None


class What(msgspec.Struct, omit_defaults=True):
    """The message itself. `kind` is the provider's word for what came in, and ours for what we send; `text` is what
    can be read of it in one line. `about` is the message that one of ours answers, `file` the file that it brings
    along; of what came in the original tells. `product` is what a message asks about; `often` goes with `forwarded`.
    `standby` if Meta Business Agent had the chat when it came. `side_door` if its files came, or go, by the side door.
    `notice` is what leaves below the text, to somebody who is told of the privacy notice.
    """

    kind: str
    text: str = ""
    part: Part | None = None
    forwarded: bool = False
    referral: Referral | None = None
    about: UUID | None = None
    file: UUID | None = None
    product: Product | None = None
    often: bool = False
    standby: bool = False
    side_door: bool = False
    notice: str = ""


class Content(msgspec.Struct, omit_defaults=True):
    """The sealed record. `original` is empty for what we wrote."""

    who: Who
    what: What
    original: bytes = b""


@dataclass(frozen=True, slots=True)
class Facts:
    """The columns that the commitment covers."""

    direction: str
    line: UUID
    contact: UUID
    seq: int | None
    created_at: datetime
    provider_time: datetime | None
    author: UUID | None
    purpose: str
    gate: str

    @classmethod
    def of(cls, message: Message, *, gate: str | None = None) -> "Facts":
        """The facts as the row states them now. `gate` stands for an answer that a later one has replaced."""
        return cls(
            message.direction,
            message.line_id,
            message.contact_id,
            message.seq,
            message.created_at,
            message.provider_time,
            message.author_id,
            message.purpose,
            message.gate if gate is None else gate,
        )

    def encoded(self) -> bytes:
        """Canonical bytes: a JSON array in the order of the fields, times as whole microseconds of Unix time."""
        times = (_micros(self.created_at), _micros(self.provider_time))
        return msgspec.json.encode(
            [self.direction, self.line, self.contact, self.seq, *times, self.author, self.purpose, self.gate]
        )


@dataclass(frozen=True, slots=True)
class Committed:
    """A sealed record and the 32 bytes that the ledger keeps of it."""

    sealed: Sealed
    commitment: bytes


_pack = msgspec.msgpack.Encoder(order="deterministic")
_unpack = msgspec.msgpack.Decoder(Content)
_json = msgspec.json.Encoder(order="deterministic")
_KINDS: dict[str, Kind] = {kind: kind for kind in get_args(Kind)}


def bound_to(message_id: UUID) -> bytes:
    """The additional data of the seal: a ciphertext moved to another row does not open."""
    return b"jw/1\0message\0" + message_id.bytes


def seal_content(kek: bytes, message_id: UUID, content: Content, facts: Facts) -> Committed:
    """Seal `content` under a fresh key and salt, and commit to it and to `facts`."""
    salt = os.urandom(SALT_BYTES)
    sealed = seal(kek, _pack.encode(content), salt, bound_to(message_id))
    return Committed(sealed, commitment(salt, groups(content, facts), sealed.ciphertext))


def open_content(kek: bytes, message: Held) -> tuple[Content, bytes]:
    """The content and its salt. Raises Unreadable when key, row or ciphertext do not belong together."""
    sealed = Sealed(bytes(message.wrapped), bytes(message.ciphertext))
    plaintext, salt = open_(kek, sealed, bound_to(message.id))
    return _unpack.decode(plaintext), salt


def groups(content: Content, facts: Facts) -> Groups:
    """The five groups as bytes."""
    return Groups(
        who=_json.encode(content.who),
        what=_json.encode(content.what),
        files=b"[]",
        original=content.original,
        facts=facts.encoded(),
    )


def kind_of(what: What) -> Kind:
    """The kind of a message of ours, as it was sealed. Raises KeyError for what came in and is no kind of ours."""
    return _KINDS[what.kind]


def period(at: datetime) -> int:
    """The month whose key locks a record of this time: YYYYMM."""
    return at.year * 100 + at.month


def key_name(contact: UUID, at_month: int) -> tuple[UUID, Klass, int]:
    """Under which of the vault's keys an open message lies."""
    return (contact, Klass.OPEN, at_month)


def _micros(at: datetime | None) -> int | None:
    return None if at is None else int(at.timestamp()) * 1_000_000 + at.microsecond
