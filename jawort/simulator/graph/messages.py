"""Sending messages and marking them read, with the faults that strike on the way."""

from collections.abc import Callable
from typing import Any

from aiohttp import web

from jawort.core import clock
from jawort.simulator import handset, inbound, validate
from jawort.simulator.admit import admit, check_ready
from jawort.simulator.errors import GraphError
from jawort.simulator.graph import door
from jawort.simulator.graph.strike import strike
from jawort.simulator.number import Number
from jawort.simulator.wire import answer
from jawort.simulator.world import Entry, Send, World

TYPING_S = 25.0
READ_S_MAX = 30 * 24 * 3_600


async def send(request: web.Request) -> web.StreamResponse:
    """Send a message, or mark one read. Faults strike sends only."""
    return await _taken(request, validate.request)


async def send_marketing(request: web.Request) -> web.StreamResponse:
    """Send a marketing template by the Marketing Messages API."""
    return await _taken(request, validate.marketing)


async def _taken(request: web.Request, checked: Callable[[Any], Send | validate.Read]) -> web.StreamResponse:
    world, number = door.number(request)
    check_ready(world, number)
    document = await door.document(request)
    if isinstance(document, dict) and "status" in document:
        return _mark_read(world, number, checked(document))
    if (fault := world.faults.take("before")) and (struck := await strike(request, fault)):
        return struck
    found = checked(document)
    assert isinstance(found, Send)
    entry = handset.accept(world, number, admit(world, number, found))
    if world.chaos.strikes("early_status"):
        await handset.told(world, entry)
    if (fault := world.faults.take("after")) and (struck := await strike(request, fault)):
        return struck
    return answer(_accepted(entry))


def _mark_read(world: World, number: Number, found: Send | validate.Read) -> web.Response:
    assert isinstance(found, validate.Read)
    chat = world.inbound.get(found.message_id)
    bubble = chat.bubble(found.message_id) if chat is not None else None
    if bubble is not None and (clock.now() - bubble.at).total_seconds() > READ_S_MAX:
        raise GraphError(131009, "message_id: messages of the last 30 days can be marked as read.")
    typing_s = TYPING_S if found.typing else 0.0
    if inbound.mark_read(world, number, found.message_id, typing_s=typing_s) is None:
        raise GraphError(131009, "message_id: no message of a customer to this number has this ID.")
    return answer({"success": True})


def _accepted(entry: Entry) -> dict[str, Any]:
    send = entry.send
    contact = {"input": send.given, "wa_id": send.to} if send.to else {"input": send.given, "user_id": send.bsuid}
    message = {"id": entry.wamid}
    if send.template is not None:
        message["message_status"] = "held_for_quality_assessment" if entry.held else "accepted"
    return {"messaging_product": "whatsapp", "contacts": [contact], "messages": [message]}
