"""How a fault strikes a call."""

import asyncio

from aiohttp import web

from jawort.simulator.errors import GraphError
from jawort.simulator.faults import Fault

_GARBAGE = '<!doctype html><title>Sorry, something went wrong.</title>{"messages":[{"id":'
_HALF = b'{"messaging_product":"whatsapp","contacts":[{"input":"'


async def strike(request: web.Request, fault: Fault) -> web.StreamResponse | None:
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
