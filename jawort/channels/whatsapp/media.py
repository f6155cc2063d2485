"""Files from the platform: its id is changed for an address, which is good for five minutes, and that for the bytes.

The bytes are pulled block by block, so that whoever is slow to store them slows the platform down and holds no more
than a block. What the platform says of a file (type, length, hash, address) is only said: addresses are checked, bytes
are counted by whoever takes them, and the hash is compared there.
"""

import asyncio
import socket
from typing import Final
from urllib.parse import quote

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from jawort.channels.destinations import Datum, Destination
from jawort.channels.egress import DIRECT, Egress
from jawort.channels.types import Retry
from jawort.channels.whatsapp.content import digest
from jawort.channels.whatsapp.errors import CODES, meaning
from jawort.channels.whatsapp.hosts import allowed, public
from jawort.channels.whatsapp.scan import members, number, text
from jawort.channels.wire import Load, session

BLOCK_BYTES: Final = 256 * 1024
ANSWER_BYTES_MAX: Final = 65_536
CONNECT_S, SILENT_S, RESOLVE_S = 10.0, 20.0, 15.0
#: For one file, however it drips: 100 MB at two megabits a second.
DOWNLOAD_S: Final = 420.0
CONNECTIONS_MAX: Final = 16
HOPS_MAX: Final = 3
OK, NOT_FOUND, SERVER_ERROR_FROM = 200, 404, 500
#: An id that is unknown, deleted, another number's, or older than seven days (Graph API, code and subcode).
CODE_NO_OBJECT: Final = 100


class NotFetched(Exception):
    """The file did not come. `reason` is a code; `passing` if it may come another time."""

    def __init__(self, reason: str, *, passing: bool) -> None:
        super().__init__(reason)
        self.reason, self.passing = reason, passing


class AddressDead(NotFetched):
    """The address is not good any more; the id may have another one."""

    def __init__(self) -> None:
        super().__init__("address_dead", passing=True)


class Download:
    """One file on its way. `sha256` has 32 bytes, or none if the platform named none.

    `announced` is how many bytes are said to come, None if nothing was said. Fewer or more may.
    """

    def __init__(self, response: aiohttp.ClientResponse, sha256: bytes, deadline: float) -> None:
        self.sha256 = sha256
        self.announced = response.content_length
        self._response, self._deadline = response, deadline

    async def block(self) -> bytes:
        """The next bytes, at most a block and what was just coming in; none at the end. Raises NotFetched."""
        parts: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout_at(self._deadline):
                while size < BLOCK_BYTES and (part := await self._response.content.readany()):
                    parts.append(part)
                    size += len(part)
        except TimeoutError:
            raise NotFetched("too_slow", passing=True) from None
        except (aiohttp.ClientError, OSError):
            raise NotFetched("broken_off", passing=True) from None
        return b"".join(parts)

    def close(self) -> None:
        """Hang up: what has not come is not wanted, and what came too much must not begin the next file."""
        self._response.close()


class MediaClient:
    """Fetches files of all lines. `base_url` ends in the version. Lives in the loop in which it is used first."""

    def __init__(self, base_url: str, download_s: float = DOWNLOAD_S, egress: Egress = DIRECT) -> None:
        self._graph = URL(base_url.rstrip("/"))
        self._download_s, self._egress = download_s, egress
        self._known = {self._graph.host or ""}
        self._open: aiohttp.ClientSession | None = None

    async def download(self, token: str, phone_number_id: str, media_id: str) -> Download:
        """The file with this id, opened. An address that died on the way is asked for once more. Raises NotFetched."""
        deadline = asyncio.get_running_loop().time() + self._download_s
        for _ in range(2):
            url, sha256 = await self._resolve(token, phone_number_id, media_id)
            try:
                return Download(await self._get(token, url), sha256, deadline)
            except AddressDead:
                continue
        raise NotFetched("gone", passing=False)

    async def close(self) -> None:
        """Close the connections."""
        if self._open is not None:
            await self._open.close()

    async def _resolve(self, token: str, phone_number_id: str, media_id: str) -> tuple[URL, bytes]:
        """Where the bytes are, and what they hash to. The number restricts it to files of our own."""
        where = f"{self._graph}/{quote(media_id, safe='')}?phone_number_id={quote(phone_number_id, safe='')}"
        try:
            async with asyncio.timeout(RESOLVE_S):
                response = await self._ask(URL(where, encoded=True), token)
                try:
                    answer = await _beginning(response)
                finally:
                    response.close()
        except (aiohttp.ClientError, TimeoutError, OSError):
            raise NotFetched("unreachable", passing=True) from None
        _check(response.status, answer)
        fields = members(answer.strip()) or {}
        try:
            url = URL(text(fields.get("url")) or "")
        except ValueError:
            url = URL()
        return url, digest(text(fields.get("sha256")) or "")

    async def _get(self, token: str, url: URL) -> aiohttp.ClientResponse:
        """The answer with the bytes. Every hop is checked, and the token goes to the first host only."""
        first = url
        for _ in range(HOPS_MAX):
            if not allowed(url, self._graph):
                raise NotFetched("foreign_host", passing=False)
            try:
                response = await self._ask(url, token if url.host == first.host else "")
            except (aiohttp.ClientError, TimeoutError, OSError):
                raise NotFetched("unreachable", passing=True) from None
            if not 300 <= response.status < 400:
                return self._checked(response)
            response.close()
            try:
                url = url.join(URL(response.headers.get("Location", "")))
            except ValueError:
                raise NotFetched("foreign_host", passing=False) from None
        raise NotFetched("redirected", passing=False)

    def _checked(self, response: aiohttp.ClientResponse) -> aiohttp.ClientResponse:
        """The answer, if it is a file as it is. What is packed would have to be unpacked, without an end perhaps."""
        packed = response.headers.get("Content-Encoding", "identity").lower() != "identity"
        if response.status == OK and not packed:
            return response
        response.close()
        if response.status == NOT_FOUND:
            raise AddressDead
        if response.status == OK:
            raise NotFetched("packed", passing=False)
        raise NotFetched(f"http_{response.status}", passing=True)

    async def _ask(self, url: URL, token: str) -> aiohttp.ClientResponse:
        headers = {"Accept-Encoding": "identity", "User-Agent": "Jawort"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        proxy, proxy_headers = self._egress.proxy_for(url)
        if proxy is not None and proxy.host:
            self._known.add(proxy.host)
        if url.scheme != "https":
            headers |= proxy_headers  # without TLS there is no CONNECT to carry them
        return await self._session().get(
            url,
            headers=headers,
            proxy=proxy,
            proxy_headers=proxy_headers,
            ssl=self._egress.tls,
            allow_redirects=False,
            trace_request_ctx=Load(self._whose(url), Datum.FILE_ID, *((Datum.CREDENTIALS,) if token else ())),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_S, sock_read=SILENT_S),
        )

    def _whose(self, url: URL) -> Destination:
        return Destination.GRAPH if url.origin() == self._graph.origin() else Destination.MEDIA

    def _session(self) -> aiohttp.ClientSession:
        if self._open is None:
            connector = aiohttp.TCPConnector(limit=CONNECTIONS_MAX, resolver=PublicOnly(self._known))
            self._open = session(connector=connector, auto_decompress=False)
        return self._open


class PublicOnly(AbstractResolver):
    """Looks names up, and knows no address within the house: a name of the platform's could be bent to one.

    But for `known` hosts, which the installation's own settings name.
    """

    def __init__(self, known: set[str]) -> None:
        self._known = known
        self._names = aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses that may be called. Raises OSError if there is none."""
        found = await self._names.resolve(host, port, family)
        if host not in self._known:
            found = [one for one in found if public(one["host"])]
        if not found:
            raise OSError("no address that may be called")
        return found

    async def close(self) -> None:
        """Nothing is open."""


def _check(status: int, answer: bytes) -> None:
    """Raises NotFetched unless the platform resolved the id."""
    error = members((members(answer.strip()) or {}).get("error"))
    code = number(error.get("code")) if error is not None else None
    if code is not None:
        theirs = code not in CODES and status >= SERVER_ERROR_FROM  # a trouble of the platform's, not of the file
        passing = theirs or meaning(code).retry is not Retry.NEVER
        raise NotFetched("gone" if code == CODE_NO_OBJECT else f"whatsapp_{code}", passing=passing)
    if status == NOT_FOUND:
        raise NotFetched("gone", passing=False)
    if status != OK:
        raise NotFetched(f"http_{status}", passing=True)
    if not members(answer.strip()):
        raise NotFetched("no_sense", passing=True)


async def _beginning(response: aiohttp.ClientResponse) -> bytes:
    """The answer, or its beginning if it is longer than any answer of the platform."""
    parts = bytearray()
    while len(parts) < ANSWER_BYTES_MAX and (part := await response.content.readany()):
        parts += part
    return bytes(parts)
