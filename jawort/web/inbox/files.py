"""Files of a conversation: looked at, listened to, saved; and fetched once more."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from jawort.core import clock
from jawort.ledger.handouts import hand_out
from jawort.messaging.access import file_for
from jawort.messaging.files.expect import ask_again
from jawort.messaging.files.models import File
from jawort.messaging.files.serve import answer
from jawort.messaging.files.store import describe
from jawort.staff.access import actor_of, person_of, requires
from jawort.staff.permissions import Permission


@require_GET
@requires(Permission.CONVERSATION_READ)
def file(request: HttpRequest, pk: UUID, file: UUID, form: str = "") -> HttpResponseBase:
    """The bytes as they came, or a picture of them. That they were handed out is entered, whatever they are."""
    held = _file(request, pk, file)
    said = describe([held]).get(held.pk)
    if said is None:
        raise Http404
    hand_out(actor_of(request), [pk, held.pk], right=Permission.CONVERSATION_READ, at=clock.now())
    wanted = "" if "If-Range" in request.headers else request.headers.get("Range", "")  # nothing to compare it with
    try:
        return answer(held, said, form, wanted=wanted, save="save" in request.GET)
    except KeyError:
        raise Http404 from None


@require_POST
@requires(Permission.CONVERSATION_WRITE)
def fetch(request: HttpRequest, pk: UUID, file: UUID) -> HttpResponse:
    """Fetch once more what was refused or lost. The thread learns of it live."""
    ask_again(_file(request, pk, file), actor=actor_of(request), at=clock.now())
    return HttpResponse(status=204) if "HX-Request" in request.headers else redirect("inbox:conversation", pk)


def _file(request: HttpRequest, pk: UUID, file: UUID) -> File:
    try:
        return file_for(person_of(request), pk, file)
    except File.DoesNotExist:
        raise Http404 from None
