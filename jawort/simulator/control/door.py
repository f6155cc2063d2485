"""What all control calls share: finding the person, and reading what several calls take."""

from typing import Any

from aiohttp import web

from jawort.core import clock
from jawort.core.phone import parse
from jawort.simulator.users import User
from jawort.simulator.wire import WORLD, Trouble, answer

NAME_CHARACTERS_MAX = 100


def user(request: web.Request) -> User:
    """The person whose phone the address names. Raises Trouble."""
    found = request.app[WORLD].directory.by_phone(digits(request.match_info["phone"]))
    if found is None:
        raise Trouble(404, "No control call created this number; POST it to users first.")
    return found


def digits(phone: Any) -> str:
    """A number as the platform writes it. Raises Trouble."""
    number = parse(phone) if isinstance(phone, str) else None
    if number is None:
        raise Trouble(400, "“phone” is a number in international form, such as +49 152 28895456.")
    return number.digits


def shown(request: web.Request, user: User) -> web.Response:
    """The person as they are now, also for the open pages."""
    request.app[WORLD].tell_user(user)
    return answer(user.view(clock.now().timestamp()))


def choice(wanted: dict[str, Any], name: str, *values: str) -> str:
    """One of `values`, the first where the call says nothing. Raises Trouble."""
    found = wanted.get(name, values[0])
    if found not in values:
        raise Trouble(400, f"“{name}” is one of {', '.join(values)}.")
    return str(found)
