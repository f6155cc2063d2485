"""The control API below `/__sim/`: people and their phones, clock, faults, and what has happened so far."""

import asyncio
from typing import Any

from aiohttp import web

from jawort.core import clock
from jawort.core.phone import parse
from jawort.simulator import faults, handset, inbound
from jawort.simulator.identity import BSUID
from jawort.simulator.users import User
from jawort.simulator.wire import WORLD, Trouble, answer, fields, given, query_number

PREFIX = "/__sim"
NAME_CHARACTERS_MAX = 100
TEXT_CHARACTERS_MAX = 65_536  # of a customer's message
SHIFT_S_MAX = 20 * 366 * 24 * 3_600
ITEMS = 10_000
ITEMS_MAX = 100_000
PING_S = 15.0
_SWITCHES = "withhold_number online blocked read_receipts chat_open"
_USER_FIELDS = f"phone name bsuid username wrote_at {_SWITCHES}"


def routes() -> list[web.RouteDef]:
    """All paths."""
    paths = [
        ("GET", "/users", list_users),
        ("POST", "/users", put_user),
        ("GET", "/users/{phone}", show_user),
        ("GET", "/users/{phone}/messages", thread),
        ("POST", "/users/{phone}/messages", write),
        ("POST", "/users/{phone}/read", read),
        ("POST", "/users/{phone}/online", online),
        ("POST", "/users/{phone}/offline", offline),
        ("POST", "/users/{phone}/block", block),
        ("POST", "/users/{phone}/unblock", unblock),
        ("POST", "/users/{phone}/change-number", change_number),
        ("POST", "/users/{phone}/change-bsuid", change_bsuid),
        ("GET", "/log", sends),
        ("GET", "/webhooks", webhooks),
        ("GET", "/clock", show_clock),
        ("POST", "/clock", move_clock),
        ("GET", "/faults", show_faults),
        ("POST", "/faults", add_faults),
        ("DELETE", "/faults", add_faults),
        ("POST", "/reset", reset),
        ("GET", "/state", state),
        ("GET", "/events", events),
    ]
    return [web.RouteDef(method, PREFIX + path, handler, {}) for method, path, handler in paths]


async def list_users(request: web.Request) -> web.Response:
    """Everybody whom a control call created, in that order."""
    at = clock.now().timestamp()
    return answer({"items": [user.view(at) for user in request.app[WORLD].directory]})


async def put_user(request: web.Request) -> web.Response:
    """Create a person, or change what the call names. Another `bsuid` is another person behind the same number."""
    world = request.app[WORLD]
    wanted = await fields(request, takes=_USER_FIELDS)
    digits = _digits(wanted.get("phone"))
    if digits == world.settings.own_digits:
        raise Trouble(409, "This is the business's own number; take another one.")
    bsuid, name = wanted.get("bsuid"), wanted.get("name")
    _check_fields(wanted)
    user = world.directory.by_phone(digits)
    _check_bsuid(request, bsuid, user)
    if user is None or (bsuid is not None and bsuid != user.bsuid):
        user = world.directory.create(digits, name or (user.name if user else ""), bsuid)
    for field in ("name", "username", "wrote_at", *_SWITCHES.split()):
        if wanted.get(field) is not None:
            setattr(user, field, wanted[field])
    if wanted.get("online"):
        handset.came_online(world, user)
    world.tell_user(user)
    return answer(user.view(clock.now().timestamp()))


async def show_user(request: web.Request) -> web.Response:
    """One person."""
    return answer(_user(request).view(clock.now().timestamp()))


async def thread(request: web.Request) -> web.Response:
    """What is on this phone, oldest first."""
    return answer({"items": [bubble.view() for bubble in _user(request).thread]})


async def write(request: web.Request) -> web.Response:
    """The customer writes: `{"type": "text", "text": "…"}`; other types carry their object under their own name."""
    user = _user(request)
    wanted = await fields(request)
    kind = wanted.setdefault("type", "text")
    if not isinstance(kind, str) or not kind or len(kind) > NAME_CHARACTERS_MAX:
        raise Trouble(400, "“type” names the kind of message, such as text.")
    if kind == "text":
        text = wanted.get("text")
        text = text.get("body") if isinstance(text, dict) else text
        if not isinstance(text, str) or not text.strip() or len(text) > TEXT_CHARACTERS_MAX:
            raise Trouble(400, f"“text” is a text of 1 to {TEXT_CHARACTERS_MAX} characters.")
        wanted["text"] = text
    if not isinstance(wanted.get("reply_to", ""), str):
        raise Trouble(400, "“reply_to” is the ID of a message.")
    if reserved := {"from", "from_user_id", "id", "timestamp"} & set(wanted):
        raise Trouble(400, f"“{min(reserved)}” is the simulator's to set.")
    if not user.online:
        raise Trouble(409, "This phone is offline; switch it online first.")
    if user.blocked:
        raise Trouble(409, "This customer has blocked the business; unblock first.")
    bubble = inbound.write(request.app[WORLD], user, wanted)
    return answer({**bubble.view(), "timestamp": str(user.wrote_at or int(bubble.at.timestamp()))})


async def read(request: web.Request) -> web.Response:
    """The customer opens the chat: all messages become read."""
    user = _user(request)
    if not user.online:
        raise Trouble(409, "This phone is offline; switch it online first.")
    return answer({"read": handset.read(request.app[WORLD], user)})


async def online(request: web.Request) -> web.Response:
    """The phone gets what waited for it."""
    user = _user(request)
    if not user.online:
        user.online = True
        handset.came_online(request.app[WORLD], user)
    return _shown(request, user)


async def offline(request: web.Request) -> web.Response:
    """From now on messages are `sent` and wait."""
    user = _user(request)
    user.online = False
    return _shown(request, user)


async def block(request: web.Request) -> web.Response:
    """From now on messages are `sent` and never arrive."""
    user = _user(request)
    user.blocked = True
    return _shown(request, user)


async def unblock(request: web.Request) -> web.Response:
    """What was sent meanwhile stays lost."""
    user = _user(request)
    user.blocked = False
    return _shown(request, user)


async def change_number(request: web.Request) -> web.Response:
    """`{"phone": …, "announce": true}`: a new number and a new id; unannounced, no system message tells."""
    world, user = request.app[WORLD], _user(request)
    wanted = await fields(request, takes="phone announce")
    digits = _digits(wanted.get("phone"))
    if digits == world.settings.own_digits or world.directory.by_phone(digits) is not None:
        raise Trouble(409, "This number is taken; choose another one.")
    inbound.change_number(world, user, digits, announce=_announced(wanted))
    return _shown(request, user)


async def change_bsuid(request: web.Request) -> web.Response:
    """`{"bsuid": …, "announce": true}`; without `bsuid` the next one of this person."""
    world, user = request.app[WORLD], _user(request)
    wanted = await fields(request, takes="bsuid announce")
    _check_bsuid(request, wanted.get("bsuid"), user)
    inbound.change_bsuid(world, user, wanted.get("bsuid"), announce=_announced(wanted))
    return _shown(request, user)


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
            "callback_verified": world.callbacks.current().verified,
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


def _shown(request: web.Request, user: User) -> web.Response:
    request.app[WORLD].tell_user(user)
    return answer(user.view(clock.now().timestamp()))


def _digits(phone: Any) -> str:
    number = parse(phone) if isinstance(phone, str) else None
    if number is None:
        raise Trouble(400, "“phone” is a number in international form, such as +49 152 28895456.")
    return number.digits


def _user(request: web.Request) -> User:
    user = request.app[WORLD].directory.by_phone(_digits(request.match_info["phone"]))
    if user is None:
        raise Trouble(404, "No control call created this number; POST it to users first.")
    return user


def _announced(wanted: dict[str, Any]) -> bool:
    announce = wanted.get("announce", True)
    if not isinstance(announce, bool):
        raise Trouble(400, "“announce” is true or false.")
    return announce


def _check_fields(wanted: dict[str, Any]) -> None:
    for field in ("name", "username"):
        text = wanted.get(field) or ""
        if not isinstance(text, str) or len(text) > NAME_CHARACTERS_MAX:
            raise Trouble(400, f"“{field}” is a text of at most {NAME_CHARACTERS_MAX} characters.")
    wrote_at = wanted.get("wrote_at") or 0
    if type(wrote_at) is not int or not 0 <= wrote_at <= clock.now().timestamp():
        raise Trouble(400, "“wrote_at” is when the person wrote last, in whole Unix seconds, not in the future.")
    for field in _SWITCHES.split():
        if not isinstance(wanted.get(field) or False, bool):
            raise Trouble(400, f"“{field}” is true or false.")


def _check_bsuid(request: web.Request, bsuid: Any, user: User | None) -> None:
    if bsuid is None:
        return
    if not isinstance(bsuid, str) or not BSUID.fullmatch(bsuid):
        raise Trouble(400, "“bsuid” is a country code, a dot, and letters or digits, such as DE.13491208655302741918.")
    owner = request.app[WORLD].directory.by_bsuid(bsuid)
    if owner is not None and owner is not user:
        raise Trouble(409, "This business-scoped user ID belongs to somebody else.")
