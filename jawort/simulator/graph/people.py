"""What the business may say about customers: block them, and have the platform forget their number."""

from typing import Any

from aiohttp import web

from jawort.core import clock
from jawort.core.phone import parse
from jawort.simulator.errors import GraphError, later
from jawort.simulator.graph import door, paging
from jawort.simulator.number import Number
from jawort.simulator.shape import Items, Shape, Text, either
from jawort.simulator.users import User
from jawort.simulator.wire import answer
from jawort.simulator.world import World

BLOCKED_MAX = 64_000
FAILED, FULL, NOT_WRITTEN = 139100, 139101, 131047
_USERS = Items(Shape(may={"user": Text(100), "user_id": Text(160)}, holds=either("user", "user_id")), most=1_000)


async def blocked(request: web.Request) -> web.StreamResponse:
    """Whom the business has blocked."""
    _, number = door.number(request)
    kept = number.blocked
    items = [{"messaging_product": "whatsapp", **known} for known in kept.values()]
    return paging.page(request, items, list(kept))


async def block(request: web.Request) -> web.StreamResponse:
    """Block people who wrote within the last day."""
    world, number = door.number(request)
    done, failed = [], []
    for given, key, user in await _meant(request, world):
        known = _known(world, number, given, user)
        if user is None or not user.chat(number).window_open(clock.now().timestamp()):
            failed.append(_failure(given, known, NOT_WRITTEN, "Only people who wrote within 24 hours can be blocked."))
        elif key not in number.blocked and len(number.blocked) >= BLOCKED_MAX:
            failed.append(_failure(given, known, FULL, f"At most {BLOCKED_MAX} people can be blocked."))
        else:
            number.blocked[key] = {"input": given, **known}
            done.append({"input": given, **known})
    return _told("added_users", done, failed)


async def unblock(request: web.Request) -> web.StreamResponse:
    """Unblock people."""
    world, number = door.number(request)
    done, failed = [], []
    for given, key, user in await _meant(request, world):
        known = _known(world, number, given, user)
        if number.blocked.pop(key, None) is None:
            failed.append(_failure(given, known, FAILED, "This user is not blocked."))
        else:
            done.append({"input": given, **known})
    return _told("removed_users", done, failed)


async def forget(request: web.Request) -> web.StreamResponse:
    """Take a person out of the platform's contact book: their number may be withheld again."""
    world, _ = door.number(request)
    door.check_product(dict(request.query))
    bsuid = request.query.get("bsuid", "")
    user = world.directory.by_bsuid(bsuid)
    if user is None or user.parent_bsuid == bsuid:
        raise GraphError(100, "Param bsuid is not a business-scoped user ID that this portfolio knows.")
    user.out_of_book_at = clock.now().timestamp()
    world.tell_user(user)
    return answer({"messaging_product": "whatsapp", "success": True, "deleted": True})


async def _meant(request: web.Request, world: World) -> list[tuple[str, str, User | None]]:
    """The people that a call names: as written, key, and person where there is one. Raises GraphError."""
    wanted = await door.parameters(request)
    door.check_product(wanted)
    users = wanted.get("block_users")
    _USERS(users if users is not None else [], "block_users")
    found: list[tuple[str, str, User | None]] = []
    for one in users or []:
        given = str(one.get("user") or one["user_id"])
        number = parse(given) if one.get("user") else None
        user = world.directory.by_phone(number.digits) if number is not None else world.directory.by_bsuid(given)
        found.append((given, user.key if user is not None else given, user))
    return found


def _known(world: World, number: Number, given: str, user: User | None) -> dict[str, str]:
    """What the platform tells of somebody."""
    if user is None:
        phone = parse(given)
        return {"wa_id": phone.digits} if phone is not None else {"user_id": given}
    visible = user.chat(number).number_visible(clock.now().timestamp(), contact_book=world.settings.contact_book)
    return {**({"wa_id": user.digits} if visible else {}), "user_id": user.bsuid}


def _failure(given: str, known: dict[str, str], code: int, details: str) -> dict[str, Any]:
    return {"input": given, **known, "errors": [later(code, details)]}


def _told(name: str, done: list[dict[str, str]], failed: list[dict[str, Any]]) -> web.Response:
    """The platform answers with 400 when it could not do all, and says what it could."""
    result: dict[str, Any] = {name: done}
    body: dict[str, Any] = {"messaging_product": "whatsapp", "block_users": result}
    if not failed:
        return answer(body)
    result["failed_users"] = failed
    refusal = GraphError(FAILED, "Some users could not be blocked or unblocked.")
    return answer(body | refusal.body(), status=refusal.status)
