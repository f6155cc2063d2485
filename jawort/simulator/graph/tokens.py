"""What an access token is good for: `debug_token`, asked with the token itself or with the app's `id|secret`."""

import hmac
from typing import Any

from aiohttp import web

from jawort.core import clock
from jawort.simulator.errors import GraphError
from jawort.simulator.wire import WORLD, answer
from jawort.simulator.world import World

ISSUED_S = 3_600  # ago


async def show(request: web.Request) -> web.StreamResponse:
    """Everything about `input_token`; of one that is not this simulator's, that it does not hold."""
    world = request.app[WORLD]
    settings, mine = world.settings, world.settings.access_token
    scheme, _, caller = request.headers.get("Authorization", "").partition(" ")
    known = (settings.access_token, f"{settings.app_id}|{settings.app_secret}")
    if scheme.lower() != "bearer" or not any(_same(caller.strip(), one) for one in known):
        raise GraphError(190, "Invalid OAuth access token signature.")
    if world.portfolio.token_revoked and _same(caller.strip(), mine):
        raise GraphError(190, "Error validating access token: the session was invalidated.")
    given = request.query.get("input_token", "")
    if not given:
        raise GraphError(100, "The parameter input_token is required.")
    return answer({"data": _view(world) if _same(given, mine) else _wrong()})


def _view(world: World) -> dict[str, Any]:
    settings, now = world.settings, int(clock.now().timestamp())
    ends = world.portfolio.token_expires_at
    return {
        "app_id": settings.app_id,
        "type": "SYSTEM_USER",
        "application": settings.business_name,
        "data_access_expires_at": 0,
        "expires_at": ends,
        "is_valid": world.portfolio.takes_token(now),
        "issued_at": now - ISSUED_S,
        "scopes": [*settings.token_scopes, "public_profile"],
        "granular_scopes": [
            {"scope": scope, "target_ids": [settings.waba_id]} for scope in settings.token_scopes if "whatsapp" in scope
        ],
        "user_id": "122100000000000001",
    }


def _wrong() -> dict[str, Any]:
    return {"error": {"code": 190, "message": "Invalid OAuth access token."}, "is_valid": False, "scopes": []}


def _same(given: str, known: str) -> bool:
    return hmac.compare_digest(given.encode(), known.encode())
