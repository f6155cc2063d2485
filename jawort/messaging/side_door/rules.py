"""When a side door is open, and what may come in through it. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from jawort.messaging.files.rules import SHOWN, type_of


class Way(StrEnum):
    """Which way files pass: a customer's to us, or ours to a customer."""

    IN = "in"
    OUT = "out"


class Condition(StrEnum):
    """How a side door stands."""

    OPEN = "open"
    USED = "used"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    WORN = "worn"
    WITHHELD = "withheld"


TOKEN_BYTES: Final = 20
OPEN_FOR: Final = timedelta(days=7)
#: A download may break off: for so long after the first one the link gives the file once more.
AGAIN_WITHIN: Final = timedelta(minutes=15)
#: Somebody who sends other files than are taken may try again, and a program may not for ever.
TRIES_MAX: Final = 20
FILES_MAX: Final = 10
#: All files of one door together; sealed as they come, so that memory sets no bound.
BYTES_MAX: Final = 100 * 1024 * 1024
WHAT_FOR_CHARACTERS_MAX: Final = 200

#: What is shown is taken, and what people write letters with. Programs, pages that run scripts and archives are not.
_OFFICE: Final = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".odp": "application/vnd.oasis.opendocument.presentation",
}
TAKEN: Final = frozenset(
    {
        *SHOWN,
        *_OFFICE.values(),
        "application/pdf",
        "application/msword",
        "application/vnd.ms-excel",
        "application/vnd.ms-powerpoint",
        "image/heic",
        "image/avif",
        "image/tiff",
        "video/quicktime",
        "text/plain",
        "text/csv",
    }
)
_ZIP: Final = "application/zip"


class WrongType(ValueError):
    """The bytes are of a type that is not taken."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What of a side door decides whether it is open. `withheld` if nothing of the person may go out at the moment."""

    way: Way
    ends_at: datetime
    used_at: datetime | None = None
    withdrawn_at: datetime | None = None
    tries: int = 0
    withheld: bool = False


def condition(door: Facts, at: datetime) -> Condition:
    """How it stands at this moment."""
    if door.withdrawn_at is not None:
        return Condition.WITHDRAWN
    if door.used_at is not None:
        again = door.way is Way.OUT and at < door.used_at + AGAIN_WITHIN and not door.withheld
        return Condition.OPEN if again else Condition.USED
    if at >= door.ends_at:
        return Condition.EXPIRED
    if door.withheld:
        return Condition.WITHHELD
    return Condition.WORN if door.tries >= TRIES_MAX else Condition.OPEN


def is_taken(head: bytes, claimed: str, name: str) -> bool:
    """Whether a file that begins like this may come in.

    Documents of office programs are archives by their bytes, and many browsers do not know their types: then the end
    of the name tells, which at worst lets in an archive that nothing here opens.
    """
    found = type_of(head, claimed)
    if found == _ZIP:
        return _ended(name) in _OFFICE
    return found in TAKEN


def checked(blocks: Iterable[bytes], claimed: str, name: str, *, head_bytes: int) -> Iterator[bytes]:
    """The same bytes, as soon as their beginning shows that they may come in. Raises WrongType before the first."""
    held, rest = bytearray(), iter(blocks)
    for block in rest:
        held += block
        if len(held) >= head_bytes:
            break
    if held and not is_taken(bytes(held[:head_bytes]), claimed, name):
        raise WrongType
    yield bytes(held)
    yield from rest


def _ended(name: str) -> str:
    _, dot, end = name.rpartition(".")
    return f".{end.lower()}" if dot else ""
