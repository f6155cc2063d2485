"""Blocking a person at WhatsApp, or no more: asked for here, done by a job."""

from uuid import UUID

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from jawort.core import clock
from jawort.messaging.block import CannotBlock, unblock
from jawort.messaging.block import block as block_person
from jawort.staff.access import actor_of, requires
from jawort.staff.permissions import Permission
from jawort.web.inbox.answers import home_of, thread_shown


@require_POST
@requires(Permission.CONTACT_BLOCK)
def block(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Block the person on the conversation's line, or unblock them; asked at their page, it is shown there."""
    home, word, problem = home_of(request, pk), request.POST.get("word"), ""
    if word not in {"block", "unblock"}:
        return HttpResponse(status=400)
    try:
        (block_person if word == "block" else unblock)(home, actor=actor_of(request), at=clock.now())
    except CannotBlock:
        problem = gettext(
            "WhatsApp blocks only people who wrote within the last 24 hours. Try again when this person writes."
        )
    if "contact" not in request.POST:
        return thread_shown(request, pk, problem)
    if problem:
        notices.error(request, problem)
    return redirect("contacts:detail", home.contact_id)
