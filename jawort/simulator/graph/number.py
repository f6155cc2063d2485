"""The business's number as an object."""

from typing import Any

from aiohttp import web

from jawort.simulator.callback import Level
from jawort.simulator.errors import GraphError
from jawort.simulator.graph import callbacks, door
from jawort.simulator.wire import answer
from jawort.simulator.world import World

#: Shown only to calls that name them.
ASKED_FOR = frozenset({"webhook_configuration", "whatsapp_business_manager_messaging_limit"})


def view(world: World) -> dict[str, Any]:
    """All fields of the number."""
    levels: dict[str, Level] = {
        "phone_number": "number",
        "whatsapp_business_account": "account",
        "application": "app",
    }
    addresses = {name: found.url for name, level in levels.items() if (found := world.callbacks.at(level))}
    return {
        "verified_name": world.settings.business_name,
        "display_phone_number": world.settings.display_number,
        "code_verification_status": "VERIFIED",
        "quality_rating": "GREEN",
        "platform_type": "CLOUD_API",
        "status": "CONNECTED",
        "throughput": {"level": "HIGH" if world.settings.profile == "bench" else "STANDARD"},
        "whatsapp_business_manager_messaging_limit": "UNLIMITED",
        "webhook_configuration": addresses,
        "id": world.settings.phone_number_id,
    }


async def change(request: web.Request, world: World) -> web.StreamResponse:
    """Set or clear (with an empty address) the number's own callback."""
    wanted = await door.document(request)
    configuration = wanted.get("webhook_configuration") if isinstance(wanted, dict) else None
    if not isinstance(configuration, dict):
        raise GraphError(100, "The parameter webhook_configuration is required.")
    await callbacks.override(world, "number", configuration)
    return answer({"success": True})
