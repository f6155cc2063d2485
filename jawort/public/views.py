"""The side door, for whoever has its link. Looking at it uses nothing up: WhatsApp itself looks, to show a preview.

There is no cookie and no session, and so nothing that a foreign page could act with: who posts has to know the token.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from jawort.core import clock
from jawort.ledger.handouts import hand_out
from jawort.legal.queries import links
from jawort.messaging.files.rules import safe_name
from jawort.messaging.files.serve import answer
from jawort.messaging.files.store import describe
from jawort.messaging.side_door import rules
from jawort.messaging.side_door.come_in import Shut, come_in, knock, leave
from jawort.messaging.side_door.models import SideDoor
from jawort.messaging.side_door.queries import file_of, files_of, found, purpose_of, standing
from jawort.messaging.side_door.rules import Condition, Way
from jawort.messaging.side_door.take import take as take_out
from jawort.public.uploads import unload
from jawort.vault.seal import Unreadable

HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'; report-uri /csp-report"
    ),
    # The address is the secret. There is no cookie here that a form without its origin could act with.
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}
#: Links that do not open any more are gone; of one that never was nothing is known.
GONE, UNKNOWN = 410, 404

View = Callable[..., HttpResponseBase]


def quiet(view: View) -> View:
    """Answer so that nobody learns of the address and nothing is kept of the page."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers["Referrer-Policy"] = HEADERS["Referrer-Policy"]
        patch_vary_headers(response, ("Accept-Language",))
        return response

    return answered


@require_safe
@quiet
def page(request: HttpRequest, token: str) -> HttpResponseBase:
    """What is asked for or lies ready, from whom, and a button. Nothing changes by it."""
    door = _door(token)
    return _none(request) if door is None else _shown(request, token, door)


@csrf_exempt
@require_POST
@quiet
def bring(request: HttpRequest, token: str) -> HttpResponseBase:
    """Files come in, all of them or none."""
    door = _door(token)
    if door is None:
        return _none(request)
    knocked_at = clock.now()
    try:
        knock(door, knocked_at)
    except Shut as shut:
        return _shut(request, door, shut.condition)
    load = unload(request, door)
    if load.refusals:
        return _shown(request, token, door, load.refusals, load.status)
    try:
        come_in(door, load.files, clock.now(), knocked_at=knocked_at)
    except BaseException as trouble:
        leave([file.pk for file in load.files])
        if isinstance(trouble, Shut):
            return _shut(request, door, trouble.condition, 409)
        raise
    return redirect("public:side-door", token)


@csrf_exempt
@require_POST
@quiet
def take(request: HttpRequest, token: str, file: UUID) -> HttpResponseBase:
    """A file goes out, as an attachment; the link is used with it."""
    door, at = _door(token), clock.now()
    held = file_of(door, file) if door else None
    said = describe([held]).get(held.pk) if held else None
    if door is None or held is None or said is None:
        return _none(request)
    try:
        take_out(door, at)
    except Shut as shut:
        return _shut(request, door, shut.condition)
    hand_out(f"customer:{door.contact_id}", [held.pk], right="side_door", at=at)
    return answer(held, said, save=True)


def _door(token: str) -> SideDoor | None:
    """The door of this token. None where this installation has none, or its key is gone."""
    return found(token) if settings.CONFIG.side_door_url else None


def _shown(
    request: HttpRequest, token: str, door: SideDoor, refusals: list[str] | None = None, status: int = 200
) -> HttpResponse:
    now = standing(door, clock.now())
    if now is not Condition.OPEN and not refusals:
        return _shut(request, door, now)
    try:
        what_for = purpose_of(door)
    except Unreadable:
        what_for = None
    if what_for is None:
        return _none(request)
    files = files_of(door) if door.way == Way.OUT else ()
    given = {
        "token": token,
        "door": door,
        "what_for": what_for,
        "files": [(file, safe_name(file.name, file.type, "file")) for file in files],
        "refusals": refusals or [],
        "bytes_max": rules.BYTES_MAX,
        "files_max": rules.FILES_MAX,
        "again_minutes": int(rules.AGAIN_WITHIN.total_seconds() // 60),
    }
    name = "public/take.html" if door.way == Way.OUT else "public/bring.html"
    return _rendered(request, name, given, status)


def _shut(request: HttpRequest, door: SideDoor, now: Condition, status: int = GONE) -> HttpResponse:
    """Why it is not open. Files that have arrived are a good end, and no error."""
    arrived = now is Condition.USED and door.way == Way.IN and request.method != "POST"
    return _rendered(request, "public/shut.html", {"door": door, "now": str(now)}, 200 if arrived else status)


def _none(request: HttpRequest) -> HttpResponse:
    return _rendered(request, "public/shut.html", {"now": ""}, UNKNOWN)


def _rendered(request: HttpRequest, name: str, given: dict[str, Any], status: int) -> HttpResponse:
    return render(request, name, given | {"company": settings.CONFIG.company, "legal": links()}, status=status)
