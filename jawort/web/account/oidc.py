"""Signing in by the company's own sign-in service: there and back. Its word is taken for password and second factor."""

import secrets
from datetime import datetime
from importlib import import_module
from typing import Any, Final, Protocol, cast

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from jawort.channels.oidc.rules import address, is_answer
from jawort.channels.oidc.types import Ended, Identity, Question, Refusal, Registration, Service
from jawort.core import clock
from jawort.staff import lockout
from jawort.staff.access import LET_IN_BY, SERVICE
from jawort.staff.link import NotLet, let_in, let_out, whose

#: In the session, until the browser comes back: what it was sent with, and where it wanted to go.
_ASKED: Final = "oidc"
RANDOM_BYTES: Final = 32  # as text 43 characters, the least that RFC 7636 section 4.1 takes
CODE_CHARACTERS_MAX: Final = 4_096
TOKEN_CHARACTERS_MAX: Final = 16_384

TOO_MANY = gettext_lazy("Too many attempts. Wait a few minutes, then try again.")
AWAY = gettext_lazy("The sign-in service does not answer. Please try again shortly.")
NOT_SO = gettext_lazy("What the sign-in service said could not be verified. Please try again from here.")
ENDED = gettext_lazy("This sign-in was not begun here, or was ended there. Please try again from here.")
SAYS: Final[dict[NotLet, Promise]] = {
    NotLet.UNKNOWN: gettext_lazy("You have no account here yet. Ask your administrators for an invitation."),
    NotLet.CLOSED: gettext_lazy("This account is closed. Your administrators can open it again."),
    NotLet.OTHER: gettext_lazy(
        "The account with your address belongs to another identity at the sign-in service. Ask your administrators."
    ),
}


class Client(Protocol):
    """The calls to the service, jawort/channels/oidc/client.py."""

    def service(self, registration: Registration, at: datetime) -> Service | Refusal:
        """What it offers."""

    def identify(self, registration: Registration, question: Question, code: str, at: datetime) -> Identity | Refusal:
        """Who stands behind a code."""

    def ended(self, registration: Registration, token: str, at: datetime) -> Ended | Refusal:
        """Which sign-ins a logout token ends."""


@require_GET
def begin(request: HttpRequest) -> HttpResponse:
    """To the service, with a question that is this browser's own."""
    registration = _registration()
    there = _client().service(registration, clock.now())
    if isinstance(there, Refusal):
        return _back(request, AWAY)
    question = Question(*(secrets.token_urlsafe(RANDOM_BYTES) for _ in range(3)))
    onward = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(onward, {request.get_host()}, require_https=request.is_secure())
    asked = [question.state, question.nonce, question.verifier, onward if safe else settings.LOGIN_REDIRECT_URL]
    request.session[_ASKED] = asked
    return redirect(address(there.authorization, registration, question))


@require_GET
def enter(request: HttpRequest) -> HttpResponse:
    """Back from the service: let in whom it names, if we know them. Counted by place, as wrong passkeys are."""
    registration, at = _registration(), clock.now()
    asked: list[str] | None = request.session.pop(_ASKED, None)
    if asked is None:
        return _back(request, ENDED)
    question, onward = Question(*asked[:3]), asked[3]
    if not lockout.admits(lockout.Tried(None, request.META.get("REMOTE_ADDR", "")), at):
        return _back(request, TOO_MANY)
    there = _client().service(registration, at)
    if isinstance(there, Refusal):
        return _back(request, AWAY)
    state, issuer = request.GET.get("state", ""), request.GET.get("iss")
    code = request.GET.get("code", "")
    if not is_answer(question, state, issuer, registration, names=there.names_itself):
        return _back(request, ENDED)
    if not 0 < len(code) <= CODE_CHARACTERS_MAX:  # "error" in its place: somebody has thought better of it
        return _back(request, ENDED)
    said = _client().identify(registration, question, code, at)
    if isinstance(said, Refusal):
        return _back(request, AWAY if said is Refusal.UNREACHABLE else NOT_SO)
    person = whose(registration.issuer, said.subject, said.email, at=at)
    if isinstance(person, NotLet):
        return _back(request, SAYS[person])
    cast(Any, get_adapter(request)).let_in(request, person, by=SERVICE)
    request.session[LET_IN_BY] = SERVICE
    let_in(request.session.session_key, said.session)
    return redirect(onward)


@csrf_exempt
@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """The service itself says that somebody has signed out there (OpenID Connect Back-Channel Logout 1.0)."""
    registration, at, token = _registration(), clock.now(), request.POST.get("logout_token", "")
    if not 0 < len(token) <= TOKEN_CHARACTERS_MAX:
        return JsonResponse({"error": "invalid_request"}, status=400)
    said = _client().ended(registration, token, at)
    if isinstance(said, Refusal):
        return JsonResponse({"error": "invalid_request"}, status=400)
    let_out(registration.issuer, said.subject, said.session, at=at)
    return HttpResponse()


def _registration() -> Registration:
    """How the service knows us. Where none is configured the addresses do not exist."""
    config = settings.CONFIG
    if not config.oidc_issuer:
        raise Http404
    callback = f"{config.public_url.rstrip('/')}{reverse('oidc-enter')}"
    return Registration(
        config.oidc_issuer,
        config.oidc_client_id,
        config.oidc_client_secret,
        callback,
        config.https_proxy,
        config.ca_bundle,
    )


def _client() -> Client:
    """Loaded when it is first asked: a desk without the service has no use for what verifies signatures."""
    return cast(Client, import_module("jawort.channels.oidc.client"))


def _back(request: HttpRequest, why: str | Promise) -> HttpResponse:
    messages.error(request, str(why))
    return redirect("account_login")
