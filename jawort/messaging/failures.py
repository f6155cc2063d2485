"""What the platform said of messages that failed: its own words, sealed, beside the code that decides."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from jawort.channels.types import Receipt
from jawort.messaging.content import key_name
from jawort.messaging.models import Failure, Message
from jawort.vault.keys import keks
from jawort.vault.seal import Sealed, Unreadable, open_, seal


@dataclass(frozen=True, slots=True)
class Told:
    """One failure: its code, and title and details in the platform's words, empty where they do not open."""

    code: str
    at: datetime
    title: str
    details: str


def keep(failed: Iterable[tuple[Message, Receipt]]) -> None:
    """Keep what these receipts say, in the batch's transaction. What belongs to somebody being erased is not kept."""
    told = [(message, receipt) for message, receipt in failed if receipt.failure is not None]
    keys = keks({key_name(m.contact_id, m.month) for m, _ in told}, create=False) if told else {}
    rows = []
    for message, receipt in told:
        kek = keys.get(key_name(message.contact_id, message.month))
        if kek is None or receipt.failure is None:
            continue
        words = msgspec.json.encode([receipt.failure.title, receipt.failure.details])
        sealed = seal(kek, words, b"", _bound(message.pk))
        rows.append(
            Failure(
                message=message,
                code=str(receipt.failure.code),
                at=receipt.at,
                wrapped=sealed.wrapped,
                ciphertext=sealed.ciphertext,
            )
        )
    if rows:
        Failure.objects.bulk_create(rows)


def failures_of(messages: Collection[Message]) -> dict[UUID, Told]:
    """The newest failure of each of these messages that has one. One query."""
    by_id: Mapping[UUID, Message] = {m.pk: m for m in messages if m.direction == "out"}
    rows = list(Failure.objects.filter(message__in=by_id).order_by("pk")) if by_id else []
    keys = keks({key_name(by_id[r.message_id].contact_id, by_id[r.message_id].month) for r in rows}, create=False)
    found = {}
    for row in rows:
        message = by_id[row.message_id]
        title, details = _opened(row, keys.get(key_name(message.contact_id, message.month)))
        found[row.message_id] = Told(row.code, row.at, title, details)
    return found


def _opened(row: Failure, kek: bytes | None) -> tuple[str, str]:
    if kek is None:
        return "", ""
    try:
        words, _ = open_(kek, Sealed(bytes(row.wrapped), bytes(row.ciphertext)), _bound(row.message_id))
    except Unreadable:
        return "", ""
    return msgspec.json.decode(words, type=tuple[str, str])


def _bound(message: UUID) -> bytes:
    """The additional data of the seal: the words belong to this message."""
    return b"jw/1\0failure\0" + message.bytes
