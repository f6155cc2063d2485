"""Looking through older messages: begun, looked at and stopped by POST, so that no address keeps what was typed."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from jawort.core import clock
from jawort.core.text import is_sound
from jawort.messaging.search.ask import Away, Begin, Look
from jawort.messaging.search.older import Older, begun, seen
from jawort.staff.access import person_of, requires
from jawort.staff.permissions import Permission
from jawort.web.inbox.answers import handed
from jawort.web.inbox.asked import YES, asked, pairs, query
from jawort.web.inbox.forms import YEARS, first_id
from jawort.web.inbox.hit import hit_html
from jawort.web.inbox.search import TYPED_MAX, TYPED_MIN
from jawort.web.inbox.views import listed


@require_POST
@requires(Permission.CONVERSATION_READ)
def older(request: HttpRequest) -> HttpResponse:
    """How far it has come, in its place below the hits; without scripts as a page."""
    said, listing = request.POST, asked(request)
    typed = said.get("text", "")[:TYPED_MAX].strip()
    given: dict[str, Any] = {"typed": typed, "from": said.get("from", ""), "until": said.get("until", "")}
    given["query"] = view = query(listing)
    given |= {"everywhere": said.get("everywhere") == YES, "fields": pairs(listing), "user": request.user}
    try:
        given["older"], given["problem"] = _older(request, typed)
    except Away:
        given["away"] = True
    if shown := given.get("older"):
        handed(request, shown.conversations)
        given["older_rows"] = [hit_html(hit, view) for hit in shown.hits]
    if "HX-Request" in request.headers:
        return render(request, "inbox/_older.html", given)
    return render(request, "inbox/index.html", listed(request) | given | {"is_older": True})


def _older(request: HttpRequest, typed: str) -> tuple[Older | None, str]:
    """What is shown of it, or what is wrong with what was asked. Raises Away."""
    said, person, now, place = request.POST, person_of(request), clock.now(), settings.CONFIG.search_socket
    listing = replace(asked(request), view=None) if said.get("everywhere") == YES else asked(request)
    scan = first_id(said.get("scan", ""))
    if scan and said.get("act") in {"look", "stop"}:
        return seen(person, listing, Look(person.pk, scan, said["act"] == "stop"), now, place), ""
    if len(typed) < TYPED_MIN or not is_sound(typed):
        return None, gettext("Type at least two characters into the search first.")
    since, until = _day(said.get("from", "")), _day(said.get("until", ""))
    if since and until and since > until:
        return None, gettext("The first day lies after the last one: swap them.")
    until = until + timedelta(days=1) if until else None
    begin = Begin(person.pk, typed, since, until, first_id(said.get("below", "")))
    return begun(person, listing, begin, now, place), ""


def _day(text: str) -> datetime | None:
    """The beginning of a day here; None for everything else."""
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return timezone.make_aware(datetime.combine(day, time())) if day and day.year in YEARS else None
