"""Calls to the platform. One call is one attempt: whoever calls decides whether there is another.

The platform knows no idempotency key, so what matters most about a failed call is whether the message may have left.
Before the request's first byte was handed to the connection it has not (Refused); after that only an answer of the
platform's own can say so, and everything else is Uncertain: a timeout, a lost connection, an answer without sense.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Final
from urllib.parse import quote
from weakref import WeakKeyDictionary

import aiohttp
from msgspec.json import encode
from yarl import URL

from jawort.channels.egress import DIRECT, Egress
from jawort.channels.types import (
    Accepted,
    Deleted,
    Examined,
    Named,
    Noted,
    Outcome,
    Outgoing,
    Refused,
    Retry,
    Uncertain,
)
from jawort.channels.whatsapp import bodies, examine
from jawort.channels.whatsapp.errors import CODES, meaning
from jawort.channels.whatsapp.errors_accounts import BUSY, CERTIFICATE, NO_API, NO_SENSE, UNREACHABLE
from jawort.channels.whatsapp.scan import elements, members, number, text
from jawort.channels.whatsapp.templates import FIELDS, Listed, listed
from jawort.channels.whatsapp.upload import SILENT_S, UPLOAD_S, envelope

TIMEOUT_S: Final = 10.0  # for the whole call; a lane's lease is at least three times as long
CONNECTIONS_MAX: Final = 256
#: Below what servers keep idle connections for: a request on one that the other side just closed is Uncertain.
KEEPALIVE_S: Final = 8.0
ANSWER_BYTES_MAX: Final = 65_536  # answers have some hundred bytes
PAGE_TEMPLATES, PAGE_BYTES_MAX = 100, 4_000_000  # a template has some kilobytes at most
PAGES_MAX: Final = 250  # an account has at most 6,000 templates, each in some languages
SERVER_ERROR_FROM: Final = 500
TOO_MANY_REQUESTS, REQUEST_TIMEOUT = 429, 408

_sessions: WeakKeyDictionary[asyncio.AbstractEventLoop, aiohttp.ClientSession] = WeakKeyDictionary()


_NONE: Final[Mapping[str, str]] = MappingProxyType({})


class _Call:
    """What is known of one call while it runs."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = False


class Client:
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

    async def send(self, phone_number_id: str, outgoing: Outgoing) -> Outcome:
        """Give one message to the platform. Returns within the timeout, never tries twice, raises for no answer.

        Cancelled it returns as well, for the caller must know whether the message may have left.
        """
        found = await self._call("POST", self._address(phone_number_id, "messages"), encode(bodies.message(outgoing)))
        return outcome(*found) if isinstance(found, tuple) else found

    async def delete_from_contact_book(self, phone_number_id: str, bsuid: str) -> Deleted | Refused | Uncertain:
        """Delete what the platform's contact book holds of this id: the person's number, for our webhooks.

        Source: platform page on business-scoped user ids, contact book; parent ids are not taken. The id stands in the
        address because the platform wants it there. One attempt; what is Uncertain may be asked again.
        """
        address = self._address(phone_number_id, "contact_book")
        found = await self._call("DELETE", address.with_query(messaging_product="whatsapp", bsuid=bsuid))
        if not isinstance(found, tuple):
            return found
        status, answer = found
        fields = members(answer.strip()) or {}
        if status == HTTPStatus.OK and bytes(fields.get("success", b"")) == b"true":
            return Deleted()
        said = outcome(status, answer)
        return Uncertain("deleted without saying so") if isinstance(said, Accepted) else said

    async def block(
        self, phone_number_id: str, phone: str | None, bsuid: str | None, *, on: bool
    ) -> Noted | Refused | Uncertain:
        """Put somebody on the list of whom this number blocks, or with `on` False take them off it.

        Source: platform page on blocking users. One attempt; what is Uncertain may be asked again.
        """
        address, body = self._address(phone_number_id, "block_users"), encode(bodies.block(phone, bsuid))
        found = await self._call("POST" if on else "DELETE", address, body)
        return noted(*found) if isinstance(found, tuple) else found

    async def templates(self, account: str) -> list[Listed] | Refused:
        """All templates of the account, page by page, or why not: half of them would look as if the rest had gone.

        The next page is named by its cursor; the address that comes along is not followed.
        """
        found: list[Listed] = []
        query = {"fields": FIELDS, "limit": str(PAGE_TEMPLATES)}
        for _ in range(PAGES_MAX):
            address = self._address(account, "message_templates").with_query(query)
            answer = await self._call("GET", address, most=PAGE_BYTES_MAX)
            if not isinstance(answer, tuple):
                return answer if isinstance(answer, Refused) else _refused(UNREACHABLE, 0)
            page = listed(answer[1]) if answer[0] == HTTPStatus.OK else None
            if page is None:
                said = outcome(*answer)
                return said if isinstance(said, Refused) else _refused(BUSY, answer[0])
            found += page[0]
            if not page[1]:
                return found
            query["after"] = page[1]
        return _refused(NO_SENSE, HTTPStatus.OK)

    async def examine(self, phone_number_id: str, account: str) -> Examined | Refused:
        """Whether the platform takes the token, until when, and whether and where it delivers the number's webhooks.

        Refused only if it does not take the token or was not reached: what else it does not say is not known. The token
        stands in one address because the platform wants it there (Graph API, debug_token).
        """
        number = URL(f"{self._base}/{quote(phone_number_id, safe='')}", encoded=True)
        found = await self._call("GET", number.with_query(fields="id,webhook_configuration"))
        if not isinstance(found, tuple):
            return found if isinstance(found, Refused) else _refused(UNREACHABLE, 0)
        if found[0] != HTTPStatus.OK:
            said = outcome(*found)
            return said if isinstance(said, Refused) else _refused(BUSY, found[0])
        ends = await self._said(URL(f"{self._base}/debug_token").with_query(input_token=self._token))
        apps = await self._said(self._address(account, "subscribed_apps"))
        app, expires_at = examine.token(ends)
        return Examined(expires_at, examine.is_subscribed(apps, app), examine.leads_to(found[1]))

    async def _said(self, address: URL) -> bytes:
        """What an address answers; nothing if it does not."""
        found = await self._call("GET", address)
        return found[1] if isinstance(found, tuple) and found[0] == HTTPStatus.OK else b""

    async def tell(self, phone_number_id: str, provider_id: str, *, typing: bool) -> None:
        """Mark a customer's message as read. Nothing depends on it: no answer is looked at, no trouble is raised."""
        body = encode(bodies.read(provider_id, typing=typing))
        await self._call("POST", self._address(phone_number_id, "messages"), body)

    async def upload(self, phone_number_id: str, mime: str, size: int, blocks: AsyncIterator[bytes]) -> Named | Refused:
        """Give a file of `size` bytes to the platform. Harmless to repeat: what no message refers to ends in 30 days.

        Never tries twice, raises for no answer; whatever `blocks` raises ends it as unreachable.
        """
        kind, before, after = envelope(mime)
        found = await self._call(
            "POST",
            self._address(phone_number_id, "media"),
            _around(before, size, blocks, after),
            {"Content-Type": kind, "Content-Length": str(len(before) + size + len(after))},
            aiohttp.ClientTimeout(total=UPLOAD_S, sock_read=SILENT_S),
        )
        if isinstance(found, tuple):
            return named(*found)
        return found if isinstance(found, Refused) else _refused(UNREACHABLE, 0)

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
    ) -> tuple[int, bytes] | Refused | Uncertain:
        """One attempt: status and answer, or what is known of a call that got none."""
        status, answer = 0, b""
        call = _Call()
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
                trace_request_ctx=call,
            ) as response:
                status = response.status
                answer = await _read(response, most)
        except (aiohttp.ClientError, TimeoutError, OSError, asyncio.CancelledError) as error:
            if not status:
                return _lost(error, call)
        return status, answer


async def close() -> None:
    """Close this loop's connections; at the end of the loop."""
    session = _sessions.pop(asyncio.get_running_loop(), None)
    if session is not None:
        await session.close()


def outcome(status: int, answer: bytes) -> Outcome:
    """What an HTTP answer says. A refusal of the platform's own is an error object with a code, whatever the status."""
    fields = members(answer.strip()) or {}
    error = members(fields.get("error"))
    code = number(error.get("code")) if error is not None else None
    if code is not None:
        return _refused(code, status)
    if status == HTTPStatus.OK:
        first = next(iter(elements(fields.get("messages")) or ()), None)
        provider_id = text((members(first) or {}).get("id"))
        return Accepted(provider_id) if provider_id else Uncertain("accepted without an id")
    if status in {TOO_MANY_REQUESTS, REQUEST_TIMEOUT}:
        return _refused(BUSY, status)
    if status >= SERVER_ERROR_FROM or status < HTTPStatus.MULTIPLE_CHOICES:
        return Uncertain(f"HTTP {status} without an answer of the platform")
    if status in _NOT_THE_PLATFORM or status < HTTPStatus.BAD_REQUEST:
        return _refused(NO_API, status)
    return _refused(NO_SENSE, status)


def named(status: int, answer: bytes) -> Named | Refused:
    """What an HTTP answer says to a file. Without sense it may come another time."""
    provider_id = text((members(answer.strip()) or {}).get("id")) if status == HTTPStatus.OK else None
    if provider_id:
        return Named(provider_id)
    found = outcome(status, answer)
    return found if isinstance(found, Refused) else _refused(BUSY, status)


def noted(status: int, answer: bytes) -> Noted | Refused | Uncertain:
    """What an HTTP answer says to blocking one person. Why it was refused stands with the person, below the error."""
    of = members((members(answer.strip()) or {}).get("block_users")) or {}
    failed = members(next(iter(elements(of.get("failed_users")) or ()), None)) or {}
    error = members(next(iter(elements(failed.get("errors")) or ()), None)) or {}
    code = number(error.get("code"))
    if code is not None:
        return _refused(code, status)
    if status == HTTPStatus.OK and (elements(of.get("added_users")) or elements(of.get("removed_users"))):
        return Noted()
    found = outcome(status, answer)
    return Uncertain("noted without saying so") if isinstance(found, Accepted) else found


async def _around(before: bytes, size: int, blocks: AsyncIterator[bytes], after: bytes) -> AsyncIterator[bytes]:
    """Raises ConnectionAbortedError if `blocks` are not of `size`: both sides would wait for the rest."""
    yield before
    async for block in blocks:
        size -= len(block)
        yield block
    if size:
        raise ConnectionAbortedError
    yield after


#: Refusals without an error object: a proxy's, or another server's.
_NOT_THE_PLATFORM: Final = frozenset({401, 403, 404, 405, 407})


def _refused(code: int, status: int) -> Refused:
    retry = meaning(code).retry
    if code not in CODES and status >= SERVER_ERROR_FROM:
        retry = Retry.BACKOFF  # a trouble of theirs that they say they refused with, not of the message
    return Refused(code, f"whatsapp.{code}", retry)


def _lost(error: BaseException, call: _Call) -> Refused | Uncertain:
    """The call ended without an answer. Exception texts may hold addresses; the class says enough."""
    if call.left:
        return Uncertain("timeout" if isinstance(error, TimeoutError) else "connection lost")
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientConnectorSSLError):
        return _refused(CERTIFICATE, 0)
    if isinstance(error, aiohttp.InvalidURL):
        return _refused(NO_API, 0)
    return _refused(UNREACHABLE, 0)


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
    session = _sessions.get(loop)
    if session is None or session.closed:
        trace = aiohttp.TraceConfig()
        trace.on_request_headers_sent.append(_note_left)
        session = _sessions[loop] = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=CONNECTIONS_MAX, keepalive_timeout=KEEPALIVE_S),
            cookie_jar=aiohttp.DummyCookieJar(),
            trace_configs=[trace],
        )
    return session


async def _note_left(_: object, context: object, __: object) -> None:
    call = getattr(context, "trace_request_ctx", None)
    if isinstance(call, _Call):
        call.left = True
