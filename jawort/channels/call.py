"""An HTTP call to somebody who is not the platform: one attempt, no redirect, and of the answer its status alone."""

import asyncio
from collections.abc import Mapping
from typing import Final

import aiohttp
from yarl import URL

from jawort.channels.egress import Egress
from jawort.channels.types import NotTaken
from jawort.channels.wire import Load, session

TIMEOUT_S: Final = 15.0


async def status_of(
    method: str, url: str, headers: Mapping[str, str], body: bytes | None, egress: Egress, load: Load
) -> int:
    """What is answered; `load` says what the call carries. Raises NotTaken where nobody who can be trusted answers."""
    address = URL(url)
    proxy, signed_in = egress.proxy_for(address)
    try:
        async with (
            asyncio.timeout(TIMEOUT_S),
            session() as calls,
            calls.request(
                method,
                address,
                data=body,
                headers={"User-Agent": "Jawort", **headers, **(signed_in if address.scheme == "http" else {})},
                proxy=proxy,
                proxy_headers=signed_in,
                ssl=egress.tls,
                allow_redirects=False,
                trace_request_ctx=load,
            ) as answer,
        ):
            return answer.status
    except (aiohttp.ClientConnectorCertificateError, aiohttp.ClientConnectorSSLError):
        raise NotTaken("certificate", passing=True) from None
    except (aiohttp.ClientError, TimeoutError, OSError):
        raise NotTaken("unreachable", passing=True) from None
