"""What became of messages, and what they cost: without their contents."""

import re
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from jawort.simulator import identity
from jawort.simulator.billing import PRICES
from jawort.simulator.errors import GraphError, unknown_object
from jawort.simulator.graph import door, paging
from jawort.simulator.wire import answer
from jawort.simulator.world import Entry, World

STEPS_S = {"HALF_HOUR": 1_800, "DAILY": 86_400, "DAY": 86_400, "MONTHLY": 0, "MONTH": 0}
_ARGUMENT = re.compile(r"\.(\w+)\(([^()]*)\)")
_COSTS = frozenset({"delivered", "read", "played"})


async def messages(request: web.Request) -> web.StreamResponse:
    """The states of one message."""
    world, number = door.number(request)
    wamid = request.query.get("message_id", "")
    if not wamid:
        raise GraphError(100, "The parameter message_id is required.")
    entry = next((one for one in reversed(world.log) if one.wamid == wamid and one.number is number), None)
    if entry is None:
        return answer({"data": []})
    history_id = _history_id(entry)
    item = {"id": history_id, "message_id": wamid, "events": {"data": _events(world, entry)}}
    return paging.page(request, [item], [history_id])


async def events(request: web.Request) -> web.StreamResponse:
    """The states of one message, by the id of its history; `status_filter` names one state."""
    world = door.entered(request)
    history_id = door.object_id(request)
    entry = next((one for one in reversed(world.log) if _history_id(one) == history_id), None)
    if entry is None:
        raise unknown_object(history_id)
    wanted = request.query.get("status_filter", "").upper()
    found = [one for one in _events(world, entry) if wanted in {"", one["delivery_status"]}]
    return paging.page(request, found, [one["id"] for one in found])


def analytics(request: web.Request, world: World) -> dict[str, Any]:
    """`pricing_analytics` for an account's fields, if the call asks for it: volume and cost, by time and kind."""
    asked = request.query.get("fields", "")
    if "pricing_analytics" not in asked:
        return {}
    arguments = {name: value.strip() for name, value in _ARGUMENT.findall(asked.partition("pricing_analytics")[2])}
    try:
        start, end = int(arguments["start"]), int(arguments["end"])
        step = STEPS_S[arguments["granularity"].upper()]
    except (KeyError, ValueError):
        raise GraphError(100, "Param pricing_analytics needs start, end and granularity.") from None
    counted: Counter[tuple[int, str, str, str, str]] = Counter()
    for entry in world.log:
        arrived = next((at for state, at in entry.events if state in _COSTS), None)
        if arrived is None or not start <= arrived < end:
            continue
        country = entry.user.country if entry.user is not None else identity.country(entry.send.to or "")
        about = (country, entry.number.digits, entry.pricing["type"], entry.pricing["category"])
        counted[_begin(arrived, step), *about] += 1
    points = [_point(step, key, volume) for key, volume in sorted(counted.items())]
    return {"pricing_analytics": {"data": [{"data_points": points}]}}


def _point(step: int, key: tuple[int, str, str, str, str], volume: int) -> dict[str, Any]:
    begin, country, digits, kind, category = key
    cost = PRICES.get(category, 0.0) * volume if kind == "regular" else 0.0
    return {
        "start": begin,
        "end": _end(begin, step),
        "country": country,
        "phone_number": digits,
        "pricing_type": kind.upper(),
        "pricing_category": category.upper(),
        "volume": volume,
        "cost": round(cost, 4),
    }


def _begin(at: int, step: int) -> int:
    """The beginning of the half hour, day or month (step 0) that `at` lies in."""
    if step:
        return at - at % step
    moment = datetime.fromtimestamp(at, UTC)
    return int(moment.replace(day=1, hour=0, minute=0, second=0).timestamp())


def _end(begin: int, step: int) -> int:
    return begin + step if step else _begin(begin + 32 * 86_400, 0)


def _history_id(entry: Entry) -> str:
    return f"{entry.number.id}{entry.seq:09d}"


def _events(world: World, entry: Entry) -> list[dict[str, Any]]:
    application = {"id": world.settings.app_id}
    return [
        {
            "id": f"{_history_id(entry)}{index}",
            "delivery_status": state.upper(),
            "timestamp": at,
            "application": application,
            "webhook_uri": world.callbacks.current(entry.number.id).url,
        }
        for index, (state, at) in enumerate(entry.events)
    ]
