"""The log for verifiers and witnesses: bytes, no session. Open on loopback, elsewhere by address list or token."""

from collections.abc import Callable
from functools import wraps
from ipaddress import ip_address, ip_network
from typing import Concatenate, ParamSpec, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_GET

from jawort.core import clock
from jawort.ledger import read
from jawort.staff.access import holds
from jawort.staff.permissions import Permission
from jawort.staff.tokens import bearer

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
FOR_EVER = "public, max-age=31536000, immutable"


def for_readers(view: View[P]) -> View[P]:
    """403 for everybody who is neither on this machine nor on the list and has no token with the right."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not (_is_near(request.META.get("REMOTE_ADDR", "")) or _has_token(request)):
            return HttpResponse("The ledger is open to listed addresses and tokens.\n", status=403)
        return view(request, *args, **kwargs)

    return cast("View[P]", guarded)


@require_GET
@for_readers
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The latest signed size and root."""
    return _bytes(read.checkpoint(), "text/plain; charset=utf-8", "no-store")


@require_GET
@for_readers
def vkey(request: HttpRequest) -> HttpResponse:
    """The key that verifies checkpoints."""
    key = read.vkey()
    return _bytes(None if key is None else f"{key}\n".encode(), "text/plain; charset=utf-8", "no-store")


@require_GET
@for_readers
def tile(request: HttpRequest, rest: str) -> HttpResponse:
    """Hashes, or entries below `entries/`."""
    return _bytes(read.tile(f"tile/{rest}"), "application/octet-stream", FOR_EVER)


def _bytes(content: bytes | None, kind: str, cache: str) -> HttpResponse:
    if content is None:
        return HttpResponse("There is none.\n", status=404, content_type="text/plain")
    return HttpResponse(content, content_type=kind, headers={"Cache-Control": cache})


def _is_near(address: str) -> bool:
    try:
        caller = ip_address(address)
    except ValueError:
        return False
    listed = [part.strip() for part in settings.CONFIG.ledger_readers.split(",") if part.strip()]
    return caller.is_loopback or any(caller in ip_network(part, strict=False) for part in listed)


def _has_token(request: HttpRequest) -> bool:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    found = bearer(token.strip(), clock.now()) if scheme.lower() == "bearer" else None
    return found is not None and holds(found.agent, Permission.LEDGER_READ)
