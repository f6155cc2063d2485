"""The contacts: who was active last, and finding somebody. What is typed comes by POST, so that no address keeps it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from jawort.core.text import is_blank, is_sound
from jawort.messaging.contacts import FOUND_MAX, active, find, rows
from jawort.staff.access import person_of, requires
from jawort.staff.permissions import Permission
from jawort.web.contacts.answers import after, following, handed
from jawort.web.inbox.present import NAMELESS

ROWS_SHOWN = 50
FEW_SHOWN = 6
#: Longer than any name, number or id that is kept.
TYPED_MAX = 200


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CONTACT_READ)
def index(request: HttpRequest) -> HttpResponse:
    """The list; after a POST who fits what was typed, as a page or in place of the list."""
    typed = request.POST.get("text", "")[:TYPED_MAX].strip()
    given = _listed(request) if is_blank(typed) or not is_sound(typed) else _found(request, typed)
    given |= {"screen": "contacts", "nameless": NAMELESS, "typed_max": TYPED_MAX}
    return render(request, "contacts/_found.html" if "HX-Request" in request.headers else "contacts/index.html", given)


@require_POST
@requires(Permission.CONTACT_READ)
def few(request: HttpRequest) -> HttpResponse:
    """The first ones who fit what was typed, for the commands."""
    typed = request.POST.get("text", "")[:TYPED_MAX].strip()
    given = {"rows": []} if is_blank(typed) or not is_sound(typed) else _found(request, typed, FEW_SHOWN)
    return render(request, "contacts/_few.html", given | {"nameless": NAMELESS})


# A name and a number are content. In lists they count for the conversation that they lead to, as in the inbox.


def _listed(request: HttpRequest) -> dict[str, Any]:
    person = person_of(request)
    page = active(person, ROWS_SHOWN, after(request))
    shown = rows(person, [each.contact for each in page])
    handed(request, [row.conversation or row.id for row in shown])
    return {"rows": shown, "next": following([(each.at, each.place) for each in page], ROWS_SHOWN)}


def _found(request: HttpRequest, typed: str, limit: int = FOUND_MAX) -> dict[str, Any]:
    found = find(person_of(request), typed, limit=limit)
    handed(request, [row.conversation or row.id for row in found.rows])
    return {"rows": found.rows, "found": found, "typed": typed}
