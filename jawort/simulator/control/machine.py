"""Control calls about the world: what the platform tells of the account, clock, faults, chaos, and what happened."""

import asyncio

from aiohttp import web

from jawort.core import clock
from jawort.simulator import account, chaos, faults
from jawort.simulator.control import door
from jawort.simulator.wire import WORLD, Trouble, answer, fields, given, query_number

SHIFT_S_MAX = 20 * 366 * 24 * 3_600
ITEMS = 10_000
ITEMS_MAX = 100_000
PING_S = 15.0


async def sends(request: web.Request) -> web.Response:
    """Every accepted send after `after`, oldest first; `next` is what to ask for after."""
    after = query_number(request, "after", 0, 10**15)
    limit = query_number(request, "limit", ITEMS, ITEMS_MAX)
    log = request.app[WORLD].log
    start = max(0, after - log[0].seq + 1) if log else 0
    items = [log[i].view() for i in range(start, min(len(log), start + limit))]
    return answer({"items": items, "next": items[-1]["seq"] if items else after})


async def webhooks(request: web.Request) -> web.Response:
    """The webhooks after `after`, oldest first, with their JSON and all attempts; `last=n` leaves out older ones."""
    after = query_number(request, "after", 0, 10**15)
    limit = query_number(request, "limit", ITEMS, ITEMS_MAX)
    found = [one for one in request.app[WORLD].sender.webhooks.values() if one.seq > after]
    found = found[-query_number(request, "last", ITEMS_MAX, ITEMS_MAX) :][:limit]
    return answer({"items": [one.view() for one in found], "next": found[-1].seq if found else after})


async def show_clock(request: web.Request) -> web.Response:
    """Now, and how far it is moved."""
    return answer(request.app[WORLD].clock_view())


async def move_clock(request: web.Request) -> web.Response:
    """`{"shift_s": n}` sets how far the clock of product and simulator is ahead of the machine's."""
    world = request.app[WORLD]
    shift = (await fields(request, takes="shift_s")).get("shift_s")
    if isinstance(shift, bool) or not isinstance(shift, int) or abs(shift) > SHIFT_S_MAX:
        raise Trouble(400, f"“shift_s” is a whole number of seconds between -{SHIFT_S_MAX} and {SHIFT_S_MAX}.")
    try:
        clock.move(shift)
    except RuntimeError:
        raise Trouble(409, "This clock cannot be moved: start the simulator with JAWORT_CLOCK_FILE.") from None
    world.sender.clock_moved()
    world.hub.tell("clock", world.clock_view)
    return answer(world.clock_view())


async def show_faults(request: web.Request) -> web.Response:
    """What still waits to go wrong."""
    return answer({"items": request.app[WORLD].faults.view()})


async def add_faults(request: web.Request) -> web.Response:
    """Queue a fault or a list of them; an empty list, or DELETE, takes all back."""
    world = request.app[WORLD]
    wanted = await given(request) if request.method == "POST" else []
    try:
        world.faults.add([faults.fault(one) for one in (wanted if isinstance(wanted, list) else [wanted])])
    except faults.FaultError as problem:
        raise Trouble(400, str(problem)) from None
    world.hub.tell("faults", world.faults.view)
    return answer({"items": world.faults.view()})


async def show_chaos(request: web.Request) -> web.Response:
    """What may happen to webhooks, and how often."""
    return answer(request.app[WORLD].chaos.view())


async def set_chaos(request: web.Request) -> web.Response:
    """`{"odds": "usual", "seed": 7}`, or odds of one's own: `{"odds": {"duplicate": 0.05}}`; DELETE ends it."""
    world = request.app[WORLD]
    wanted = await fields(request, takes="odds seed") if request.method == "POST" else {"odds": {}}
    seed = wanted.get("seed", world.settings.seed)
    if isinstance(seed, bool) or not isinstance(seed, int):
        raise Trouble(400, "“seed” is a whole number.")
    try:
        world.chaos.start(seed, chaos.odds(wanted.get("odds", "usual")))
    except chaos.ChaosError as problem:
        raise Trouble(400, str(problem)) from None
    return answer(world.chaos.view())


async def list_account_events(_request: web.Request) -> web.Response:
    """Every field of which the platform can tell something, with its variants."""
    return answer({"fields": account.names()})


async def tell_account_event(request: web.Request) -> web.Response:
    """`{"variant": "PIN_CHANGED"}`, or nothing for the usual one: the platform tells it; `value` lays keys over it."""
    world = request.app[WORLD]
    wanted = await fields(request, takes="variant value")
    field, variant, more = request.match_info["field"], wanted.get("variant"), wanted.get("value", {})
    if not isinstance(variant, str | None) or not isinstance(more, dict):
        raise Trouble(400, "“variant” is a name, and “value” an object.")
    try:
        value = world.tell_account(field, variant, more, door.number(request))
    except account.NoSuchEvent as problem:
        raise Trouble(400, str(problem)) from None
    return answer({"field": field, "value": value})


async def reset(request: web.Request) -> web.Response:
    """Forget people, messages, webhooks and faults. The clock stays: the product shares it."""
    await request.app[WORLD].reset()
    return answer({"reset": True})


async def state(request: web.Request) -> web.Response:
    """Figures for tests and benches."""
    world = request.app[WORLD]
    return answer(
        {
            "profile": world.settings.profile,
            "callback_verified": world.callbacks.current(world.first.id).verified,
            "users": sum(1 for _ in world.directory),
            "sends": world.sends,
            "updates_waiting": world.sender.waiting(),
            "updates_delivered": world.sender.updates_delivered,
            "webhooks_delivered": world.sender.delivered,
        }
    )


async def events(request: web.Request) -> web.StreamResponse:
    """What the phone page hears live (server-sent events)."""
    hub = request.app[WORLD].hub
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
    await response.prepare(request)
    queue = hub.open()
    try:
        await response.write(b"event: resync\ndata: {}\n\n")
        while True:
            try:
                name, data = await asyncio.wait_for(queue.get(), PING_S)
                await response.write(f"event: {name}\ndata: {data}\n\n".encode())
            except TimeoutError:
                await response.write(b": ping\n\n")
    finally:
        hub.close(queue)


PATHS = [
    ("GET", "/log", sends),
    ("GET", "/webhooks", webhooks),
    ("GET", "/clock", show_clock),
    ("POST", "/clock", move_clock),
    ("GET", "/faults", show_faults),
    ("POST", "/faults", add_faults),
    ("DELETE", "/faults", add_faults),
    ("GET", "/chaos", show_chaos),
    ("POST", "/chaos", set_chaos),
    ("DELETE", "/chaos", set_chaos),
    ("GET", "/account", list_account_events),
    ("POST", "/account/{field}", tell_account_event),
    ("POST", "/reset", reset),
    ("GET", "/state", state),
    ("GET", "/events", events),
]
