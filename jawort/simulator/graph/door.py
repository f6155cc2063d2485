"""Who may call, which object is meant, and what a call carries: the same for every path."""

import hmac
import json
from typing import Any

from aiohttp import web

from jawort.core import clock
from jawort.simulator.errors import GraphError, unknown_object
from jawort.simulator.number import Number
from jawort.simulator.wire import WORLD
from jawort.simulator.world import World


def entered(request: web.Request) -> World:
    """The world, for whoever has the token. Raises GraphError."""
    world = request.app[WORLD]
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    expected = world.settings.access_token.encode()
    if scheme.lower() != "bearer" or not hmac.compare_digest(token.strip().encode(), expected):
        raise GraphError(190, "Error validating access token: the token is missing or not this simulator's.")
    if not world.portfolio.takes_token(clock.now().timestamp()):
        raise GraphError(190, "Error validating access token: the token has ended, or was taken back.")
    return world


def number(request: web.Request) -> tuple[World, Number]:
    """The world, and the number of the business that the path's object is. Raises GraphError."""
    world = entered(request)
    found = world.numbers.get(object_id(request))
    if found is None:
        raise unknown_object(object_id(request))
    return world, found


def account(request: web.Request) -> World:
    """The world, if the path's object is the WhatsApp business account. Raises GraphError."""
    world = entered(request)
    if object_id(request) != world.settings.waba_id:
        raise unknown_object(object_id(request))
    return world


def object_id(request: web.Request) -> str:
    """The id in the path."""
    return request.match_info["object"]


async def document(request: web.Request) -> Any:
    """The call's JSON. Raises GraphError."""
    return parsed(await request.read())


async def parameters(request: web.Request) -> dict[str, Any]:
    """What a call gives, in the address, as a form or as JSON: the platform takes each. Raises GraphError."""
    found: dict[str, Any] = {name: value for name, value in request.query.items() if name != "access_token"}
    if request.content_type == "application/x-www-form-urlencoded":
        return found | {name: str(value) for name, value in (await request.post()).items()}
    body = await request.read()
    given = parsed(body) if body.strip() else {}
    if not isinstance(given, dict):
        raise GraphError(100, "The body must be a JSON object.")
    return found | given


def check_product(wanted: dict[str, Any]) -> None:
    """The call is about WhatsApp. Raises GraphError."""
    if wanted.get("messaging_product") != "whatsapp":
        raise GraphError(100, "Param messaging_product must be one of {WHATSAPP}.")


def parsed(body: bytes) -> Any:
    """A body's JSON. Raises GraphError."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise GraphError(100, "The body is not valid JSON.") from None
