"""A person's passkeys: added with the password, named, and removed."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from jawort.core import clock
from jawort.staff import passkeys
from jawort.staff.access import person_of, requires
from jawort.staff.permissions import Permission
from jawort.web.account.forms import password_field
from jawort.web.account.passkeys import asked, host, put, said
from jawort.web.account.proof import objection
from jawort.web.fields import NameField
from jawort.web.settings.second_factor import paper


class NewForm(forms.Form):
    """What it is called, and that it is the person who adds it."""

    name = NameField(max_length=passkeys.NAME_MAX)
    old = password_field()


@require_POST
@requires(Permission.SETTINGS_OWN, without_factor=True)
def begin(request: HttpRequest) -> HttpResponse:
    """Ask the browser for a new one."""
    options, state = passkeys.begin(person_of(request), host(request))
    return put(request, options, state)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SETTINGS_OWN, without_factor=True)
def new(request: HttpRequest) -> HttpResponse:
    """The form; with the browser's answer and the password the passkey is taken from now on."""
    person, sent = person_of(request), request.method == "POST"
    form, state = NewForm(request.POST if sent else None), asked(request) if sent else {}
    if sent and form.is_valid() and (told := objection(request, form.cleaned_data["old"])):
        form.add_error("old", str(told))
    if sent and form.is_valid():
        try:
            codes = passkeys.add(person, host(request), state, said(request), form.cleaned_data["name"], at=clock.now())
        except passkeys.NotShown:
            form.add_error(None, gettext("Your browser did not give the passkey. Please try again."))
        except passkeys.TooMany:
            form.add_error(None, gettext("You have ten passkeys. Please remove one first."))
        else:
            return paper(request, codes, gettext("Your passkey is added. It opens your account from now on."))
    given: dict[str, Any] = {"form": form, "name_max": passkeys.NAME_MAX}
    return render(request, "settings/passkey.html", given, status=422 if sent else 200)


@require_POST
@requires(Permission.SETTINGS_OWN, without_factor=True)
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it no more, with the password given anew."""
    person = person_of(request)
    if told := objection(request, request.POST.get("old", "")):
        messages.error(request, str(told))
    elif passkeys.remove_passkey(person, pk, at=clock.now()):
        messages.success(request, gettext("The passkey is removed. It opens your account no more."))
    return redirect("settings:sign-in")
