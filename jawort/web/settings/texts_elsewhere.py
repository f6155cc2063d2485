"""The words of consents that people read elsewhere: nobody is asked in them, and consents can be recorded to them."""

from typing import Any, get_args

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods

from jawort.consent.purpose import CAMPAIGNS
from jawort.consent.shown_elsewhere import BODY_CHARACTERS_MAX, TITLE_CHARACTERS_MAX, Wording, keep_text, texts_read
from jawort.consent.texts import Language, TextUnfit, company_in_texts
from jawort.core import clock
from jawort.staff.access import actor_of, requires
from jawort.staff.permissions import Permission
from jawort.web.fields import REQUIRED, TOO_LONG, NameField, PurposeField, purpose_choices
from jawort.web.settings.consents import CHARACTERS_MAX
from jawort.web.settings.opt_in_links import LANGUAGES, NO_LANGUAGE


class WordingForm(forms.Form):
    """A text as it stood on the form, and what it was about."""

    purpose = PurposeField()
    title = NameField(max_length=TITLE_CHARACTERS_MAX, error_messages={"max_length": TOO_LONG})
    language = forms.ChoiceField(
        choices=LANGUAGES, error_messages=dict.fromkeys(("required", "invalid_choice"), NO_LANGUAGE)
    )
    controller = NameField(max_length=CHARACTERS_MAX, error_messages={"max_length": TOO_LONG})
    contents = NameField(max_length=CHARACTERS_MAX, error_messages={"max_length": TOO_LONG})
    notice = forms.URLField(
        required=False, assume_scheme="https", error_messages={"invalid": gettext_lazy("This is no address.")}
    )
    body = forms.CharField(
        max_length=BODY_CHARACTERS_MAX, error_messages={"required": REQUIRED, "max_length": TOO_LONG}
    )

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["purpose"].choices = purpose_choices()  # type: ignore[attr-defined]

    def wording(self) -> Wording:
        """What it says."""
        said = self.cleaned_data
        language = next(one for one in get_args(Language) if one == said["language"])
        return Wording(said["title"], language, said["controller"], said["contents"], said["notice"], said["body"])


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CONSENT_TEXT_CHANGE)
def index(request: HttpRequest) -> HttpResponse:
    """The texts of other places, and a form for one more."""
    sent, before = request.method == "POST", {"controller": company_in_texts(), "language": "de"}
    form = WordingForm(request.POST if sent else before | {"purpose": [CAMPAIGNS]})
    if sent and form.is_valid():
        try:
            keep_text(form.cleaned_data["purpose"], form.wording(), actor=actor_of(request), at=clock.now())
        except TextUnfit:
            form.add_error("body", gettext("This text is kept already."))
        else:
            messages.success(request, gettext("Kept. Consents can be recorded that were given to it."))
            return redirect("settings:texts-elsewhere")
    kept = [text for text in texts_read() if text.title]
    given = {"form": form, "sent": sent, "kept": kept, "most": BODY_CHARACTERS_MAX, "screen": "settings"}
    return render(request, "settings/texts_elsewhere.html", given, status=422 if sent else 200)
