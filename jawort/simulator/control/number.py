"""Control calls about the business's number: what it may send, what that costs, and what the platform holds back."""

from collections.abc import Callable
from typing import Any

from aiohttp import web

from jawort.core import clock
from jawort.simulator import handset
from jawort.simulator.billing import REGIMES
from jawort.simulator.control import door
from jawort.simulator.number import TIERS
from jawort.simulator.outcome import Failure
from jawort.simulator.wire import WORLD, Trouble, answer, fields
from jawort.simulator.world import World

QUALITIES = ("GREEN", "YELLOW", "RED", "UNKNOWN")
WHOLE_MAX = 1_000_000
_LIMITED = ("async", "held")
_DROPPED = Failure(132015, "The template was paused while its first messages were judged; this one was dropped.")


async def show(request: web.Request) -> web.Response:
    """The number as the platform has it."""
    return answer(_view(request.app[WORLD]))


async def change(request: web.Request) -> web.Response:
    """Change what the call names. Another messaging limit is told by webhook, and lets go what it held."""
    world = request.app[WORLD]
    wanted = await fields(request, takes=" ".join(_SETTERS))
    for name, value in wanted.items():
        good, _ = _SETTERS[name]
        if not good(value):
            raise Trouble(400, f"“{name}” cannot be {str(value)[:60]}; GET number shows what it is like now.")
    for name, value in wanted.items():
        _SETTERS[name][1](world, value)
    if "messaging_limit" in wanted:
        more = {"max_daily_conversations_per_business": world.number.tier}
        world.tell_account("phone_number_quality_update", "UPGRADE", more)
        _let_go(world, None)
    return answer(_view(world))


async def decide_held(request: web.Request) -> web.Response:
    """`{"fate": "release"}`, or `drop`: what becomes of the messages that are held."""
    world = request.app[WORLD]
    fate = door.choice(await fields(request, takes="fate"), "fate", "release", "drop")
    return answer({"held": _let_go(world, _DROPPED if fate == "drop" else None)})


def _let_go(world: World, fate: Failure | None) -> int:
    held, world.held = world.held, []
    for entry in held:
        handset.release(world, entry, fate)
    return len(held)


def _view(world: World) -> dict[str, Any]:
    number = world.number
    return {
        "registered": number.registered,
        "locked": number.locked,
        "verified": number.verified,
        "code": number.code,
        "pin": number.pin,
        "quality": number.quality,
        "messaging_limit": number.tier,
        "limited": number.limited,
        "written_to": len(number.written),
        "allowed": [f"+{one}" for one in sorted(number.allowed)],
        "storage": number.storage,
        "identity_check": number.identity_check,
        "blocked": len(number.blocked),
        "marketing_on_cloud_api": number.marketing_on_cloud_api,
        "pair_limit": world.rates.pair,
        "throughput_per_s": world.rates.throughput_per_s,
        "pacing_first": world.pacing,
        "held": len(world.held),
        "billing": world.billing.view(clock.now().strftime("%Y-%m")),
    }


def _flag(value: Any) -> bool:
    return isinstance(value, bool)


def _whole(value: Any) -> bool:
    return type(value) is int and 0 <= value <= WHOLE_MAX


def _one_of(*values: str) -> Callable[[Any], bool]:
    return lambda value: value in values


def _phones(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) and door.digits(one) for one in value)


def _on(part: str, name: str) -> Callable[[World, Any], None]:
    """Sets a field of a part of the world."""
    return lambda world, value: setattr(getattr(world, part), name, value)


def _allow(world: World, phones: list[str]) -> None:
    world.number.allowed = frozenset(door.digits(one) for one in phones)


#: What can be changed: which values are good, and how they are set.
_SETTERS: dict[str, tuple[Callable[[Any], bool], Callable[[World, Any], None]]] = {
    "registered": (_flag, _on("number", "registered")),
    "locked": (_flag, _on("number", "locked")),
    "verified": (_flag, _on("number", "verified")),
    "quality": (_one_of(*QUALITIES), _on("number", "quality")),
    "messaging_limit": (_one_of(*TIERS), _on("number", "tier")),
    "limited": (_one_of(*_LIMITED), _on("number", "limited")),
    "allowed": (_phones, _allow),
    "pair_limit": (_flag, _on("rates", "pair")),
    "throughput_per_s": (_whole, lambda world, value: world.rates.set_throughput(value)),
    "pacing_first": (
        lambda value: value is None or _whole(value),
        lambda world, value: setattr(world, "pacing", value),
    ),
    "pricing_regime": (_one_of(*REGIMES), _on("billing", "regime")),
    "marketing_on_cloud_api": (_flag, _on("number", "marketing_on_cloud_api")),
    "payment": (_flag, _on("billing", "payment")),
}

PATHS = [
    ("GET", "/number", show),
    ("POST", "/number", change),
    ("POST", "/held", decide_held),
]
