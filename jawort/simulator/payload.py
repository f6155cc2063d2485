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
_ENCODER = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Update:
    """One message, status or other item on its way to the business. `key` is its array's name in `value`."""

    key: str
    item: JSON
    #: The `contacts[]` entry that goes with it, if any.
    contact: JSON | None = None
    field: str = "messages"


@dataclass(frozen=True, slots=True)
class Business:
    """Whose webhooks these are. `display` is the number in digits."""

    waba_id: str
    phone_number_id: str
    display: str


def encode(document: JSON) -> bytes:
    """The document's bytes. The replace is safe: in JSON `/` occurs inside strings only."""
    return _ENCODER.encode(document).replace("/", "\\/").encode("ascii")


def signature(body: bytes, app_secret: str) -> str:
    """The value of `X-Hub-Signature-256` for these bytes."""
    return "sha256=" + hmac.new(app_secret.encode(), body, hashlib.sha256).hexdigest()


def envelope(business: Business, updates: Sequence[Update]) -> JSON:
    """One webhook that carries all `updates` in their order. Neighbours of one kind share a `change`."""
    runs = groupby(updates, key=lambda update: (update.field, update.key))
    changes = [{"value": _value(business, key, list(run)), "field": field} for (field, key), run in runs]
    return {"object": "whatsapp_business_account", "entry": [{"id": business.waba_id, "changes": changes}]}


def _value(business: Business, key: str, updates: Sequence[Update]) -> JSON:
    """A change's value. `contacts` stands only where somebody is described, each person once."""
    contacts = {(one.get("wa_id"), one.get("user_id")): one for u in updates if (one := u.contact) is not None}
    metadata = {"display_phone_number": business.display, "phone_number_id": business.phone_number_id}
    described = {"contacts": list(contacts.values())} if contacts else {}
    return {"messaging_product": "whatsapp", "metadata": metadata, **described, key: [u.item for u in updates]}
