"""The lines of the company: how each is, what customers learn of being read, whether documents go over WhatsApp."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from jawort.core import clock
from jawort.lines.decide import set_documents, set_receipts
from jawort.lines.models import Documents, Line, Receipts
from jawort.lines.queries import every
from jawort.staff.access import actor_of, requires
from jawort.staff.permissions import Permission
from jawort.web.settings.words import DOCUMENTS, RECEIPTS, Condition, condition


@dataclass(frozen=True, slots=True)
class Shown:
    """A line, with how it is in words."""

    line: Line
    condition: Condition


@require_GET
@requires(Permission.LINE_READ)
def index(request: HttpRequest) -> HttpResponse:
    """Every line, by name."""
    shown = [Shown(line, condition(line)) for line in every()]
    given = {"lines": shown, "receipts": RECEIPTS, "documents": DOCUMENTS, "screen": "settings"}
    return render(request, "settings/lines.html", given | {"has_side_door": bool(settings.CONFIG.side_door_url)})


@require_POST
@requires(Permission.LINE_CHANGE)
def receipts(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Decide what customers of a line learn of being read."""
    chosen = request.POST.get("receipts", "")
    if chosen not in Receipts.values:
        return _unfit(gettext("Choose one of the three."))
    return _decided(request, lambda: set_receipts(pk, Receipts(chosen), actor=actor_of(request), at=clock.now()))


@require_POST
@requires(Permission.LINE_CHANGE)
def documents(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Decide whether documents go over WhatsApp through a line."""
    chosen = request.POST.get("documents", "")
    if chosen not in Documents.values:
        return _unfit(gettext("Choose one of the two."))
    return _decided(request, lambda: set_documents(pk, Documents(chosen), actor=actor_of(request), at=clock.now()))


def _unfit(sentence: str) -> HttpResponse:
    return HttpResponse(sentence, status=422, content_type="text/plain; charset=utf-8")


def _decided(request: HttpRequest, decide: Callable[[], bool]) -> HttpResponse:
    try:
        changed = decide()
    except Line.DoesNotExist:
        raise Http404 from None
    said = gettext("Saved. The entry in the ledger names you.") if changed else gettext("Nothing changed.")
    messages.success(request, said)
    return redirect("settings:lines")
