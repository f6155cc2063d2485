"""A signed POST to a program of the company, as Standard Webhooks 1.0.0 has it: one attempt.

Sources: standardwebhooks.com, specification 1.0.0: headers webhook-id, webhook-timestamp and webhook-signature, the
signature over `id.timestamp.body` by HMAC-SHA256. The id is the same for every attempt, so that a receiver that has
seen it can leave out the others.
"""

import hmac
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from http import HTTPStatus

from jawort.channels.call import status_of
from jawort.channels.destinations import Datum, Destination
from jawort.channels.egress import Egress
from jawort.channels.types import NotTaken
from jawort.channels.wire import Load
from jawort.core.reach import secret_bytes


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who gets it, and what it is signed with."""

    url: str
    secret: str = field(repr=False)
    egress: Egress


def signature(secret: str, name: str, timestamp: int, body: bytes) -> str:
    """What the header webhook-signature says."""
    signed = hmac.digest(secret_bytes(secret), f"{name}.{timestamp}.".encode() + body, sha256)
    return f"v1,{b64encode(signed).decode()}"


async def post(receiver: Receiver, name: str, body: bytes, at: datetime) -> None:
    """Hand over one body under the id `name`. Follows no redirect. Raises NotTaken for any answer but 2xx."""
    timestamp = int(at.timestamp())
    headers = {
        "Content-Type": "application/json",
        "webhook-id": name,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(receiver.secret, name, timestamp, body),
    }
    load = Load(Destination.ALARM_WEBHOOK, Datum.ALARM)
    status = await status_of("POST", receiver.url, headers, body, receiver.egress, load)
    if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        raise NotTaken(f"http_{status}", passing=status != HTTPStatus.GONE)
