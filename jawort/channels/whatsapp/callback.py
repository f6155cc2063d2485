"""Whether our own callback answers as it must when the platform is told of it, through whatever stands before it."""

import asyncio
import hmac
import secrets
from http import HTTPStatus
from typing import Final

import aiohttp
from yarl import URL

from jawort.channels.egress import Egress

TIMEOUT_S: Final = 10.0
ANSWER_BYTES_MAX: Final = 1_000


async def shake_hands(url: str, verify_token: str, egress: Egress) -> str:
    """What is wrong with the answer, as a code; empty if nothing is. Never tries twice, follows nothing."""
    challenge = str(secrets.randbelow(9_000_000_000) + 1_000_000_000)
    query = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": verify_token}
    address = URL(url)
    proxy, signed_in = egress.proxy_for(address)
    try:
        async with (
            asyncio.timeout(TIMEOUT_S),
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
            session.get(
                address.update_query(query),
                proxy=proxy,
                proxy_headers=signed_in,
                headers=signed_in if address.scheme == "http" else None,
                ssl=egress.tls,
                allow_redirects=False,
            ) as answer,
        ):
            said = await answer.content.read(ANSWER_BYTES_MAX)
            status = answer.status
    except (aiohttp.ClientConnectorCertificateError, aiohttp.ClientConnectorSSLError):
        return "certificate"
    except (aiohttp.ClientError, TimeoutError, OSError):
        return "unreachable"
    if status == HTTPStatus.FORBIDDEN:
        return "refused"
    return "" if status == HTTPStatus.OK and hmac.compare_digest(said, challenge.encode()) else "other_answer"
