"""A person's second factor: set up with an app, its codes for paper shown once, removed with the password."""

from typing import Any, Final
from uuid import UUID

from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.internal.auth import generate_totp_secret
from allauth.mfa.utils import decrypt, encrypt
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from jawort.core import clock
from jawort.core.qr import drawn
from jawort.staff.access import person_of, requires
from jawort.staff.permissions import Permission
from jawort.staff.second_factor import HasOne, counter_of, factor_of, remove_app, renew_codes, set_up
from jawort.web.account.forms import password_field
from jawort.web.account.proof import objection
from jawort.web.fields import REQUIRED

#: In the session, sealed: the secret that is being set up.
_PENDING: Final = "second_factor"
GROUP: Final = 4  # characters of the key that are read out together


class SetUpForm(forms.Form):
    """The app works, and it is the person who sets it up."""

    code = forms.CharField(max_length=40, error_messages={"required": REQUIRED})
    old = password_field()


@require_POST
@requires(Permission.SETTINGS_OWN, without_factor=True)
def begin(request: HttpRequest) -> HttpResponse:
    """Make a secret, which is good for nothing until a code of it was given."""
    request.session[_PENDING] = encrypt(generate_totp_secret())
    return redirect("settings:second-factor")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SETTINGS_OWN, without_factor=True)
def index(request: HttpRequest) -> HttpResponse:
    """The secret as a picture and as text; a code of it and the password make it the second factor."""
    person, sealed = person_of(request), request.session.get(_PENDING)
    if sealed is None or _has_app(person.pk):
        return redirect("settings:sign-in")
    secret, sent = decrypt(sealed), request.method == "POST"
    form = SetUpForm(request.POST if sent else None)
    counter = _counter(form, secret) if sent else None
    if counter is not None and (told := objection(request, form.cleaned_data["old"])):
        form.add_error("old", str(told))
    if counter is not None and form.is_valid():
        return _done(request, secret, counter)
    groups = [secret[at : at + GROUP] for at in range(0, len(secret), GROUP)]
    picture = drawn(get_adapter().build_totp_url(person, secret))
    given: dict[str, Any] = {"form": form, "key": " ".join(groups), "picture": picture, "screen": "settings"}
    return render(request, "settings/second_factor.html", given, status=422 if sent else 200)


@require_POST
@requires(Permission.SETTINGS_OWN, without_factor=True)
def codes(request: HttpRequest) -> HttpResponse:
    """Ten other codes for paper, with the password given anew."""
    if told := objection(request, request.POST.get("old", "")):
        messages.error(request, str(told))
    elif fresh := renew_codes(person_of(request), at=clock.now()):
        return render(request, "settings/recovery_codes.html", {"codes": fresh, "renewed": True, "screen": "settings"})
    return redirect("settings:sign-in")


@require_POST
@requires(Permission.SETTINGS_OWN, without_factor=True)
def drop(request: HttpRequest) -> HttpResponse:
    """Remove it, with the password given anew."""
    person = person_of(request)
    if told := objection(request, request.POST.get("old", "")):
        messages.error(request, str(told))
    elif remove_app(person, at=clock.now()):
        messages.success(request, gettext("The app is removed: its codes are not asked for any more."))
    return redirect("settings:sign-in")


def _counter(form: SetUpForm, secret: str) -> int | None:
    if not form.is_valid():
        return None
    counter = counter_of(secret, form.cleaned_data["code"])
    if counter is None:
        told = gettext_lazy("This code is not right. Is the clock of your phone right?")
        form.add_error("code", str(told))
    return counter


def _done(request: HttpRequest, secret: str, counter: int) -> HttpResponse:
    del request.session[_PENDING]
    try:
        first = set_up(person_of(request), secret, counter, at=clock.now())
    except HasOne:
        return redirect("settings:sign-in")
    return paper(request, first, gettext("From now on, signing in with your password takes a code of your app."))


def paper(request: HttpRequest, codes: list[str], said: str) -> HttpResponse:
    """The codes for paper, if there are new ones; else back to the page, which says what was done."""
    if codes:
        return render(request, "settings/recovery_codes.html", {"codes": codes, "screen": "settings"})
    messages.success(request, said)
    return redirect("settings:sign-in")


def _has_app(agent: UUID) -> bool:
    factor = factor_of(agent)
    return factor is not None and factor.since is not None
