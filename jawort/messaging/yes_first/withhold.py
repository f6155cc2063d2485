"""What a new person writes lies sealed and apart: in no conversation, no list, no count, no search."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from jawort.channels.types import Inbound
from jawort.channels.whatsapp.parse import parse
from jawort.messaging.yes_first.models import Newcomer, Withheld
from jawort.vault.keys import Ref, keks
from jawort.vault.seal import Klass, Sealed, Unreadable, month_of, open_, seal

KLASS: Final = Klass.OPEN


def sealed(newcomer: Newcomer, message: UUID, inbound: Inbound, came_at: datetime) -> Withheld:
    """`inbound` as it is stored, under a key of the newcomer's own; not stored yet."""
    month = month_of(came_at)
    ref = _ref(newcomer.pk, month)
    one = seal(keks({ref}, create=True)[ref], inbound.original, b"", _bound(message))
    return Withheld(
        id=message, newcomer=newcomer, came_at=came_at, month=month, wrapped=one.wrapped, ciphertext=one.ciphertext
    )


def opened(rows: Sequence[Withheld]) -> list[Inbound]:
    """What the platform told, of each. Raises Unreadable: whoever cannot be let in whole is not let in."""
    keys = keks({_ref(row.newcomer_id, row.month) for row in rows}, create=False)
    return [_opened(row, keys.get(_ref(row.newcomer_id, row.month))) for row in rows]


def _opened(row: Withheld, kek: bytes | None) -> Inbound:
    if kek is None:
        raise Unreadable("the key is gone")
    original, _ = open_(kek, Sealed(bytes(row.wrapped), bytes(row.ciphertext)), _bound(row.pk))
    (update,) = parse(original)
    if not isinstance(update, Inbound):
        raise Unreadable("what was withheld is no message any more")
    return update


def _ref(newcomer: UUID, month: int) -> Ref:
    return (newcomer, KLASS, month)


def _bound(message: UUID) -> bytes:
    """The additional data of the seal: a ciphertext moved to another row does not open."""
    return b"jw/1\0withheld\0" + message.bytes
