"""Webhook bodies, byte for byte as the platform writes them. Pure.

The platform escapes non-ASCII as `\\uXXXX` in lowercase and `/` as `\\/`, and signs exactly those bytes. A receiver
that parses and dumps again before it checks the signature fails for German text and emoji only.
"""

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

JSON = dict[str, Any]
MESSAGES = "messages"  # the only field whose webhooks follow an override of the callback
_ENCODER = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"))
#: What an older page of the documentation escapes as well.
_ALSO_ESCAPED = {"<": "\\u003C", "%": "\\u0025", "@": "\\u0040"}


@dataclass(frozen=True, slots=True)
class Business:
    """Whose webhooks these are. `display` is the number in digits."""

    waba_id: str
    phone_number_id: str
    display: str


@dataclass(frozen=True, slots=True)
class Update:
    """One message, status or other item on its way to the business. `key` is its array's name in `value`.

    An update of the account has a `time` (Unix seconds) instead, and its `item` is the whole `value`.
    """

    key: str
    item: JSON
    #: The `contacts[]` entry that goes with it, if any.
    contact: JSON | None = None
    field: str = MESSAGES
    time: int | None = None
    #: Whose it is, if not the account's first number.
    business: Business | None = None


def encode(document: JSON, *, fully: bool = False) -> bytes:
    """The document's bytes. The replaces are safe: in JSON these characters occur inside strings only."""
    text = _ENCODER.encode(document).replace("/", "\\/")
    if fully:
        for character, escaped in _ALSO_ESCAPED.items():
            text = text.replace(character, escaped)
    return text.encode("ascii")


def signature(body: bytes, app_secret: str) -> str:
    """The value of `X-Hub-Signature-256` for these bytes."""
    return "sha256=" + hmac.new(app_secret.encode(), body, hashlib.sha256).hexdigest()


def envelope(business: Business, updates: Sequence[Update], *, mixed: bool = False) -> JSON:
    """One webhook that carries all `updates` in their order. Neighbours of one kind and number share a `change`.

    `mixed` lets messages and statuses share one `value`, as has been seen. An update of the account has an entry of
    its own, which says when.
    """
    entries: list[JSON] = []
    for time, together in groupby(updates, key=lambda update: update.time):
        if time is None:
            runs = groupby(together, key=lambda one: (one.business or business, one.field, "" if mixed else one.key))
            changes = [{"value": _value(whose, list(run)), "field": field} for (whose, field, _), run in runs]
            entries.append({"id": business.waba_id, "changes": changes})
        else:
            changes = [{"value": update.item, "field": update.field} for update in together]
            entries.append({"id": business.waba_id, "time": time, "changes": changes})
    return {"object": "whatsapp_business_account", "entry": entries}


def _value(business: Business, updates: Sequence[Update]) -> JSON:
    """A change's value. `contacts` stands only where somebody is described, each person once."""
    contacts = {(one.get("wa_id"), one.get("user_id")): one for u in updates if (one := u.contact) is not None}
    metadata = {"display_phone_number": business.display, "phone_number_id": business.phone_number_id}
    described = {"contacts": list(contacts.values())} if contacts else {}
    lists: dict[str, list[JSON]] = {}
    for update in updates:
        lists.setdefault(update.key, []).append(update.item)
    return {"messaging_product": "whatsapp", "metadata": metadata, **described, **lists}
