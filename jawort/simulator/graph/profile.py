"""How the business shows itself: profile, conversation starters, user name, short links."""

import re
import secrets
from typing import Any

from aiohttp import web

from jawort.simulator import samples
from jawort.simulator.errors import GraphError
from jawort.simulator.graph import door, paging
from jawort.simulator.number import Number
from jawort.simulator.shape import Check, Choice, Items, Shape, Text, flag, link
from jawort.simulator.wire import WORLD, answer

_SOME = "ALCOHOL APPAREL AUTO BEAUTY EDU ENTERTAIN EVENT_PLAN FINANCE GOVT GROCERY HEALTH HOTEL NONPROFIT"
_OTHERS = "ONLINE_GAMBLING OTC_DRUGS OTHER PHYSICAL_GAMBLING PROF_SERVICES RESTAURANT RETAIL TRAVEL UNDEFINED NOT_A_BIZ"
VERTICALS = (*_SOME.split(" "), *_OTHERS.split(" "))
LINKS_MAX, LINK_CHARACTERS_MAX = 2_000, 140
PROMPTS_MAX, COMMANDS_MAX = 4, 30
USERNAME = re.compile(r"[a-z0-9._]{3,35}")
_CODE_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def _website(value: Any, path: str) -> None:
    Text(256)(value, path)
    link(value, path)


_PROFILE_FIELDS: dict[str, Check] = {
    "about": Text(139),
    "address": Text(256, least=0),
    "description": Text(512, least=0),
    "email": Text(128, least=0),
    "websites": Items(_website, 2, least=0),
    "vertical": Choice(VERTICALS),
    "profile_picture_handle": Text(10_000),
}
_PROFILE = Shape(needs={"messaging_product": Choice(("whatsapp",))}, may=_PROFILE_FIELDS)
_COMMAND = Shape(needs={"command_name": Text(32), "command_description": Text(256)})
_AUTOMATION = Shape(
    may={
        "enable_welcome_message": flag,
        "prompts": Items(Text(80), PROMPTS_MAX, least=0),
        "commands": Items(_COMMAND, COMMANDS_MAX, least=0),
    }
)
_LINK = Shape(
    needs={"prefilled_message": Text(LINK_CHARACTERS_MAX)},
    may={"code": Text(100), "generate_qr_image": Choice(("SVG", "PNG"))},
)


async def show(request: web.Request) -> web.StreamResponse:
    """The profile, in a list of one."""
    _, number = door.number(request)
    everything: dict[str, Any] = {"messaging_product": "whatsapp", **number.profile}
    fields = paging.wanted(request)
    shown = {name: value for name, value in everything.items() if not fields or name in fields | {"messaging_product"}}
    return answer({"data": [shown]})


async def change(request: web.Request) -> web.StreamResponse:
    """Change what the call names."""
    _, number = door.number(request)
    wanted = await door.parameters(request)
    _PROFILE(wanted, "profile")
    given = {name: value for name, value in wanted.items() if name in _PROFILE_FIELDS and value is not None}
    if handle := given.pop("profile_picture_handle", None):
        given["profile_picture_url"] = f"https://example.org/profile/{secrets.token_hex(4)}?h={handle[:8]}"
    number.profile = {**number.profile, **given}
    return answer({"success": True})


async def automate(request: web.Request) -> web.StreamResponse:
    """Conversation starters and commands, as a whole."""
    _, number = door.number(request)
    wanted = await door.parameters(request)
    if isinstance(commands := wanted.get("commands"), str):
        wanted["commands"] = door.parsed(commands.encode())
    _AUTOMATION(wanted, "conversational_automation")
    number.automation = {**number.automation, **wanted}
    return answer({"success": True})


async def show_automation(request: web.Request) -> web.StreamResponse:
    """What is set of them."""
    return answer(automation(door.number(request)[1]))


def automation(number: Number) -> dict[str, Any]:
    """Conversation starters and commands as the number's field."""
    return {"enable_welcome_message": False, **number.automation, "id": number.id}


async def set_username(request: web.Request) -> web.StreamResponse:
    """A user name for the business. Another number of ours gives it up only where the call says `force_transfer`."""
    world, number = door.number(request)
    wanted = await door.parameters(request)
    name = wanted.get("username")
    if not isinstance(name, str) or not USERNAME.fullmatch(name.removeprefix("@")):
        raise GraphError(147001, "username: 3 to 35 of a to z, 0 to 9, dot and underscore.")
    name = name.removeprefix("@")
    others = [one for one in world.numbers.values() if one is not number and one.username == name]
    if others and wanted.get("force_transfer") not in {True, "true"}:
        raise GraphError(147005, "username: another of your numbers has it; send force_transfer to move it.")
    for other in others:
        other.username = ""
    number.username = name
    return answer({"status": "reserved"})


async def show_username(request: web.Request) -> web.StreamResponse:
    """The business's user name, if it has one."""
    name = door.number(request)[1].username
    return answer({"username": name, "status": "reserved"} if name else {})


async def delete_username(request: web.Request) -> web.StreamResponse:
    """Give it up."""
    door.number(request)[1].username = ""
    return answer({"success": True})


async def suggest_usernames(request: web.Request) -> web.StreamResponse:
    """Names that are kept for this business."""
    _, number = door.number(request)
    plain = re.sub(r"[^a-z0-9]+", ".", number.name.lower()).strip(".")
    return answer({"data": [{"username_suggestions": [plain, f"{plain}.de"]}]})


async def links(request: web.Request) -> web.StreamResponse:
    """All short links."""
    kept = door.number(request)[1].links
    return paging.page(request, [_link_view(request, one) for one in kept.values()], list(kept))


async def show_link(request: web.Request) -> web.StreamResponse:
    """One short link, in a list of one."""
    found = door.number(request)[1].links.get(request.match_info["code"])
    return answer({"data": [_link_view(request, found)] if found is not None else []})


async def put_link(request: web.Request) -> web.StreamResponse:
    """A new short link; with `code` another text for an old one."""
    _, number = door.number(request)
    wanted = await door.parameters(request)
    _LINK(wanted, "qr")
    kept, code = number.links, wanted.get("code")
    if code is not None and code not in kept:
        raise GraphError(100, "Param code is not one of this number's codes.")
    if code is None and len(kept) >= LINKS_MAX:
        raise GraphError(100, f"Param code: there are {LINKS_MAX} short links at most.")
    code = code or "".join(secrets.choice(_CODE_LETTERS) for _ in range(14))
    image = wanted.get("generate_qr_image") or kept.get(code, {}).get("image")
    kept[code] = {"code": code, "text": wanted["prefilled_message"], "image": image}
    return answer(_link_view(request, kept[code]))


async def delete_link(request: web.Request) -> web.StreamResponse:
    """Forget a short link."""
    kept = door.number(request)[1].links
    if kept.pop(request.match_info["code"], None) is None:
        raise GraphError(100, "Param code is not one of this number's codes.")
    return answer({"success": True})


async def image(request: web.Request) -> web.StreamResponse:
    """A picture in the place of a short link's code: it names the link, but no camera can read it."""
    code, kind = request.match_info["code"], request.match_info["kind"]
    numbers = request.app[WORLD].numbers.values()
    found = next((one.links[code] for one in numbers if code in one.links), None)
    if found is None or (found["image"] or "").lower() != kind:
        raise GraphError(100, "There is no such picture.", http=404)
    if kind == "png":
        return web.Response(body=samples.draw("hills").body, content_type="image/png")
    words = f'<text x="8" y="60" font-size="10">wa.me/message/{code}</text>'
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 120">{words}</svg>'
    return web.Response(text=drawing, content_type="image/svg+xml")


def _link_view(request: web.Request, one: dict[str, Any]) -> dict[str, Any]:
    view = {
        "code": one["code"],
        "prefilled_message": one["text"],
        "deep_link_url": f"https://wa.me/message/{one['code']}",
    }
    if one["image"]:
        view["qr_image_url"] = f"{request.scheme}://{request.host}/lookaside/qr/{one['code']}.{one['image'].lower()}"
    return view
