"""What WhatsApp reported: what happened, what to do, and the original on demand."""

import json
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from jawort.core import clock
from jawort.ledger.handouts import hand_out
from jawort.lines.billed import counts as billed_counts
from jawort.lines.models import Notice
from jawort.lines.notices import Told, notices, original_of
from jawort.lines.tell import settle as settle_notice
from jawort.staff.access import actor_of, requires
from jawort.staff.permissions import Permission
from jawort.staff.queries import names
from jawort.vault.seal import Unreadable
from jawort.web.notices.present import Said, said_by, to_do
from jawort.web.notices.words import SEVERITIES, Mark, Text, button

SHOWN = 50
MONTHS_BILLED = 3


@dataclass(frozen=True, slots=True)
class Shown:
    """A notice with its words. `settled_by` is who of the staff did what it asked for, empty if it ended by itself."""

    told: Told
    mark: Mark
    says: list[Said]
    to_do: list[Text]
    button: str
    settled_by: str


@require_GET
@requires(Permission.NOTICE_READ)
def index(request: HttpRequest) -> HttpResponse:
    """Notices, newest first; with `open` those that wait for somebody."""
    only_open = "open" in request.GET
    page = notices(SHOWN, only_open=only_open, before=_uuid(request.GET.get("before", "")))
    by = {each.id: _uuid(each.settled_by.removeprefix("staff:")) for each in page}
    people = names({person for person in by.values() if person})
    shown = [
        Shown(each, SEVERITIES[each.severity], said_by(each), to_do(each), button(each), people.get(person, ""))
        for each in page
        for person in [by[each.id] or each.id]
    ]
    last = page[-1].id if len(page) == SHOWN else None
    billed = [] if only_open or "before" in request.GET else billed_counts(MONTHS_BILLED)
    given = {"notices": shown, "only_open": only_open, "last": last, "billed": billed, "screen": "notices"}
    return render(request, "notices/index.html", given)


@require_GET
@requires(Permission.NOTICE_READ)
def original(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What WhatsApp said, word for word. It may name a customer: that it was shown is entered."""
    try:
        text = readable(original_of(pk))
    except (Notice.DoesNotExist, Unreadable):
        messages.error(request, gettext("This original has gone: it is kept for eight days."))
        return redirect("notices:index")
    hand_out(actor_of(request), [pk], right=Permission.NOTICE_READ, at=clock.now())
    return render(request, "notices/original.html", {"text": text, "screen": "notices"})


@require_POST
@requires(Permission.NOTICE_SETTLE)
def settle(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Somebody has done what it asked for."""
    try:
        done = settle_notice(pk, actor=actor_of(request), at=clock.now())
    except Notice.DoesNotExist:
        done = False
    if done:
        messages.success(request, gettext("Done. The entry in the ledger names you."))
    else:
        messages.error(request, gettext("This notice was settled before."))
    return redirect("notices:index")


def readable(body: bytes) -> str:
    """JSON with its lines; what is none as it came."""
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return body.decode(errors="replace")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
