"""Files that a send names by a link: the platform fetches them itself, and says later if it could not.

This simulator fetches from this machine only; every other address is one that could not be reached.
"""

from typing import Any
from urllib.parse import urlsplit

import aiohttp

from jawort.core import clock
from jawort.simulator import content
from jawort.simulator.errors import GraphError
from jawort.simulator.media import FILE_BYTES_MAX, File, check
from jawort.simulator.settings import loopback
from jawort.simulator.world import Fetched, Send, World

#: What can name files at all.
TYPES = frozenset({"image", "video", "document", "audio", "sticker", "interactive", "template"})
FETCH_SECONDS_MAX = 10
CACHED_S = 10 * 60
_FAILED = "Downloading media from weblink failed"


class Unfetchable(Exception):
    """A link that leads to no file that can be sent. The text is the `details` of the later failure."""


def linked(send: Send) -> bool:
    """Whether the send names a file by a link."""
    return any("link" in named for _, _, named in content.files(send.type, send.content))


async def fetch_all(world: World, send: Send) -> None:
    """Fetch every file of the send; their ids stand beside the links then. Raises Unfetchable."""
    for _, kind, named in content.files(send.type, send.content):
        if link := named.get("link"):
            file = await _fetch(world, str(link))
            if kind not in {file.kind, "document"}:
                raise Unfetchable(f"{_FAILED}: a file of type {file.mime} cannot be sent as {kind}.")
            send.fetched = {**(send.fetched or {}), str(link): file.id}


def with_ids(value: Any, fetched: dict[str, str]) -> Any:
    """A content with the ids of fetched files beside their links."""
    if isinstance(value, list):
        return [with_ids(one, fetched) for one in value]
    if not isinstance(value, dict):
        return value
    more = {"id": fetched[value["link"]]} if value.get("link") in fetched else {}
    return {name: with_ids(one, fetched) for name, one in value.items()} | more


async def _fetch(world: World, link: str) -> File:
    at = clock.now().timestamp()
    known = world.fetched.get(link)
    if known is not None and 0 <= at - known.at < CACHED_S and world.media.get(known.file.id, at) is not None:
        return known.file
    if not loopback(urlsplit(link).hostname or ""):
        raise Unfetchable(f"{_FAILED}: this simulator fetches from this machine only.")
    timeout = aiohttp.ClientTimeout(total=FETCH_SECONDS_MAX)
    try:
        async with world.sender.session.get(link, timeout=timeout, allow_redirects=False) as answer:
            if answer.status != 200:
                raise Unfetchable(f"{_FAILED} with http code {answer.status}, status message {answer.reason}")
            body = await answer.content.read(FILE_BYTES_MAX + 1)
            while chunk := await answer.content.read(FILE_BYTES_MAX + 1 - len(body)):
                body += chunk
            mime = answer.headers.get("Content-Type", "")
        check(mime, body)
    except GraphError as refusal:
        raise Unfetchable(f"{_FAILED}: {refusal.details}") from None
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as problem:
        raise Unfetchable(f"{_FAILED} ({type(problem).__name__}).") from None
    file = world.media.upload(body, mime, at)
    world.fetched[link] = Fetched(file, at)
    return file
