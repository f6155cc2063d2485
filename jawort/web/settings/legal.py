"""Imprint and privacy notice: their addresses, which customers find on every page that they see of us."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods

from jawort.core import clock
from jawort.legal.keep import keep
from jawort.legal.queries import links
from jawort.legal.rules import CHARACTERS_MAX, is_fit
from jawort.staff.access import actor_of, requires
from jawort.staff.permissions import Permission
from jawort.web.fields import REQUIRED

UNFIT = gettext_lazy("Please enter a whole address that begins with https://, without blanks, at most 500 characters.")

#: What an address looks like, in the empty fields.
EXAMPLES = {
    "imprint": "https://www.firma.example/impressum",
    "privacy": "https://www.firma.example/datenschutz",
}


class AddressField(forms.CharField):
    """An address that customers can be sent to."""

    def clean(self, value: Any) -> str:
        """As it was typed."""
        url = str(super().clean(value))
        if not is_fit(url):
            raise forms.ValidationError(str(UNFIT))
        return url


class LegalForm(forms.Form):
    """Both: one alone is half of what customers must find."""

    imprint = AddressField(max_length=CHARACTERS_MAX, error_messages={"required": REQUIRED, "max_length": UNFIT})
    privacy = AddressField(max_length=CHARACTERS_MAX, error_messages={"required": REQUIRED, "max_length": UNFIT})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.LEGAL_CHANGE)
def index(request: HttpRequest) -> HttpResponse:
    """The two addresses."""
    sent, found = request.method == "POST", links()
    form = LegalForm(request.POST if sent else {"imprint": found.imprint, "privacy": found.privacy} if found else None)
    if sent and form.is_valid():
        said = form.cleaned_data
        keep(said["imprint"], said["privacy"], actor=actor_of(request), at=clock.now())
        messages.success(request, gettext("Saved. Customers find both on every page that they see of you."))
        return redirect("settings:legal")
    given = {"form": form, "links": found, "sent": sent, "examples": EXAMPLES, "screen": "settings"}
    return render(request, "settings/legal.html", given, status=422 if sent else 200)
