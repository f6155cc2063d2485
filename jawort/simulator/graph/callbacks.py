"""Setting where webhooks go, as the number's and the account's calls do it."""

from typing import Any

from jawort.simulator.callback import Callback, CallbackError, Level, handshake
from jawort.simulator.errors import GraphError
from jawort.simulator.world import World


async def override(world: World, level: Level, wanted: dict[str, Any]) -> None:
    """Set the level's address after its handshake, or clear it where none is given. Raises GraphError."""
    url, token = wanted.get("override_callback_uri", ""), wanted.get("verify_token", "")
    if not isinstance(url, str) or not isinstance(token, str):
        raise GraphError(100, "override_callback_uri and verify_token must be strings.")
    try:
        if url:
            await world.callbacks.override(world.sender.session, level, url, token)
        else:
            world.callbacks.clear(level)
            app = world.callbacks.at("app")
            assert isinstance(app, Callback)
            await handshake(world.sender.session, app)
    except CallbackError as problem:
        raise GraphError(2200, str(problem)) from None
