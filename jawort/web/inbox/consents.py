"""Asking a person in their chat for a consent."""

from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from jawort.consent.purpose import CAMPAIGNS, Purpose
from jawort.core import clock
from jawort.messaging.ask_consent import NotAsked, ask_for_consent
from jawort.messaging.send import NotOpen
from jawort.staff.access import requires
from jawort.staff.permissions import Permission
from jawort.web.inbox.answers import author_of, home_of, thread_shown
from jawort.web.inbox.consent_words import not_asked

GONE: Final = gettext_lazy("This conversation was resolved meanwhile. Reopen it, then ask.")

ONE_AT_A_TIME: Final = gettext_lazy("A question asks for one purpose: please ask for each by itself.")


@require_POST
@requires(Permission.CONVERSATION_WRITE)
def ask(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask the person in their chat for one purpose; who names two is told that a question asks one thing."""
    home, problem, wanted = home_of(request, pk), "", request.POST.getlist("purpose") or [CAMPAIGNS]
    if len(wanted) > 1:
        return thread_shown(request, pk, str(ONE_AT_A_TIME))
    purpose, wished = Purpose(wanted[0]), "wished" in request.POST
    try:
        ask_for_consent(home, author_of(request), clock.now(), purpose=purpose, wished=wished)
    except NotAsked as refused:
        problem = not_asked(refused.why)
    except NotOpen:
        problem = str(GONE)
    return thread_shown(request, pk, problem)
