"""Turning the number on and off, proving that it is one's own, and its settings."""

from typing import Any

from aiohttp import web

from jawort.core import clock
from jawort.simulator.errors import GraphError
from jawort.simulator.graph import door
from jawort.simulator.number import Number
from jawort.simulator.shape import Choice, Shape, anything, flag
from jawort.simulator.wire import answer
from jawort.simulator.world import World

PIN_DIGITS = CODE_DIGITS = 6
OLD_REGION_UNTIL = 21  # since then where to store is one of the settings
_SETTINGS = Shape(
    may={
        "storage_configuration": anything,
        "user_identity_change": Shape(needs={"enable_identity_key_check": flag}),
        "calling": Shape(may={"status": Choice(("ENABLED", "DISABLED"))}, open=True),
        "messaging_product": anything,
    },
    open=True,
)


async def register(request: web.Request) -> web.StreamResponse:
    """Turn the number on: `{"messaging_product": "whatsapp", "pin": "123456"}`."""
    _, number = door.number(request)
    wanted = await door.parameters(request)
    door.check_product(wanted)
    if "data_localization_region" in wanted:
        _old_region(request)
    number.register(_digits(wanted, "pin", PIN_DIGITS), clock.now().timestamp())
    return answer({"success": True})


async def deregister(request: web.Request) -> web.StreamResponse:
    """Turn the number off."""
    door.number(request)[1].deregister(clock.now().timestamp())
    return answer({"success": True})


async def request_code(request: web.Request) -> web.StreamResponse:
    """Have a code sent; the control API shows it."""
    world, number = door.number(request)
    wanted = await door.parameters(request)
    if wanted.get("code_method") not in {"SMS", "VOICE"}:
        raise GraphError(100, "Param code_method must be one of {SMS, VOICE}.")
    if not wanted.get("language"):
        raise GraphError(100, "The parameter language is required.")
    number.code = f"{world.random.randrange(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    return answer({"success": True})


async def verify_code(request: web.Request) -> web.StreamResponse:
    """Give the code back."""
    _, number = door.number(request)
    code = str((await door.parameters(request)).get("code", "")).replace("-", "")
    if not number.code or code != number.code:
        raise GraphError(100, "Param code is not the code that was sent last.")
    number.code, number.verified = "", True
    return answer({"success": True})


async def show_settings(request: web.Request) -> web.StreamResponse:
    """The number's settings."""
    _, number = door.number(request)
    return answer(
        {
            "storage_configuration": number.storage,
            "user_identity_change": {"enable_identity_key_check": number.identity_check},
            "calling": number.calling,
        }
    )


async def change_settings(request: web.Request) -> web.StreamResponse:
    """Change some of them."""
    _, number = door.number(request)
    wanted = await door.parameters(request)
    _SETTINGS(wanted, "settings")
    if (storage := wanted.get("storage_configuration")) is not None:
        number.store(storage)
    if (identity := wanted.get("user_identity_change")) is not None:
        number.identity_check = identity["enable_identity_key_check"]
    if (calling := wanted.get("calling")) is not None:
        number.calling = {**number.calling, **calling}
    return answer({"success": True})


def set_pin(world: World, number: Number, wanted: dict[str, Any]) -> None:
    """Another PIN for two-step verification, which is told. Raises GraphError."""
    number.pin = _digits(wanted, "pin", PIN_DIGITS)
    world.tell_account("security", "PIN_CHANGED", {}, number)


def _digits(wanted: dict[str, Any], name: str, length: int) -> str:
    value = wanted.get(name)
    if not isinstance(value, str) or not value.isascii() or not value.isdecimal() or len(value) != length:
        raise GraphError(100, f"Param {name} must be a string of {length} digits.")
    return value


def _old_region(request: web.Request) -> None:
    """Where to store was once said when registering."""
    version = request.match_info.get("version")
    if version is None or int(version) >= OLD_REGION_UNTIL:
        raise GraphError(12, f"data_localization_region is deprecated for versions v{OLD_REGION_UNTIL}.0 or higher")
