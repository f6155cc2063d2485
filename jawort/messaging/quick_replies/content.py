"""How a quick reply is sealed.

It is nobody's datum but may name anybody, so it lies sealed; but under a key of the installation, like the tokens of
lines, and not in the keyrings: those hang from a contact and a month, and end with them. A text that the company works
with must not become unreadable because a customer is erased or a month is over. It goes with its row.
"""

from uuid import UUID

import msgspec

from jawort.messaging.quick_replies.rules import Wording
from jawort.vault.seal import Unreadable
from jawort.vault.secret import open_secret, seal_secret
from jawort.vault.state import vault

_KEY = "quick_reply"


def seal_wording(quick_reply: UUID, wording: Wording) -> bytes:
    """`wording`, bound to its row."""
    return seal_secret(_bound(quick_reply), msgspec.json.encode(wording), vault().key(_KEY))


def open_wording(quick_reply: UUID, sealed: bytes) -> Wording | None:
    """What was sealed; None if it does not open (doctor reports it)."""
    try:
        return msgspec.json.decode(open_secret(_bound(quick_reply), sealed, vault().key(_KEY)), type=Wording)
    except Unreadable:
        return None


def _bound(quick_reply: UUID) -> str:
    return f"messaging/quick_reply/{quick_reply}"
