"""The WhatsApp business account: itself, its numbers, the app's subscription, and the token."""

import re
from typing import Any

from aiohttp import web

from jawort.core.phone import parse
from jawort.simulator.errors import GraphError
from jawort.simulator.graph import callbacks, door, number, paging
from jawort.simulator.shape import Shape, Text
from jawort.simulator.wire import answer
from jawort.simulator.world import World

_NEW = Shape(needs={"cc": Text(4), "phone_number": Text(30), "verified_name": Text(100)}, open=True)


def view(world: World) -> dict[str, Any]:
    """All fields of the account."""
    return {
        "id": world.settings.waba_id,
        "name": world.settings.business_name,
        "timezone_id": "1",
        "message_template_namespace": "none",
        "currency": "EUR",
        "account_review_status": "APPROVED",
        "health_status": number.health(world, world.first, "WABA", world.settings.waba_id),
    }


async def phone_numbers(request: web.Request) -> web.StreamResponse:
    """The account's numbers, the first one first."""
    world = door.account(request)
    views = [number.view(world, one) for one in world.numbers.values()]
    shown = [paging.cut(one, paging.wanted(request), set(one) - number.ASKED_FOR) for one in views]
    return paging.page(request, shown, list(world.numbers))


async def add_phone_number(request: web.Request) -> web.StreamResponse:
    """Another number, by `cc`, `phone_number` and `verified_name`: it is to be proven and registered then."""
    world = door.account(request)
    wanted = await door.parameters(request)
    wanted = {name: str(value) if type(value) is int else value for name, value in wanted.items()}
    _NEW(wanted, "phone_numbers")
    code, bare = wanted["cc"].lstrip("+"), re.sub(r"[\s()./-]+", "", wanted["phone_number"]).lstrip("0")
    found = parse(f"+{code}{bare}")
    if found is None or not found.digits.isdecimal():
        raise GraphError(100, "Param phone_number must be a phone number without its country code.")
    if world.number_of(found.digits) is not None or world.directory.by_phone(found.digits) is not None:
        raise GraphError(100, "Param phone_number is registered with WhatsApp already.")
    if len(world.numbers) >= (most := world.portfolio.numbers_max):
        raise GraphError(100, f"Param phone_number: this portfolio has its {most} phone numbers.")
    return answer({"id": world.add_number(found.digits, f"+{code} {bare}", wanted["verified_name"]).id})


async def subscriptions(request: web.Request) -> web.StreamResponse:
    """The one app, with the account's override; nothing if it is not subscribed."""
    world = door.account(request)
    if not world.callbacks.subscribed:
        return answer({"data": []})
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
    world.callbacks.subscribed = True
    return answer({"success": True})


async def unsubscribe(request: web.Request) -> web.StreamResponse:
    """Removes the override and ends the subscription: nothing is told until the app is subscribed again."""
    world = door.account(request)
    world.callbacks.clear("account")
    world.callbacks.subscribed = False
    return answer({"success": True})
