"""Handing the link to their own page to a customer, from the panel beside the thread."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext, override
from django.views.decorators.http import require_POST

from jawort.core import clock
from jawort.messaging.own_page.hand_over import hand_over, withdraw
from jawort.messaging.send import NotOpen
from jawort.messaging.side_door.queries import can_be_handed_over
from jawort.staff.access import actor_of, requires
from jawort.staff.permissions import Permission
from jawort.web.inbox.answers import author_of, home_of, thread_shown
from jawort.web.inbox.sends import RESOLVED

LANGUAGES = ("de", "en")


@dataclass(frozen=True, slots=True)
class Saying:
    """The text of the message, in the person's language."""

    language: str

    def __call__(self, token: str, ends_at: datetime) -> str:
        """As it stands in the chat: the link on a line of its own."""
        link = settings.CONFIG.side_door_url.rstrip("/") + reverse("public:own", args=[token])
        with override(self.language):
            until = date_format(localtime(ends_at), "SHORT_DATETIME_FORMAT")
            return gettext(
                "On your own page you see what we have stored of you, and can object, have it corrected or erased, and "
                "download it:\n\n%(link)s\n\nThe page asks for a code that we send you here. The link works until "
                "%(until)s. Please do not pass it on."
            ) % {"link": link, "until": until}


@require_POST
@requires(Permission.CONVERSATION_WRITE)
def send(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Send the link into the chat."""
    home, problem = home_of(request, pk), ""
    if not can_be_handed_over(settings.CONFIG.side_door_url):
        raise Http404
    known = home.contact.language
    language = known if known in LANGUAGES else get_language() or "de"
    try:
        hand_over(home, Saying(language), author_of(request), clock.now())
    except NotOpen:
        problem = str(RESOLVED)
    return thread_shown(request, pk, problem)


@require_POST
@requires(Permission.CONVERSATION_WRITE)
def shut(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Withdraw the links that the person has."""
    problem = ""
    if not withdraw(home_of(request, pk), actor=actor_of(request), at=clock.now()):
        problem = gettext("There is no link any more that opens anything.")
    return thread_shown(request, pk, problem)
