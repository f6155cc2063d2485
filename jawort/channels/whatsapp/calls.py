"""Calls to the platform. One call is one attempt: whoever calls decides whether there is another.

The platform knows no idempotency key, so what matters most about a failed call is whether the message may have left.
Before the request's first byte was handed to the connection it has not (Refused); after that only an answer of the
platform's own can say so, and everything else is Uncertain: a timeout, a lost connection, an answer without sense.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Final
from urllib.parse import quote
from weakref import WeakKeyDictionary

import aiohttp
from yarl import URL

from jawort.channels.destinations import Datum, Destination
from jawort.channels.egress import DIRECT, Egress
from jawort.channels.types import Accepted, Outcome, Refused, Retry, Uncertain
from jawort.channels.whatsapp.errors import CODES, meaning
from jawort.channels.whatsapp.errors_accounts import BUSY, CERTIFICATE, NO_API, NO_SENSE, UNREACHABLE
from jawort.channels.whatsapp.scan import elements, members, number, text
from jawort.channels.wire import Load, session

TIMEOUT_S: Final = 10.0  # for the whole call; a lane's lease is at least three times as long
CONNECTIONS_MAX: Final = 256
#: Below what servers keep idle connections for: a request on one that the other side just closed is Uncertain.
KEEPALIVE_S: Final = 8.0
ANSWER_BYTES_MAX: Final = 65_536  # answers have some hundred bytes
SERVER_ERROR_FROM: Final = 500
TOO_MANY_REQUESTS, REQUEST_TIMEOUT = 429, 408

_sessions: WeakKeyDictionary[asyncio.AbstractEventLoop, aiohttp.ClientSession] = WeakKeyDictionary()


_NONE: Final[Mapping[str, str]] = MappingProxyType({})


class Caller:
    """Speaks for one access token. `base_url` ends in the version: https://graph.facebook.com/v26.0"""

    __slots__ = ("_base", "_egress", "_headers", "_proxy", "_proxy_headers", "_timeout", "_token")

    def __init__(self, base_url: str, token: str, timeout_s: float = TIMEOUT_S, egress: Egress = DIRECT) -> None:
        self._base = base_url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._timeout = aiohttp.ClientTimeout(total=timeout_s)
        self._token, self._egress = token, egress
        self._proxy, self._proxy_headers = egress.proxy_for(URL(base_url))
        if not self._base.startswith("https:"):
            self._headers |= self._proxy_headers  # without TLS there is no CONNECT to carry them

    def _address(self, phone_number_id: str, what: str) -> URL:
        return URL(f"{self._base}/{quote(phone_number_id, safe='')}/{what}", encoded=True)

    async def _call(
        self,
        method: str,
        address: URL,
        data: bytes | AsyncIterator[bytes] | None = None,
        headers: Mapping[str, str] = _NONE,
        timeout: aiohttp.ClientTimeout | None = None,
        most: int = ANSWER_BYTES_MAX,
        *,
        carries: Iterable[Datum],
    ) -> tuple[int, bytes] | Refused | Uncertain:
        """One attempt: status and answer, or what is known of a call that got none. It carries our token as well."""
        status, answer = 0, b""
        load = Load(Destination.GRAPH, *carries, Datum.CREDENTIALS)
        try:
            async with _session().request(
                method,
                address,
                data=data,
                headers={**self._headers, **headers},
                proxy=self._proxy,
                proxy_headers=self._proxy_headers,
                ssl=self._egress.tls,
                allow_redirects=False,
                timeout=timeout or self._timeout,
                trace_request_ctx=load,
            ) as response:
                status = response.status
                answer = await _read(response, most)
        except (aiohttp.ClientError, TimeoutError, OSError, asyncio.CancelledError) as error:
            if not status:
                return _lost(error, load)
        return status, answer


async def close() -> None:
    """Close this loop's connections; at the end of the loop."""
    known = _sessions.pop(asyncio.get_running_loop(), None)
    if known is not None:
        await known.close()


def outcome(status: int, answer: bytes) -> Outcome:
    """What an HTTP answer says. A refusal of the platform's own is an error object with a code, whatever the status."""
    fields = members(answer.strip()) or {}
    error = members(fields.get("error"))
    code = number(error.get("code")) if error is not None else None
    if code is not None:
        return refused(code, status)
    if status == HTTPStatus.OK:
        first = next(iter(elements(fields.get("messages")) or ()), None)
        provider_id = text((members(first) or {}).get("id"))
        return Accepted(provider_id) if provider_id else Uncertain("accepted without an id")
    if status in {TOO_MANY_REQUESTS, REQUEST_TIMEOUT}:
        return refused(BUSY, status)
    if status >= SERVER_ERROR_FROM or status < HTTPStatus.MULTIPLE_CHOICES:
        return Uncertain(f"HTTP {status} without an answer of the platform")
    if status in _NOT_THE_PLATFORM or status < HTTPStatus.BAD_REQUEST:
        return refused(NO_API, status)
    return refused(NO_SENSE, status)


#: Refusals without an error object: a proxy's, or another server's.
_NOT_THE_PLATFORM: Final = frozenset({401, 403, 404, 405, 407})


def refused(code: int, status: int) -> Refused:
    """That it was refused with this code, and whether there is any use in trying again."""
    retry = meaning(code).retry
    if code not in CODES and status >= SERVER_ERROR_FROM:
        retry = Retry.BACKOFF  # a trouble of theirs that they say they refused with, not of the message
    return Refused(code, f"whatsapp.{code}", retry)


def _lost(error: BaseException, load: Load) -> Refused | Uncertain:
    """The call ended without an answer. Exception texts may hold addresses; the class says enough."""
    if load.left:
        return Uncertain("timeout" if isinstance(error, TimeoutError) else "connection lost")
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientConnectorSSLError):
        return refused(CERTIFICATE, 0)
    if isinstance(error, aiohttp.InvalidURL):
        return refused(NO_API, 0)
    return refused(UNREACHABLE, 0)


async def _read(response: aiohttp.ClientResponse, most: int) -> bytes:
    """The answer, or its beginning if it is longer than any answer of the platform: more than `most` bytes."""
    parts: list[bytes] = []
    size = 0
    async for part in response.content.iter_any():
        parts.append(part)
        size += len(part)
        if size >= most:
            response.close()
            break
    return b"".join(parts)


def _session() -> aiohttp.ClientSession:
    """This loop's session: one pool of connections for all lines."""
    loop = asyncio.get_running_loop()
    known = _sessions.get(loop)
    if known is None or known.closed:
        connector = aiohttp.TCPConnector(limit=CONNECTIONS_MAX, keepalive_timeout=KEEPALIVE_S)
        known = _sessions[loop] = session(connector=connector)
    return known
