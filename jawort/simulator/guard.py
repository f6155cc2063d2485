"""What the simulator refuses before anything else looks at a call, and how it says so.

It holds no password: whoever reaches it may use it. So it listens on loopback only, and a web page in the same
browser must not reach it: neither by a name that points here (Host), nor by a form or script of another site (Origin).
"""

import logging
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from jawort.simulator.errors import GraphError
from jawort.simulator.settings import Settings, loopback
from jawort.simulator.wire import Trouble, answer

log = logging.getLogger(__name__)
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_SENTENCES = {
    404: "There is nothing at this address.",
    405: "This address takes another method.",
    413: "The body is too large.",
}


def guard(settings: Settings) -> Middleware:
    """The middleware: refusals, and errors as JSON."""

    @web.middleware
    async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            _refuse_strangers(settings, request)
            return await handler(request)
        except GraphError as error:
            return answer(error.body(), status=error.status)
        except Trouble as trouble:
            return answer({"error": trouble.sentence}, status=trouble.status)
        except web.HTTPException as refusal:
            return _plain(request, refusal)

    return guarded


def headers(settings: Settings) -> Callable[[web.Request, web.StreamResponse], Awaitable[None]]:
    """A signal for every answer: what a browser may do with it. A page that needs another policy sets its own."""
    framers = " ".join(["'self'", *settings.allowed_origins])
    policy = "; ".join(
        [
            "default-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "object-src 'none'",
            f"frame-ancestors {framers}",
        ]
    )

    async def add(_request: web.Request, response: web.StreamResponse) -> None:
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.pop("Server", None)

    return add


def _refuse_strangers(settings: Settings, request: web.Request) -> None:
    name = urlsplit(f"//{request.headers.get('Host', '')}").hostname or ""
    if not loopback(name) and name not in settings.allowed_hosts:
        raise Trouble(421, "This simulator answers to the names of this machine only, such as 127.0.0.1.")
    if request.method in _SAFE:
        return
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"{request.scheme}://{request.headers['Host']}":
        raise Trouble(403, "Only the simulator's own pages may change something here.")
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise Trouble(403, "Only the simulator's own pages may change something here.")


def _plain(request: web.Request, refusal: web.HTTPException) -> web.StreamResponse:
    """aiohttp's own refusals as JSON: in the Graph's form outside the control API."""
    if refusal.status < 400:
        raise refusal
    sentence = _SENTENCES.get(refusal.status, refusal.reason)
    if request.path.startswith(("/__sim", "/phone", "/website", "/wa.me", "/health")):
        return answer({"error": sentence}, status=refusal.status)
    code = 2500 if refusal.status in {404, 405} else 1
    details = f"{sentence} (path components)" if code == 2500 else sentence
    return answer(GraphError(code, details).body(), status=refusal.status)
