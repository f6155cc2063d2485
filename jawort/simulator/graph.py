"""The Graph API's paths: messages, the number, the account's subscription, and media that refuse clearly."""

import asyncio
import hmac
import json
from typing import Any

from aiohttp import web

from jawort.core import clock
from jawort.simulator import handset, inbound, validate
from jawort.simulator.callback import Callback, CallbackError, Level, handshake
from jawort.simulator.errors import GraphError, unknown_object
from jawort.simulator.faults import Fault
from jawort.simulator.wire import WORLD, answer
from jawort.simulator.world import Entry, Send, World

TYPING_S = 25.0
_GARBAGE = '<!doctype html><title>Sorry, something went wrong.</title>{"messages":[{"id":'
_HALF = b'{"messaging_product":"whatsapp","contacts":[{"input":"'


def routes() -> list[web.RouteDef]:
    """Each path with a version and without."""
    paths = [
        web.get("/{object}", show),
        web.post("/{object}", change),
        web.delete("/{object}", show),
        web.post("/{object}/messages", messages),
        web.post("/{object}/media", media),
        web.get("/{object}/phone_numbers", phone_numbers),
        web.get("/{object}/subscribed_apps", subscriptions),
        web.post("/{object}/subscribed_apps", subscribe),
        web.delete("/{object}/subscribed_apps", unsubscribe),
    ]
    version, object_id = r"/v{version:\d+}.{minor:\d+}", r"{object:\d+}"
    both = [*paths, *(web.RouteDef(p.method, version + p.path, p.handler, p.kwargs) for p in paths)]
    return [web.RouteDef(p.method, p.path.replace("{object}", object_id), p.handler, p.kwargs) for p in both]


async def messages(request: web.Request) -> web.StreamResponse:
    """Send a message, or mark one read. Faults strike sends only."""
    world = _entered(request, number=True)
    document = _json(await request.read())
    if isinstance(document, dict) and "status" in document:
        return _mark_read(world, validate.request(document))
    if (fault := world.faults.take("before")) and (struck := await _strike(request, fault)):
        return struck
    found = validate.request(document)
    assert isinstance(found, Send)
    entry = handset.accept(world, _admitted(world, found))
    if (fault := world.faults.take("after")) and (struck := await _strike(request, fault)):
        return struck
    return answer(_accepted(entry))


def _mark_read(world: World, found: Send | validate.Read) -> web.Response:
    assert isinstance(found, validate.Read)
    if inbound.mark_read(world, found.message_id, typing_s=TYPING_S if found.typing else 0.0) is None:
        raise GraphError(131009, "message_id: no message of a customer to this number has this ID.")
    return answer({"success": True})


def _admitted(world: World, send: Send) -> Send:
    """The send, if its recipient, the rates and (where it is checked at once) the window let it pass."""
    if send.to == world.settings.own_digits:
        raise GraphError(131021, "The recipient is the sending number itself.")
    directory = world.directory
    stranger = send.bsuid is not None and directory.by_bsuid(send.bsuid) is None
    if stranger and (send.bsuid in directory.retired or world.settings.strict_bsuid):
        raise GraphError(131009, "recipient: this portfolio knows nobody by that business-scoped user ID.")
    at = clock.now().timestamp()
    if code := world.rates.refusal(send.to or send.bsuid or "", at):
        raise GraphError(code, "Too many messages in a short time; wait before you send again.")
    if world.settings.csw_error == "sync":
        user = directory.by_phone(send.to) if send.to is not None else directory.by_bsuid(send.bsuid or "")
        if user is not None and not user.window_open(at):
            raise GraphError(handset.WINDOW_CLOSED, handset.WINDOW_CLOSED_DETAILS)
    return send


def _accepted(entry: Entry) -> dict[str, Any]:
    send = entry.send
    contact = {"input": send.given, "wa_id": send.to} if send.to else {"input": send.given, "user_id": send.bsuid}
    return {"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": entry.wamid}]}


async def _strike(request: web.Request, fault: Fault) -> web.StreamResponse | None:
    """Answer as the fault says; None where it only took its time."""
    await asyncio.sleep(fault.delay_ms / 1_000)
    if fault.kind == "slow":
        return None
    if fault.kind == "garbage":
        return web.Response(text=_GARBAGE, status=fault.status or 200, content_type="text/html")
    if fault.kind == "error":
        raise GraphError(fault.code, "This error was asked for.", http=fault.status)
    if fault.kind == "cut":
        await _begin(request, fault.status or 200)
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _begin(request: web.Request, status: int) -> None:
    """The first half of an answer."""
    about = {"Content-Type": "application/json", "Content-Length": str(2 * len(_HALF))}
    begun = web.StreamResponse(status=status, headers=about)
    await begun.prepare(request)
    await begun.write(_HALF)


async def media(request: web.Request) -> web.StreamResponse:
    """Media come later. The refusal is the platform's own for an upload that failed, so nobody retries it."""
    _entered(request, number=True)
    raise GraphError(131053, "This simulator carries no media yet; send text.")


async def show(request: web.Request) -> web.StreamResponse:
    """The number or the account, cut to `fields` where the call names some."""
    world = _entered(request)
    settings = world.settings
    object_id = request.match_info["object"]
    known = {settings.phone_number_id: _number, settings.waba_id: _account}.get(object_id)
    if known is None or request.method != "GET":
        raise unknown_object(object_id)
    everything = known(world)
    wanted = {name for name in request.query.get("fields", "").split(",") if name}
    shown = wanted or set(everything) - {"webhook_configuration", "whatsapp_business_manager_messaging_limit"}
    return answer({name: value for name, value in everything.items() if name in shown | {"id"}})


def _number(world: World) -> dict[str, Any]:
    levels: dict[str, Level] = {
        "phone_number": "number",
        "whatsapp_business_account": "account",
        "application": "app",
    }
    callbacks = {name: found.url for name, level in levels.items() if (found := world.callbacks.at(level))}
    return {
        "verified_name": world.settings.business_name,
        "display_phone_number": world.settings.display_number,
        "code_verification_status": "VERIFIED",
        "quality_rating": "GREEN",
        "platform_type": "CLOUD_API",
        "status": "CONNECTED",
        "throughput": {"level": "HIGH" if world.settings.profile == "bench" else "STANDARD"},
        "whatsapp_business_manager_messaging_limit": "UNLIMITED",
        "webhook_configuration": callbacks,
        "id": world.settings.phone_number_id,
    }


def _account(world: World) -> dict[str, Any]:
    return {
        "id": world.settings.waba_id,
        "name": world.settings.business_name,
        "timezone_id": "1",
        "message_template_namespace": "none",
    }


async def change(request: web.Request) -> web.StreamResponse:
    """Set or clear (with an empty address) the number's own callback."""
    world = _entered(request, number=True)
    wanted = _json(await request.read())
    configuration = wanted.get("webhook_configuration") if isinstance(wanted, dict) else None
    if not isinstance(configuration, dict):
        raise GraphError(100, "The parameter webhook_configuration is required.")
    await _override(world, "number", configuration)
    return answer({"success": True})


async def phone_numbers(request: web.Request) -> web.StreamResponse:
    """The account's one number."""
    world = _entered(request, account=True)
    hidden = {"webhook_configuration", "whatsapp_business_manager_messaging_limit"}
    return answer({"data": [{name: value for name, value in _number(world).items() if name not in hidden}]})


async def subscriptions(request: web.Request) -> web.StreamResponse:
    """The one app, with the account's override."""
    world = _entered(request, account=True)
    item: dict[str, Any] = {"whatsapp_business_api_data": {"id": "1", "name": "Jawort", "link": "https://example.org/"}}
    if override := world.callbacks.at("account"):
        item["override_callback_uri"] = override.url
    return answer({"data": [item]})


async def subscribe(request: web.Request) -> web.StreamResponse:
    """Subscribe the app: without a body it removes the override and does the handshake with the app's address."""
    world = _entered(request, account=True)
    wanted = _json(await request.read() or b"{}")
    if not isinstance(wanted, dict):
        raise GraphError(100, "The body must be a JSON object.")
    await _override(world, "account", wanted)
    return answer({"success": True})


async def unsubscribe(request: web.Request) -> web.StreamResponse:
    """Removes the override; the app's own address stays, for there is only one app here."""
    _entered(request, account=True).callbacks.clear("account")
    return answer({"success": True})


async def _override(world: World, level: Level, wanted: dict[str, Any]) -> None:
    url, token = wanted.get("override_callback_uri", ""), wanted.get("verify_token", "")
    if not isinstance(url, str) or not isinstance(token, str):
        raise GraphError(100, "override_callback_uri and verify_token must be strings.")
    try:
        if url:
            await world.callbacks.override(world.sender.session, level, url, token)
        else:
            world.callbacks.clear(level)
            app = world.callbacks.at("app")
            assert isinstance(app, Callback)
            await handshake(world.sender.session, app)
    except CallbackError as problem:
        raise GraphError(2200, str(problem)) from None


def _entered(request: web.Request, *, number: bool = False, account: bool = False) -> World:
    """The world, if the token is right and the path's object is the number or account that is meant."""
    world = request.app[WORLD]
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    expected = world.settings.access_token.encode()
    if scheme.lower() != "bearer" or not hmac.compare_digest(token.strip().encode(), expected):
        raise GraphError(190, "Error validating access token: the token is missing or not this simulator's.")
    object_id = request.match_info["object"]
    if (number and object_id != world.settings.phone_number_id) or (account and object_id != world.settings.waba_id):
        raise unknown_object(object_id)
    return world


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise GraphError(100, "The body is not valid JSON.") from None
