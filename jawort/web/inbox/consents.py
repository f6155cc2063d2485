"""Asking a person in their chat for a consent to marketing."""

from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from jawort.core import clock
from jawort.messaging.ask_consent import NotAsked, ask_for_consent
from jawort.messaging.send import NotOpen
from jawort.staff.access import requires
from jawort.staff.permissions import Permission
from jawort.web.inbox.answers import author_of, home_of, thread_shown
from jawort.web.inbox.consent_words import not_asked

GONE: Final = gettext_lazy("This conversation was resolved meanwhile. Reopen it, then ask.")


@require_POST
@requires(Permission.CONVERSATION_WRITE)
def ask(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask the person in their chat whether marketing may be sent."""
    home, problem = home_of(request, pk), ""
    try:
        ask_for_consent(home, author_of(request), clock.now(), wished="wished" in request.POST)
    except NotAsked as refused:
        problem = not_asked(refused.why)
    except NotOpen:
        problem = str(GONE)
    return thread_shown(request, pk, problem)
