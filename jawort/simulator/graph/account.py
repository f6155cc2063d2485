"""The WhatsApp business account: itself, its numbers, and the app's subscription."""

from typing import Any

from aiohttp import web

from jawort.simulator.errors import GraphError
from jawort.simulator.graph import callbacks, door, number
from jawort.simulator.wire import answer
from jawort.simulator.world import World


def view(world: World) -> dict[str, Any]:
    """All fields of the account."""
    return {
        "id": world.settings.waba_id,
        "name": world.settings.business_name,
        "timezone_id": "1",
        "message_template_namespace": "none",
    }


async def phone_numbers(request: web.Request) -> web.StreamResponse:
    """The account's one number."""
    world = door.account(request)
    shown = {name: value for name, value in number.view(world).items() if name not in number.ASKED_FOR}
    return answer({"data": [shown]})


async def subscriptions(request: web.Request) -> web.StreamResponse:
    """The one app, with the account's override."""
    world = door.account(request)
    item: dict[str, Any] = {"whatsapp_business_api_data": {"id": "1", "name": "Jawort", "link": "https://example.org/"}}
    if override := world.callbacks.at("account"):
        item["override_callback_uri"] = override.url
    return answer({"data": [item]})


async def subscribe(request: web.Request) -> web.StreamResponse:
    """Subscribe the app: without a body it removes the override and does the handshake with the app's address."""
    world = door.account(request)
    wanted = door.parsed(await request.read() or b"{}")
    if not isinstance(wanted, dict):
        raise GraphError(100, "The body must be a JSON object.")
    await callbacks.override(world, "account", wanted)
    return answer({"success": True})


async def unsubscribe(request: web.Request) -> web.StreamResponse:
    """Removes the override; the app's own address stays, for there is only one app here."""
    door.account(request).callbacks.clear("account")
    return answer({"success": True})
