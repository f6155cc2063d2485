"""Words that bear something out, sealed under the person's key; the ledger commits to them without showing them."""

import os
from hashlib import sha256
from typing import Final
from uuid import UUID

from jawort.vault.seal import Klass, Sealed, Unreadable, aad, open_, seal

SALT_BYTES: Final = 32
#: Before what the ledger commits to.
COMMITS: Final = b"jawort/evidence/v1\0"


def committed(salt: bytes, clear: bytes) -> str:
    """What the ledger keeps of the words, in hexadecimal: without the salt nobody can try others out on it."""
    return sha256(COMMITS + salt + clear).hexdigest()


def lock_words(key: bytes, row: UUID, use: bytes, clear: bytes) -> tuple[Sealed, str]:
    """Seal the words of a row, with their commitment; `use` tells them from what else is sealed under the row's id."""
    salt = os.urandom(SALT_BYTES)
    return seal(key, clear, salt, aad(Klass.IDENTITY, row) + use), committed(salt, clear)


def unlock_words(key: bytes | None, row: UUID, use: bytes, lock: Sealed) -> tuple[bytes, bytes] | None:
    """The words and the salt of their commitment; None without a key, or where they do not open any more."""
    if key is None:
        return None
    try:
        return open_(key, lock, aad(Klass.IDENTITY, row) + use)
    except Unreadable:
        return None
