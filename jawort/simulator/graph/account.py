"""The WhatsApp business account: itself, its numbers, and the app's subscription."""

from typing import Any

from aiohttp import web

from jawort.simulator.graph import callbacks, door, number, paging
from jawort.simulator.wire import answer
from jawort.simulator.world import World


def view(world: World) -> dict[str, Any]:
    """All fields of the account."""
    return {
        "id": world.settings.waba_id,
        "name": world.settings.business_name,
        "timezone_id": "1",
        "message_template_namespace": "none",
        "currency": "EUR",
        "account_review_status": "APPROVED",
        "health_status": number.health(world, "WABA", world.settings.waba_id),
    }


async def phone_numbers(request: web.Request) -> web.StreamResponse:
    """The account's one number."""
    world = door.account(request)
    view = number.view(world)
    shown = paging.cut(view, paging.wanted(request), set(view) - number.ASKED_FOR)
    return paging.page(request, [shown], [world.settings.phone_number_id])


async def subscriptions(request: web.Request) -> web.StreamResponse:
    """The one app, with the account's override."""
    world = door.account(request)
    item: dict[str, Any] = {
        "whatsapp_business_api_data": {"id": world.settings.app_id, "name": "Jawort", "link": "https://example.org/"}
    }
    if override := world.callbacks.at("account"):
        item["override_callback_uri"] = override.url
    return answer({"data": [item]})


async def subscribe(request: web.Request) -> web.StreamResponse:
    """Subscribe the app: without a body it removes the override and does the handshake with the app's address."""
    world = door.account(request)
    wanted = await door.parameters(request)
    await callbacks.override(world, "account", wanted)
    return answer({"success": True})


async def unsubscribe(request: web.Request) -> web.StreamResponse:
    """Removes the override; the app's own address stays, for there is only one app here."""
    door.account(request).callbacks.clear("account")
    return answer({"success": True})
