"""Signing in with a passkey in place of password and code: the browser asks its owner, a script carries the answer."""

import json
from typing import Any, Final

from allauth.account.models import Login
from allauth.mfa.webauthn.internal.flows import perform_passwordless_login
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from jawort.core import clock
from jawort.staff import lockout
from jawort.staff.passkeys import NotShown, State, ask, shown

#: In the session, until the answer comes: what was asked.
_ASKED: Final = "passkey"
ANSWER_BYTES_MAX: Final = 8_192


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """A question that a passkey of any account here can answer."""
    options, state = ask(host(request))
    return put(request, options, state)


@require_POST
def enter(request: HttpRequest) -> HttpResponse:
    """Let in whose passkey answered. Counted by place: nobody names themselves before."""
    tried, at = lockout.Tried(None, request.META.get("REMOTE_ADDR", "")), clock.now()
    state, answer = asked(request), said(request)
    try:
        if not lockout.admits(tried, at):
            messages.error(request, gettext("Too many attempts. Wait a few minutes, then try again."))
            return redirect("account_login")
        row = shown(host(request), state, answer, at=at)
    except NotShown:
        messages.error(request, gettext("This passkey opens no account here. Please sign in with your password."))
        return redirect("account_login")
    lockout.forget(tried)
    onward = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(onward, {request.get_host()}, require_https=request.is_secure())
    to = Login(user=row.user, redirect_url=onward if safe else settings.LOGIN_REDIRECT_URL)
    let_in: HttpResponse = perform_passwordless_login(request, row, to)
    return let_in


def put(request: HttpRequest, options: Any, state: State) -> HttpResponse:
    """The question, as the script takes it; one at a time, and good for one answer."""
    request.session[_ASKED] = state
    return JsonResponse(options, json_dumps_params={"default": dict})


def asked(request: HttpRequest) -> State:
    """What was asked; once. Empty if nothing was."""
    state: State = request.session.pop(_ASKED, {})
    return state


def said(request: HttpRequest) -> Any:
    """The browser's answer; None where it is none."""
    text = request.POST.get("answer", "")
    try:
        return json.loads(text) if len(text) <= ANSWER_BYTES_MAX else None
    except (ValueError, RecursionError):
        return None


def host(request: HttpRequest) -> str:
    """To which host a passkey belongs: the one that is asked, which Django has checked, without its port."""
    return request.get_host().rpartition("]")[0].lstrip("[") or request.get_host().partition(":")[0]
