"""Both sides of one message: what WhatsApp saw of it, and what lies here."""

from dataclasses import dataclass
from datetime import datetime

from jawort.ledger.evidence import read_tile
from jawort.ledger.models import Entry
from jawort.ledger.read import checkpoint
from jawort.ledger.tlog import note
from jawort.ledger.tlog.checkpoint import parse
from jawort.ledger.tlog.log import Log
from jawort.ledger.tlog.merkle import leaf_hash, verify_inclusion
from jawort.messaging.contents import UNREADABLE
from jawort.messaging.models import Message
from jawort.messaging.opened import Opened, opened
from jawort.vault.seal import Unreadable

CIPHERTEXT_BYTES_SHOWN = 192


@dataclass(frozen=True, slots=True)
class Place:
    """A message's place in the log, computed now from the tiles: `proof` leads from the leaf to the signed root."""

    index: int
    leaf: str
    size: int
    root: str
    proof: list[str]
    holds: bool
    signed_by: str


@dataclass(frozen=True, slots=True)
class Sides:
    """What the page shows. `ciphertext` is the beginning, in hexadecimal."""

    opened: Opened
    crossed: bool
    at_provider: datetime
    ciphertext: str
    ciphertext_bytes: int
    wrapped: str
    leaf: str
    entry: Entry | None
    place: Place | None


def sides(message: Message) -> Sides:
    """Both sides of `message`, read and computed anew."""
    (whole,) = opened([message])
    if whole.content.what.kind == UNREADABLE:
        raise Unreadable("the message does not open")
    entry = Entry.objects.filter(pk=message.entry_id).first() if message.entry_id else None
    ciphertext = bytes(message.ciphertext)
    left = message.direction == "out" and message.called_at is not None
    return Sides(
        opened=whole,
        crossed=left or (message.direction == "in" and not whole.content.what.side_door),
        at_provider=message.provider_time or message.called_at or message.created_at,
        ciphertext=spaced(ciphertext[:CIPHERTEXT_BYTES_SHOWN]),
        ciphertext_bytes=len(ciphertext),
        wrapped=spaced(bytes(message.wrapped)),
        leaf=spaced(bytes(entry.leaf)) if entry else "",
        entry=entry,
        place=placed(entry) if entry else None,
    )


def placed(entry: Entry) -> Place | None:
    """Where the entry stands under the latest checkpoint; None while its seal is still to come."""
    latest = checkpoint()
    if latest is None or entry.log_index is None:
        return None
    signed = parse(note.parse(latest).text)
    if entry.log_index >= signed.size:
        return None
    proof = Log(read_tile, signed.size).prove_inclusion(entry.log_index)
    hashed = leaf_hash(bytes(entry.leaf))
    return Place(
        index=entry.log_index,
        leaf=hashed.hex(),
        size=signed.size,
        root=signed.root.hex(),
        proof=[step.hex() for step in proof],
        holds=verify_inclusion(entry.log_index, signed.size, hashed, signed.root, proof),
        signed_by=signed.origin,
    )


def spaced(data: bytes) -> str:
    """Hexadecimal in groups of four bytes, so that lines break."""
    return data.hex(" ", -4)  # from the front: the leaf begins with its magic
