"""The wire: every HTTP call of the house goes over a session that is made here, and says what it carries.

A call counts when its head has been handed to the connection: what did leave is counted whatever becomes of it, what
never left is not. A call that does not say what it carries ends before anything is connected.
"""

from typing import Any

import aiohttp

from jawort.channels import tally
from jawort.channels.destinations import Datum, Destination


class Load:
    """What one call carries, and whether it has left."""

    __slots__ = ("data", "destination", "left")

    def __init__(self, destination: Destination, *data: Datum) -> None:
        """Raises ValueError for what is not declared to go there."""
        self.destination, self.data = destination, tally.checked(destination, data)
        self.left = False

    def leave(self) -> None:
        """It is on its way: counts once, also where the connection has to be made again."""
        if not self.left:
            self.left = True
            tally.add(self.destination, self.data)


class Undeclared(RuntimeError):
    """A call of ours does not say what it carries."""


def session(**options: Any) -> aiohttp.ClientSession:
    """A session without cookies. Each request over it names its Load as `trace_request_ctx`."""
    trace = aiohttp.TraceConfig()
    trace.on_request_start.append(_declared)
    trace.on_request_headers_sent.append(_left)
    return aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), trace_configs=[trace], **options)


async def _declared(_: object, context: object, __: object) -> None:
    if not isinstance(getattr(context, "trace_request_ctx", None), Load):
        raise Undeclared("A call names what it carries: trace_request_ctx=Load(…).")


async def _left(_: object, context: Any, __: object) -> None:
    context.trace_request_ctx.leave()
