"""The business's number as an object."""

from typing import Any

from aiohttp import web

from jawort.simulator.callback import Level
from jawort.simulator.errors import GraphError
from jawort.simulator.graph import callbacks, door, profile, registration
from jawort.simulator.number import Number
from jawort.simulator.wire import answer
from jawort.simulator.world import World

#: Shown only to calls that name them.
ASKED_FOR = frozenset(
    {
        *("webhook_configuration", "whatsapp_business_manager_messaging_limit", "conversational_automation"),
        *("health_status", "certificate", "username"),
    }
)


def view(world: World, number: Number) -> dict[str, Any]:
    """All fields of the number."""
    return {
        "verified_name": number.name,
        "display_phone_number": number.display,
        "code_verification_status": "VERIFIED" if number.verified else "NOT_VERIFIED",
        "quality_rating": number.quality,
        "platform_type": "CLOUD_API" if number.registered else "NOT_APPLICABLE",
        "status": "CONNECTED" if number.registered else "DISCONNECTED",
        "name_status": "APPROVED",
        "account_mode": "SANDBOX" if number.allowed else "LIVE",
        "is_pin_enabled": bool(number.pin),
        "throughput": {"level": "HIGH" if world.settings.profile == "bench" else "STANDARD"},
        "whatsapp_business_manager_messaging_limit": world.portfolio.tier,
        "webhook_configuration": _addresses(world, number),
        "conversational_automation": profile.automation(number),
        "username": number.username,
        "health_status": health(world, number, "PHONE_NUMBER", number.id),
        "id": number.id,
    }


def health(world: World, number: Number, kind: str, object_id: str) -> dict[str, Any]:
    """Whether messages can be sent, as the field says it: of the number and of the account."""
    settings = world.settings
    state = "BLOCKED" if world.portfolio.locked or not number.registered else "AVAILABLE"
    ids = {"PHONE_NUMBER": number.id, "WABA": settings.waba_id, "BUSINESS": settings.portfolio}
    ids |= {kind: object_id, "APP": settings.app_id}
    entities = [
        {"entity_type": name, "id": one, "can_send_message": state if name == "PHONE_NUMBER" else "AVAILABLE"}
        for name, one in ids.items()
    ]
    return {"can_send_message": state, "entities": entities}


async def change(request: web.Request, world: World, number: Number) -> web.StreamResponse:
    """Set or clear (with an empty address) the number's own callback, or set the PIN."""
    wanted = await door.parameters(request)
    if "pin" in wanted:
        registration.set_pin(world, number, wanted)
        return answer({"success": True})
    configuration = wanted.get("webhook_configuration")
    if not isinstance(configuration, dict):
        raise GraphError(100, "The parameter webhook_configuration is required, or the parameter pin.")
    await callbacks.override(world, number.id, configuration)
    return answer({"success": True})


def _addresses(world: World, number: Number) -> dict[str, str]:
    levels: dict[str, Level] = {
        "phone_number": number.id,
        "whatsapp_business_account": "account",
        "application": "app",
    }
    return {name: found.url for name, level in levels.items() if (found := world.callbacks.at(level))}
