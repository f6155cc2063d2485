"""Files of both sides, in memory: uploads of the business live for 30 days, files of customers for 7.

An id is all that messages carry. Whoever has the token changes it for an address, which is good for five minutes.
"""

import base64
import hashlib
import hmac
import logging
import secrets
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlencode

from jawort.simulator.errors import GraphError

DAY_S = 24 * 3_600
UPLOADED_S = 30 * DAY_S
RECEIVED_S = 7 * DAY_S
ADDRESS_S = 5 * 60
PATH = "/lookaside/whatsapp_business/attachments/"
MB = 1_024 * 1_024
FILE_BYTES_MAX = 100 * MB
STICKER_STILL_BYTES_MAX, STICKER_MOVING_BYTES_MAX = 100 * 1_024, 500 * 1_024
Kind = Literal["image", "video", "audio", "document", "sticker"]
BYTES_MAX: dict[Kind, int] = {
    "image": 5 * MB,
    "video": 16 * MB,
    "audio": 16 * MB,
    "document": FILE_BYTES_MAX,
    "sticker": STICKER_MOVING_BYTES_MAX,
}
_KINDS: dict[str, Kind] = {
    **dict.fromkeys(("image/jpeg", "image/png"), "image"),
    **dict.fromkeys(("video/mp4", "video/3gpp"), "video"),
    **dict.fromkeys(("audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"), "audio"),
    "image/webp": "sticker",
}
_DOCUMENTS = (
    "text/plain",
    "application/pdf",
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
)
_NO_TYPE = frozenset({"", "application/octet-stream"})
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class File:
    """A file. `expires` is when its id dies, in Unix seconds of the movable clock."""

    id: str
    body: bytes = field(repr=False)
    mime: str
    expires: float
    #: From a customer, not uploaded by the business.
    received: bool
    #: The number that uploaded it; empty for what others may resolve as well.
    number: str = ""

    @property
    def kind(self) -> Kind | None:
        """What the business may send it as; None for what only customers can attach."""
        return kind_of(self.mime)

    @property
    def digest(self) -> bytes:
        """SHA-256 of the bytes."""
        return hashlib.sha256(self.body).digest()


def kind_of(mime: str) -> Kind | None:
    """What a business sends files of this type as; None where the platform takes them from no business.

    Documents of other types than the listed ones are taken in practice, so they are here.
    """
    bare = mime.partition(";")[0].strip().lower()
    if bare in _NO_TYPE:
        return None
    return _KINDS.get(bare) or ("document" if bare.startswith(("application/", "text/")) else None)


def check(mime: str, body: bytes) -> None:
    """Whether the business may upload this. Raises GraphError with the platform's code."""
    kind = kind_of(mime)
    if kind is None:
        known = ", ".join([*_KINDS, *_DOCUMENTS])
        raise GraphError(131053, f"file: must be of one of the types {known}; received “{mime[:100]}”.")
    if not body:
        raise GraphError(131053, "file: is empty.")
    if len(body) > (limit := bytes_max(kind, body)):
        raise GraphError(131053, f"file: {kind} of at most {limit} bytes, this one has {len(body)}.")


def bytes_max(kind: Kind, body: bytes) -> int:
    """The most bytes of a file of this kind. A sticker that stands still may have fewer than one that moves."""
    if kind == "sticker" and not _moves(body):
        return STICKER_STILL_BYTES_MAX
    return BYTES_MAX[kind]


def _moves(webp: bytes) -> bool:
    """Whether a WebP's extended header announces an animation."""
    return webp[12:16] == b"VP8X" and len(webp) > 20 and bool(webp[20] & 2)


class Media:
    """All files, oldest first. Where more than `bytes_max` come together, the oldest are forgotten."""

    def __init__(self, bytes_max: int) -> None:
        self._bytes_max = bytes_max
        self._files: dict[str, File] = {}
        self._bytes = 0
        self._key = secrets.token_bytes(32)

    def upload(self, body: bytes, mime: str, at: float, number: str = "") -> File:
        """Keep a file of the business's; `number` uploaded it. Raises GraphError."""
        check(mime, body)
        return self._keep(body, mime, at + UPLOADED_S, at, received=False, number=number)

    def receive(self, body: bytes, mime: str, at: float) -> File:
        """Keep a customer's file, whatever it is."""
        return self._keep(body, mime, at + RECEIVED_S, at, received=True)

    def get(self, file_id: str, at: float) -> File | None:
        """The file, while its id lives."""
        file = self._files.get(file_id)
        return file if file is not None and at < file.expires else None

    def drop(self, file_id: str) -> None:
        """Forget a file."""
        file = self._files.pop(file_id, None)
        if file is not None:
            self._bytes -= len(file.body)

    def clear(self) -> None:
        """Forget all."""
        self._files.clear()
        self._bytes = 0

    def address(self, file: File, at: float, origin: str, source: str = "getMedia") -> str:
        """Where the bytes are for the next five minutes; `origin` is scheme and host of this simulator."""
        expires = int(at) + ADDRESS_S
        query = {"mid": file.id, "source": source, "ext": expires, "hash": self._sign(file.id, str(expires))}
        return f"{origin}{PATH}?{urlencode(query)}"

    def opened(self, file_id: str, expires: str, signature: str, at: float) -> File | None:
        """The file that an address leads to, while address and id live."""
        if not hmac.compare_digest(signature.encode(), self._sign(file_id, expires).encode()):
            return None
        return self.get(file_id, at) if at < int(expires) else None

    def webhook(self, file: File, at: float, origin: str) -> dict[str, Any]:
        """What a message's webhook says of a customer's file. The digest is base64 here, and hex on resolving."""
        return {
            "mime_type": file.mime,
            "sha256": base64.b64encode(file.digest).decode("ascii"),
            "id": file.id,
            "url": self.address(file, at, origin, source="webhook"),
        }

    def _sign(self, file_id: str, expires: str) -> str:
        return hmac.digest(self._key, f"{file_id}|{expires}".encode(), "sha256").hex()

    def _keep(self, body: bytes, mime: str, expires: float, at: float, *, received: bool, number: str = "") -> File:
        for old in [one.id for one in self._files.values() if one.expires <= at]:
            self.drop(old)
        while self._files and self._bytes + len(body) > self._bytes_max:
            self.drop(next(iter(self._files)))
            log.warning("the memory for files is full; the oldest one was forgotten")
        file = File(str(secrets.randbelow(9 * 10**15) + 10**15), body, mime, expires, received, number)
        self._files[file.id] = file
        self._bytes += len(body)
        return file
