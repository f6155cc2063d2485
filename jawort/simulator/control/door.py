"""What all control calls share: finding the person, and reading what several calls take."""

from typing import Any

from aiohttp import web

from jawort.core import clock
from jawort.core.phone import parse
from jawort.simulator.number import Number
from jawort.simulator.users import Chat, User
from jawort.simulator.wire import WORLD, Trouble, answer

NAME_CHARACTERS_MAX = 100


def user(request: web.Request) -> User:
    """The person whose phone the address names. Raises Trouble."""
    found = request.app[WORLD].directory.by_phone(digits(request.match_info["phone"]))
    if found is None:
        raise Trouble(404, "No control call created this number; POST it to users first.")
    return found


def number(request: web.Request) -> Number:
    """The number of the business that `?number=` names by its id, or the first. Raises Trouble."""
    world = request.app[WORLD]
    wanted = request.query.get("number") or world.first.id
    found = world.numbers.get(wanted)
    if found is None:
        raise Trouble(404, f"The business has no number “{wanted[:40]}”; it has {', '.join(world.numbers)}.")
    return found


def chat(request: web.Request) -> Chat:
    """That person's chat with that number. Raises Trouble."""
    return user(request).chat(number(request))


def digits(phone: Any) -> str:
    """A number as the platform writes it. Raises Trouble."""
    number = parse(phone) if isinstance(phone, str) else None
    if number is None:
        raise Trouble(400, "“phone” is a number in international form, such as +49 152 28895456.")
    return number.digits


def shown(request: web.Request, chat: Chat) -> web.Response:
    """Person and chat as they are now, also for the open pages."""
    request.app[WORLD].tell_user(chat.user)
    return answer(chat.view(clock.now().timestamp()))


def choice(wanted: dict[str, Any], name: str, *values: str) -> str:
    """One of `values`, the first where the call says nothing. Raises Trouble."""
    found = wanted.get(name, values[0])
    if found not in values:
        raise Trouble(400, f"“{name}” is one of {', '.join(values)}.")
    return str(found)
