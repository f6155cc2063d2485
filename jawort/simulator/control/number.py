"""Control calls about the business's numbers: what it may send, what that costs, and what the platform holds back."""

from collections.abc import Callable
from typing import Any

from aiohttp import web

from jawort.core import clock
from jawort.simulator import handset
from jawort.simulator.control import door
from jawort.simulator.number import Number
from jawort.simulator.outcome import Failure
from jawort.simulator.portfolio import REGIMES, TIERS
from jawort.simulator.wire import WORLD, Trouble, answer, fields
from jawort.simulator.world import World

QUALITIES = ("GREEN", "YELLOW", "RED", "UNKNOWN")
WHOLE_MAX = 1_000_000
MOMENT_MAX = 10**11
_LIMITED = ("async", "held")
_DROPPED = Failure(132015, "The template was paused while its first messages were judged; this one was dropped.")


async def index(request: web.Request) -> web.Response:
    """Every number, the first one first."""
    world = request.app[WORLD]
    return answer({"items": [_view(world, number) for number in world.numbers.values()]})


async def show(request: web.Request) -> web.Response:
    """The number as the platform has it."""
    return answer(_view(request.app[WORLD], door.number(request)))


async def change(request: web.Request) -> web.Response:
    """Change what the call names. Another messaging limit is told by webhook, and lets go what it held."""
    world, number = request.app[WORLD], door.number(request)
    wanted = await fields(request, takes=" ".join(_SETTERS))
    for name, value in wanted.items():
        good, _ = _SETTERS[name]
        if not good(value):
            raise Trouble(400, f"“{name}” cannot be {str(value)[:60]}; GET number shows what it is like now.")
    for name, value in wanted.items():
        _SETTERS[name][1](world, number, value)
    if "messaging_limit" in wanted:
        world.tell_limit(number)
        handset.let_go(world, None)
    return answer(_view(world, number))


async def decide_held(request: web.Request) -> web.Response:
    """`{"fate": "release"}`, or `drop`: what becomes of the messages that are held."""
    world = request.app[WORLD]
    fate = door.choice(await fields(request, takes="fate"), "fate", "release", "drop")
    return answer({"held": handset.let_go(world, _DROPPED if fate == "drop" else None)})


def _view(world: World, number: Number) -> dict[str, Any]:
    portfolio = world.portfolio
    return {
        "id": number.id,
        "display": number.display,
        "name": number.name,
        "registered": number.registered,
        "locked": portfolio.locked,
        "verified": number.verified,
        "code": number.code,
        "pin": number.pin,
        "quality": number.quality,
        "messaging_limit": portfolio.tier,
        "auto_upgrade": portfolio.auto_upgrade,
        "limited": portfolio.limited,
        "written_to": len(portfolio.written),
        "allowed": [f"+{one}" for one in sorted(number.allowed)],
        "storage": number.storage,
        "identity_check": number.identity_check,
        "calling": number.can_be_called,
        "blocked": len(number.blocked),
        "marketing_on_cloud_api": portfolio.marketing_on_cloud_api,
        "pair_limit": number.rates.pair,
        "throughput_per_s": number.rates.throughput_per_s,
        "pacing_first": world.pacing,
        "skip_delivered_when_open": world.skip_delivered_when_open,
        "held": len(world.held),
        "token_revoked": portfolio.token_revoked,
        "token_expires_at": portfolio.token_expires_at,
        "billing": number.billing.view(clock.now().strftime("%Y-%m")),
    }


def _flag(value: Any) -> bool:
    return isinstance(value, bool)


def _whole(value: Any) -> bool:
    return type(value) is int and 0 <= value <= WHOLE_MAX


def _moment(value: Any) -> bool:
    return type(value) is int and 0 <= value <= MOMENT_MAX


def _chance(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _one_of(*values: str) -> Callable[[Any], bool]:
    return lambda value: value in values


def _phones(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) and door.digits(one) for one in value)


def _number(name: str) -> Callable[[World, Number, Any], None]:
    return lambda _world, number, value: setattr(number, name, value)


def _all(name: str) -> Callable[[World, Number, Any], None]:
    """Sets what all numbers share."""
    return lambda world, _number, value: setattr(world.portfolio, name, value)


def _world(name: str) -> Callable[[World, Number, Any], None]:
    return lambda world, _number, value: setattr(world, name, value)


def _allow(_world: World, number: Number, phones: list[str]) -> None:
    number.allowed = frozenset(door.digits(one) for one in phones)


#: What can be changed: which values are good, and how they are set.
_SETTERS: dict[str, tuple[Callable[[Any], bool], Callable[[World, Number, Any], None]]] = {
    "registered": (_flag, _number("registered")),
    "locked": (_flag, _all("locked")),
    "verified": (_flag, _number("verified")),
    "calling": (_flag, lambda _world, number, value: number.let_call(value)),
    "quality": (_one_of(*QUALITIES), _number("quality")),
    "messaging_limit": (_one_of(*TIERS), _all("tier")),
    "auto_upgrade": (_flag, _all("auto_upgrade")),
    "limited": (_one_of(*_LIMITED), _all("limited")),
    "allowed": (_phones, _allow),
    "pair_limit": (_flag, lambda _world, number, value: setattr(number.rates, "pair", value)),
    "throughput_per_s": (_whole, lambda _world, number, value: number.rates.set_throughput(value)),
    "pacing_first": (lambda value: value is None or _whole(value), _world("pacing")),
    "skip_delivered_when_open": (_chance, _world("skip_delivered_when_open")),
    "pricing_regime": (_one_of(*REGIMES), _all("regime")),
    "marketing_on_cloud_api": (_flag, _all("marketing_on_cloud_api")),
    "payment": (_flag, _all("payment")),
    "token_revoked": (_flag, _all("token_revoked")),
    "token_expires_at": (_moment, _all("token_expires_at")),
}

PATHS = [
    ("GET", "/numbers", index),
    ("GET", "/number", show),
    ("POST", "/number", change),
    ("POST", "/held", decide_held),
]
