"""Our own callback, tried from our side as the platform would: the verification, and a signed, empty webhook.

It says what the way to the listener is like: name, certificate, proxy, verify token, secret. Whether the platform finds
the same way from outside only the platform can say.
"""

import hmac
import secrets
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Any, Final

import aiohttp
from yarl import URL

from jawort.channels.destinations import Datum, Destination
from jawort.channels.egress import DIRECT, Egress
from jawort.channels.whatsapp.signature import sign
from jawort.channels.wire import Load, session

#: A webhook that tells of nothing: stored, read and forgotten.
NOTHING: Final = b'{"object":"whatsapp_business_account","entry":[]}'
TRY_S: Final = 6.0
ANSWER_BYTES_MAX: Final = 1_024


class Found(StrEnum):
    """What became of one try."""

    GOOD = "good"
    UNREACHABLE = "unreachable"
    CERTIFICATE = "certificate"
    REFUSED = "refused"
    OTHER = "other_answer"


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of the two; `status` is what was answered last, 0 for nothing."""

    verified: Found
    stored: Found | None = None
    status: int = 0


async def try_callback(url: str, verify_token: str, secret: str = "", egress: Egress = DIRECT) -> Tried:
    """Ask for the verification, then, with a secret, give a signed webhook if that was good. Follows no redirect: nor
    does Meta."""
    proxy, headers = egress.proxy_for(URL(url))
    plain = headers if url.startswith("http:") else {}
    way: Any = {"proxy": proxy, "proxy_headers": headers, "ssl": egress.tls, "allow_redirects": False}
    challenge = str(secrets.randbelow(10**10))
    query = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": verify_token}
    async with session(timeout=aiohttp.ClientTimeout(total=TRY_S)) as calls:
        try:
            async with calls.get(
                URL(url).update_query(query), headers=plain, trace_request_ctx=_load(), **way
            ) as answer:
                said = await answer.content.read(ANSWER_BYTES_MAX)
            verified = _judged(answer.status, good=hmac.compare_digest(said, challenge.encode()))
            if verified is not Found.GOOD or not secret:
                return Tried(verified, status=answer.status)
            signed = {"Content-Type": "application/json", "X-Hub-Signature-256": sign(NOTHING, secret.encode())}
            async with calls.post(
                url, data=NOTHING, headers=signed | plain, trace_request_ctx=_load(), **way
            ) as answer:
                return Tried(verified, _judged(answer.status, good=True), answer.status)
        except (aiohttp.ClientConnectorCertificateError, aiohttp.ClientConnectorSSLError):
            return Tried(Found.CERTIFICATE)
        except (aiohttp.ClientError, TimeoutError, OSError):
            return Tried(Found.UNREACHABLE)


def _load() -> Load:
    """Of nobody: the verify token, or a signature over nothing."""
    return Load(Destination.CALLBACK, Datum.CREDENTIALS)


def _judged(status: int, *, good: bool) -> Found:
    if status == HTTPStatus.OK:
        return Found.GOOD if good else Found.OTHER
    return Found.REFUSED if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN} else Found.OTHER
