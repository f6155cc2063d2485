"""What surrounds every answer of the desk: the person's language and time zone, and the headers that protect it."""

from collections.abc import Callable
from typing import cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.functional import SimpleLazyObject

from jawort.core import clock
from jawort.staff.models import Agent
from jawort.staff.sessions import SessionStore, person_in, seen

Answer = Callable[[HttpRequest], HttpResponse]

_FRAMED_BY = "'self'" if settings.DEMO else "'none'"
#: Nothing from elsewhere, nothing inline, nobody frames us but, in a demo, its stage. `blob:` is for pictures that are
#: being attached and for what was just spoken.
POLICY = (
    "default-src 'self'; img-src 'self' blob:; media-src 'self' blob:; object-src 'none'; base-uri 'none'; "
    f"form-action 'self'; frame-ancestors {_FRAMED_BY}; report-uri /csp-report"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    # Nothing to other hosts. Not `no-referrer`: with it browsers send `Origin: null`, and forged forms look like ours.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(self), payment=(), usb=()",
}
#: What is no document: of it a policy for documents says nothing, and a first visit loads forty such files.
PARTS = ("text/css", "text/javascript", "font/")
HEADERS_OF_PARTS = {name: HEADERS[name] for name in ("X-Content-Type-Options", "Cross-Origin-Resource-Policy")}
HSTS = "max-age=31536000; includeSubDomains"


class Person:
    """Speak the signed-in person's language and show their time; before sign-in, what that page or the browser says."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Activate both for the time of this request."""
        person = request.user if isinstance(request.user, Agent) else None
        chosen = person.language if person else translation.get_language_from_request(request)
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        zone = ZoneInfo(person.time_zone if person else settings.TIME_ZONE)
        if person and isinstance(request.session, SessionStore):
            seen(request.session, request.headers.get("User-Agent", ""), clock.now())
        with translation.override(language), timezone.override(zone):
            response = self.answer(request)
        response.headers.setdefault("Content-Language", language)
        return response


class Sessions(SessionMiddleware):
    """Django's, but an answer to somebody whose session has ended takes no cookie away: it opens nothing, and in its
    place there may be a new one by the time that a slow answer arrives.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Signing out, which ends the session in this very request, takes it away as ever."""
        session = request.session
        if session.is_empty() and not session.modified:
            if session.accessed:
                patch_vary_headers(response, ("Cookie",))
            return response
        return super().process_response(request, response)


class WhoAsks(AuthenticationMiddleware):
    """Django's, but the person has been read with the session."""

    def process_request(self, request: HttpRequest) -> None:
        """Asked when somebody wants to know."""
        super().process_request(request)
        person = SimpleLazyObject(lambda: person_in(request.session) or AnonymousUser())
        request.user = cast(Agent | AnonymousUser, person)


class Shield:
    """Headers of every answer. A view that needs another policy sets its own; what holds content is not kept."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add what the view has not set."""
        response = self.answer(request)
        is_part = response.headers.get("Content-Type", "").startswith(PARTS)
        for name, value in (HEADERS_OF_PARTS if is_part else HEADERS).items():
            response.headers.setdefault(name, value)
        if settings.CONFIG.secure:
            response.headers.setdefault("Strict-Transport-Security", HSTS)
        response.headers.setdefault("Cache-Control", "no-store")
        return response
