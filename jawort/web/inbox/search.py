"""Searching conversations: what is typed comes by POST, so that no address keeps it, and is kept nowhere."""

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from jawort.core import clock
from jawort.core.text import is_sound
from jawort.messaging.search.queries import search
from jawort.staff.access import person_of, requires
from jawort.staff.permissions import Permission
from jawort.web.inbox.answers import handed
from jawort.web.inbox.asked import YES, asked, pairs, query
from jawort.web.inbox.hit import hit_html, named_html
from jawort.web.inbox.views import listed

TYPED_MAX = 200
#: One letter begins too many words.
TYPED_MIN = 2


@require_POST
@requires(Permission.CONVERSATION_READ)
def index(request: HttpRequest) -> HttpResponse:
    """What was found, in place of the list; without scripts as a page. Of nothing typed, the list."""
    typed = request.POST.get("text", "")[:TYPED_MAX].strip()
    given = _found(request, typed) if len(typed) >= TYPED_MIN and is_sound(typed) else {}
    if "HX-Request" in request.headers:
        return render(request, "inbox/_found.html", given)
    return render(request, "inbox/index.html", listed(request) | given)


def _found(request: HttpRequest, typed: str) -> dict[str, Any]:
    listing, everywhere = asked(request), request.POST.get("everywhere") == YES
    within = replace(listing, view=None) if everywhere else listing
    hits = search(person_of(request), within, typed, clock.now(), settings.CONFIG.search_socket)
    handed(request, hits.conversations)
    view = query(listing)
    given = {"hits": hits, "typed": typed, "everywhere": everywhere, "query": view, "fields": pairs(listing)}
    given |= {"named_rows": [named_html(row, view) for row in hits.rows], "user": request.user}
    return given | {"said_rows": [hit_html(hit, view) for hit in hits.messages]}
