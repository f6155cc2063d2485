"""Keyed look-up: finding a row by a phone number that is written nowhere.

HMAC-SHA256, cut to 16 bytes, one key per use, so that an index of one use cannot be joined with another's. There are
only about 10^10 phone numbers: whoever has the key reverses the index in minutes, hence it exists in memory only.
The result is personal data as long as the key exists (Art. 4(5) GDPR).
"""

import hmac
from typing import Literal

from jawort.vault.state import vault

Use = Literal["phone", "bsuid", "provider", "seen", "side_door", "own_page", "slip", "typed", "place", "suppression"]

INDEX_BYTES = 16


def index(key: bytes, use: Use, value: str) -> bytes:
    """The index of `value` under `key`. Pure."""
    return hmac.digest(key, use.encode() + b"\0" + value.encode(), "sha256")[:INDEX_BYTES]


def blind(use: Use, value: str) -> bytes:
    """The index of `value` in this installation, 16 bytes. Values must come in one form each: digits, no plus."""
    return index(vault().key(f"index/{use}"), use, value)
