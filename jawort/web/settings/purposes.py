"""What the company writes to people for: it declares purposes of its own, each with what it rests on."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from jawort.consent.models import DeclaredPurpose
from jawort.consent.purpose import CARE, LegalBasis, Purpose
from jawort.consent.purposes import (
    CHANNELS,
    FROM_THE_START,
    KEY,
    NAME_CHARACTERS_MAX,
    PURPOSES_MAX,
    UNUSED_DAYS_MAX,
    CannotDeclare,
    Declared,
    change,
    declare,
    end_purpose,
    purposes,
)
from jawort.core import clock
from jawort.staff.access import actor_of, requires
from jawort.staff.permissions import Permission
from jawort.web.fields import REQUIRED, TOO_LONG, NameField, purpose_name

TEXT_CHARACTERS_MAX: Final = 300
#: What it rests on, and by which article.
BASES: Final[Mapping[LegalBasis, tuple[str | Promise, str]]] = {
    LegalBasis.QUESTION: (gettext_lazy("The person asked"), "Art. 6 (1) (b)"),
    LegalBasis.CONSENT: (gettext_lazy("Consent"), "Art. 6 (1) (a)"),
    LegalBasis.CONTRACT: (gettext_lazy("A contract with the person"), "Art. 6 (1) (b)"),
    LegalBasis.OBLIGATION: (gettext_lazy("A legal obligation"), "Art. 6 (1) (c)"),
}
NO_CHANNEL: Final = gettext_lazy("Please choose a channel.")
NO_KEY: Final = gettext_lazy("2 to 16 small letters, digits and underscores, please, with a letter first.")
CANNOT: Final[Mapping[str, tuple[str | None, str | Promise]]] = {
    "key": ("key", NO_KEY),
    "taken": ("key", gettext_lazy("There is a purpose with this key. Please choose another one.")),
    "full": (None, gettext_lazy("There are as many purposes as there may be.")),
    "ended": (None, gettext_lazy("This purpose has ended. Declare a new one.")),
    "confirms": (
        "confirms",
        gettext_lazy("People have consented already, so this stays as it is. Declare a new purpose instead."),
    ),
    "channel": ("channels", NO_CHANNEL),
    "customers": (
        "existing_customers",
        gettext_lazy("What does not rest on consent needs no exception from it: please untick this."),
    ),
    "days": ("warned_days", gettext_lazy("The warning comes before the end.")),
}
_DAYS: Final[dict[str, Any]] = {
    "min_value": 1,
    "max_value": UNUSED_DAYS_MAX,
    "error_messages": {
        "required": REQUIRED,
        "invalid": gettext_lazy("Please enter a number of days."),
        "min_value": gettext_lazy("At least one day, please."),
        "max_value": gettext_lazy("At most 730 days, please: after two years without use a consent ends."),
    },
}
_NAME: Final[dict[str, Any]] = {"max_length": NAME_CHARACTERS_MAX, "error_messages": {"max_length": TOO_LONG}}
_TEXT: Final[dict[str, Any]] = {"max_length": TEXT_CHARACTERS_MAX, "error_messages": {"max_length": TOO_LONG}}


class ChangeForm(forms.Form):
    """What may be said anew of a purpose."""

    name_de, name_en = NameField(**_NAME), NameField(**_NAME)
    description_de, description_en = NameField(**_TEXT), NameField(**_TEXT)
    frequency_de, frequency_en = forms.CharField(required=False, **_TEXT), forms.CharField(required=False, **_TEXT)
    channels = forms.MultipleChoiceField(
        choices=[(channel, channel) for channel in CHANNELS],
        error_messages=dict.fromkeys(("required", "invalid_choice"), NO_CHANNEL),
    )
    confirms, existing_customers = forms.BooleanField(required=False), forms.BooleanField(required=False)
    unused_days, warned_days = forms.IntegerField(**_DAYS), forms.IntegerField(**_DAYS)

    def said(self, basis: LegalBasis) -> Declared:
        """The purpose as it is wanted."""
        given = {name: self.cleaned_data[name] for name in ChangeForm.base_fields}
        return Declared(basis, **given | {"channels": tuple(given["channels"])})


class DeclareForm(ChangeForm):
    """A new one. Nothing but care rests on somebody’s question."""

    key = forms.RegexField(
        rf"\A{KEY.pattern}\Z",
        error_messages={
            "required": REQUIRED,
            "invalid": NO_KEY,
        },
    )
    basis = forms.ChoiceField(
        choices=[(one.value, BASES[one][0]) for one in LegalBasis if one is not LegalBasis.QUESTION],
        error_messages=dict.fromkeys(("required", "invalid_choice"), gettext_lazy("Please choose what it rests on.")),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CONSENT_TEXT_CHANGE)
def index(request: HttpRequest) -> HttpResponse:
    """All of them, and a form for one more."""
    sent = request.method == "POST"
    new = {"unused_days": UNUSED_DAYS_MAX, "warned_days": 365, "channels": CHANNELS, "basis": LegalBasis.CONSENT}
    form = DeclareForm(request.POST) if sent else DeclareForm(initial=new)
    if sent and form.is_valid():
        said, at = form.said(LegalBasis(form.cleaned_data["basis"])), clock.now()
        try:
            declare(form.cleaned_data["key"], said, actor=actor_of(request), at=at)
        except CannotDeclare as refusal:
            form.add_error(*_why(refusal))
        else:
            messages.success(request, gettext("Declared. Messages can name it as what they are for."))
            return redirect("settings:purposes")
    listed = [(one, *BASES[LegalBasis(one.basis)], purpose_name(one)) for one in purposes().values()]
    given = {"form": form, "sent": sent, "purposes": listed, "fixed": CARE, "full": len(listed) >= PURPOSES_MAX}
    return render(request, "settings/purposes.html", given | {"screen": "settings"}, status=422 if sent else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CONSENT_TEXT_CHANGE)
def edit(request: HttpRequest, key: str) -> HttpResponse:
    """Describe one anew; below it the way to end it."""
    purpose, sent = _open(key), request.method == "POST"
    now = {name: getattr(purpose, name) for name in ChangeForm.base_fields} | {"channels": purpose.channels.split()}
    form = ChangeForm(request.POST) if sent else ChangeForm(initial=now)
    basis = LegalBasis(purpose.basis)
    if sent and form.is_valid():
        try:
            change(Purpose(key), form.said(basis), actor=actor_of(request), at=clock.now())
        except CannotDeclare as refusal:
            form.add_error(*_why(refusal))
        else:
            messages.success(request, gettext("Saved."))
            return redirect("settings:purposes")
    given = {"form": form, "sent": sent, "purpose": purpose, "rests_on": BASES[basis][0], "screen": "settings"}
    given |= {"name": purpose_name(purpose), "can_end": key not in FROM_THE_START}
    return render(request, "settings/purpose.html", given, status=422 if sent else 200)


@require_POST
@requires(Permission.CONSENT_TEXT_CHANGE)
def end(request: HttpRequest, key: str) -> HttpResponse:
    """Nothing leaves for it any more."""
    _open(key)
    try:
        end_purpose(Purpose(key), actor=actor_of(request), at=clock.now())
    except CannotDeclare:
        raise Http404 from None
    messages.success(request, gettext("Ended. Nothing leaves for this purpose any more, and nobody is asked."))
    return redirect("settings:purposes")


def _open(key: str) -> DeclaredPurpose:
    """One that can be changed. Raises Http404."""
    found = purposes().get(Purpose(key))
    if found is None or found.ended_at is not None or key == CARE:
        raise Http404
    return found


def _why(refusal: CannotDeclare) -> tuple[str | None, str]:
    field, words = CANNOT[refusal.why]
    return field, str(words)
