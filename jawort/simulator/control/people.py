"""Control calls about people: who they are, what their phones do, and how they become somebody else to the business."""

from typing import Any, cast

from aiohttp import web

from jawort.core import clock
from jawort.simulator import handset, inbound, rotation
from jawort.simulator.control import door
from jawort.simulator.identity import BSUID, ISO
from jawort.simulator.users import User
from jawort.simulator.wire import WORLD, Trouble, answer, fields

#: Switches of the phone, and what can be set of its chat with one number of the business.
_PHONE = ("withhold_number", "online", "read_receipts", "whatsapp")
_CHAT = {"blocked": "blocked", "chat_open": "open", "wrote_at": "wrote_at"}
_USER_FIELDS = " ".join(["phone name bsuid username country", *_PHONE, *_CHAT])


async def list_users(request: web.Request) -> web.Response:
    """Everybody whom a control call created, in that order."""
    at, number = clock.now().timestamp(), door.number(request)
    return answer({"items": [user.chat(number).view(at) for user in request.app[WORLD].directory]})


async def put_user(request: web.Request) -> web.Response:
    """Create a person, or change what the call names. Another `bsuid` is another person behind the same number."""
    world, number = request.app[WORLD], door.number(request)
    wanted = await fields(request, takes=_USER_FIELDS)
    digits = door.digits(wanted.get("phone"))
    if world.number_of(digits) is not None:
        raise Trouble(409, "This is the business's own number; take another one.")
    bsuid, name = wanted.get("bsuid"), wanted.get("name")
    _check_fields(wanted)
    user = world.directory.by_phone(digits)
    _check_bsuid(request, bsuid, user)
    if user is None or (bsuid is not None and bsuid != user.bsuid):
        user = world.directory.create(digits, name or (user.name if user else ""), bsuid, wanted.get("country") or "")
    user.home = wanted.get("country") or user.home
    chat = user.chat(number)
    for field, value in wanted.items():
        if value is not None and field in {"name", "username", *_PHONE}:
            setattr(user, field, value)
        elif value is not None and field in _CHAT:
            setattr(chat, _CHAT[field], value)
    if wanted.get("online"):
        handset.came_online(world, user)
    return door.shown(request, chat)


async def show_user(request: web.Request) -> web.Response:
    """One person."""
    return answer(door.chat(request).view(clock.now().timestamp()))


async def online(request: web.Request) -> web.Response:
    """The phone gets what waited for it."""
    chat = door.chat(request)
    if not chat.user.online:
        chat.user.online = True
        handset.came_online(request.app[WORLD], chat.user)
    return door.shown(request, chat)


async def offline(request: web.Request) -> web.Response:
    """From now on messages are `sent` and wait."""
    chat = door.chat(request)
    chat.user.online = False
    return door.shown(request, chat)


async def block(request: web.Request) -> web.Response:
    """From now on messages are `sent` and never arrive."""
    chat = door.chat(request)
    chat.blocked = True
    return door.shown(request, chat)


async def unblock(request: web.Request) -> web.Response:
    """What was sent meanwhile stays lost."""
    chat = door.chat(request)
    chat.blocked = False
    return door.shown(request, chat)


async def change_number(request: web.Request) -> web.Response:
    """`{"phone": …, "announce": "before"}`: a new number and a new id. `announce` says when the business hears of it.

    `before` or `after` the next message, or `never`.
    """
    world, chat = request.app[WORLD], door.chat(request)
    wanted = await fields(request, takes="phone announce")
    digits = door.digits(wanted.get("phone"))
    if world.number_of(digits) is not None or world.directory.by_phone(digits) is not None:
        raise Trouble(409, "This number is taken; choose another one.")
    rotation.change_number(world, chat.user, digits, announce=_announced(wanted))
    return door.shown(request, chat)


async def change_bsuid(request: web.Request) -> web.Response:
    """`{"bsuid": …, "announce": "before"}`; without `bsuid` the next one of this person."""
    world, chat = request.app[WORLD], door.chat(request)
    wanted = await fields(request, takes="bsuid announce")
    _check_bsuid(request, wanted.get("bsuid"), chat.user)
    rotation.change_bsuid(world, chat.user, wanted.get("bsuid"), announce=_announced(wanted))
    return door.shown(request, chat)


async def change_device(request: web.Request) -> web.Response:
    """The same person on another phone: the business hears that the keys have changed."""
    chat = door.chat(request)
    rotation.change_device(request.app[WORLD], chat.user)
    return door.shown(request, chat)


async def marketing(request: web.Request) -> web.Response:
    """`{"value": "stop"}`, `resume` or `signup`: the switch for marketing in the customer's app."""
    chat = door.chat(request)
    value = door.choice(await fields(request, takes="value"), "value", "stop", "resume", "signup")
    inbound.switch_marketing(request.app[WORLD], chat, value)
    return door.shown(request, chat)


def _announced(wanted: dict[str, Any]) -> rotation.Announce:
    """True and false are `before` and `never`. Raises Trouble."""
    announce = wanted.get("announce", True)
    if isinstance(announce, bool):
        return "before" if announce else "never"
    return cast("rotation.Announce", door.choice(wanted, "announce", "before", "after", "never"))


def _check_fields(wanted: dict[str, Any]) -> None:
    for field in ("name", "username"):
        text = wanted.get(field) or ""
        if not isinstance(text, str) or len(text) > door.NAME_CHARACTERS_MAX:
            raise Trouble(400, f"“{field}” is a text of at most {door.NAME_CHARACTERS_MAX} characters.")
    country = wanted.get("country")
    if country is not None and not (isinstance(country, str) and ISO.fullmatch(country)):
        raise Trouble(400, "“country” is the code of a country, two capital letters such as DE.")
    wrote_at = wanted.get("wrote_at") or 0
    if type(wrote_at) is not int or not 0 <= wrote_at <= clock.now().timestamp():
        raise Trouble(400, "“wrote_at” is when the person wrote last, in whole Unix seconds, not in the future.")
    for field in (*_PHONE, "blocked", "chat_open"):
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


PATHS = [
    ("GET", "/users", list_users),
    ("POST", "/users", put_user),
    ("GET", "/users/{phone}", show_user),
    ("POST", "/users/{phone}/online", online),
    ("POST", "/users/{phone}/offline", offline),
    ("POST", "/users/{phone}/block", block),
    ("POST", "/users/{phone}/unblock", unblock),
    ("POST", "/users/{phone}/marketing", marketing),
    ("POST", "/users/{phone}/change-number", change_number),
    ("POST", "/users/{phone}/change-bsuid", change_bsuid),
    ("POST", "/users/{phone}/change-device", change_device),
]
