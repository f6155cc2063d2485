"""Reading calls and writing answers: JSON in, JSON out, and a sentence where something is wrong."""

import json
from typing import Any

from aiohttp import web

from jawort.simulator.world import World

WORLD: web.AppKey[World] = web.AppKey("world", World)


class Trouble(Exception):
    """A control call that cannot be done: HTTP status and one sentence that says what to do."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


def answer(data: Any, status: int = 200) -> web.Response:
    """`data` as JSON."""
    return web.json_response(data, status=status)


async def given(request: web.Request) -> Any:
    """The call's JSON; an empty body is an empty object. Raises Trouble."""
    body = await request.read()
    if not body.strip():
        return {}
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise Trouble(400, "The body is not JSON.") from None


async def fields(request: web.Request, *, takes: str = "") -> dict[str, Any]:
    """The call's JSON object. With `takes` (names separated by blanks) others are refused. Raises Trouble."""
    found = await given(request)
    if not isinstance(found, dict):
        raise Trouble(400, "The body must be a JSON object.")
    if takes and (unknown := sorted(set(found) - set(takes.split()))):
        raise Trouble(400, f"There is no field “{unknown[0][:40]}” here; there are {', '.join(takes.split())}.")
    return found


def query_number(request: web.Request, name: str, default: int, most: int) -> int:
    """A whole number of the query string, cut to `most`. Raises Trouble."""
    text = request.query.get(name, "")
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise Trouble(400, f"“{name}” in the address is a whole number.")
    return min(int(text), most)


def origin(request: web.Request) -> str:
    """Where this simulator is reached, as the call that came in found it: scheme, address, port.

    For addresses in webhooks: the name in the Host header is a browser's, and the business may know another one.
    """
    assert request.transport is not None
    host, port = request.transport.get_extra_info("sockname")[:2]
    return f"{request.scheme}://{f'[{host}]' if ':' in host else host}:{port}"
