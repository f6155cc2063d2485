"""Labels at the desk: putting them on a conversation and taking them off."""

from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from jawort.core import clock
from jawort.messaging.labels.put import CannotLabel, put_on, take_off
from jawort.staff.access import actor_of, requires
from jawort.staff.permissions import Permission
from jawort.web.inbox.acted import labelled
from jawort.web.inbox.answers import home_of, thread_shown
from jawort.web.inbox.forms import first_id

NOT_USED: Final = gettext_lazy("This label is not used any more. Choose another one.")


@require_POST
@requires(Permission.CONVERSATION_WRITE)
def label(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put a label on, or take one off: `on` or `off` names it."""
    home, actor, at = home_of(request, pk), actor_of(request), clock.now()
    on, off = (first_id(request.POST.get(word, "")) for word in ("on", "off"))
    if on is None and off is None:
        return HttpResponse(status=400)
    problem = ""
    try:
        if on is not None:
            put_on(home, on, actor=actor, at=at)
    except CannotLabel:
        problem = str(NOT_USED)
    if off is not None:
        take_off(home, off, actor=actor, at=at)
    return thread_shown(request, pk, problem, labelled(on, off))
