"""Somebody of ours records a consent that was given elsewhere: on paper, by phone."""

from datetime import datetime, time
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import get_current_timezone
from django.utils.translation import get_language, gettext, gettext_lazy
from django.views.decorators.http import require_http_methods

from jawort.consent.elsewhere import EVIDENCE_CHARACTERS_MAX, REASON_CHARACTERS_MAX, Given, Recorder, record_given
from jawort.consent.not_recorded import NOT_RECORDED
from jawort.consent.purpose import CAMPAIGNS
from jawort.consent.shown_elsewhere import texts_read
from jawort.consent.state import CannotRecord, Source, Way
from jawort.core import clock
from jawort.ledger.handouts import hand_out
from jawort.people.queries import names
from jawort.staff.access import actor_of, requires
from jawort.staff.permissions import Permission
from jawort.web.contacts.answers import contacts_at
from jawort.web.contacts.proof import GIVEN_BY
from jawort.web.fields import REQUIRED, TOO_LONG

NO_TEXT = gettext_lazy("Please say which words the person read.")
NO_WAY = gettext_lazy("Please say in which way.")
NO_DAY = gettext_lazy("Please enter the day, for example 1 March 2026.")
NO_TIME = gettext_lazy("Please enter a time of day, for example 10:15, or leave it empty.")
#: Which field a refusal is about; of the others it is the person.
FIELDS = {CannotRecord.TEXT_UNKNOWN: "text", CannotRecord.NOT_YET: "day", CannotRecord.NO_EVIDENCE: "evidence"}


class RecordForm(forms.Form):
    """To which words, when, in which way, what bears it out, and why it is recorded by hand."""

    text = forms.ChoiceField(error_messages=dict.fromkeys(("required", "invalid_choice"), NO_TEXT))
    way = forms.TypedChoiceField(
        coerce=Way, choices=GIVEN_BY.items(), error_messages=dict.fromkeys(("required", "invalid_choice"), NO_WAY)
    )
    day = forms.DateField(
        input_formats=["%Y-%m-%d", "%d.%m.%Y"], error_messages=dict.fromkeys(("required", "invalid"), NO_DAY)
    )
    time = forms.TimeField(input_formats=["%H:%M", "%H:%M:%S"], required=False, error_messages={"invalid": NO_TIME})
    evidence = forms.CharField(
        max_length=EVIDENCE_CHARACTERS_MAX, error_messages={"required": REQUIRED, "max_length": TOO_LONG}
    )
    reason = forms.CharField(
        max_length=REASON_CHARACTERS_MAX, error_messages={"required": REQUIRED, "max_length": TOO_LONG}
    )

    def __init__(self, *given: Any, texts: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["text"].choices = texts  # type: ignore[attr-defined]

    def given(self) -> Given:
        """What it says. A day alone begins at midnight: whatever else happened on it came later."""
        said = self.cleaned_data
        at = datetime.combine(said["day"], said["time"] or time(), get_current_timezone())
        return Given(said["text"], at, said["way"], said["evidence"], said["reason"])


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CONSENT_RECORD)
def record(request: HttpRequest, pk: UUID, contact: UUID) -> HttpResponse:
    """The form, and what it stores: of this contact alone, for a consent is given from an address."""
    contacts, wanted = contacts_at(pk), request.GET.get("purpose", CAMPAIGNS)
    texts = [text for text in texts_read() if text.purpose == wanted]
    if contact not in contacts:
        raise Http404
    sent = request.method == "POST"
    form = RecordForm(request.POST if sent else None, texts=[(text.pk, text.title) for text in texts])
    if sent and form.is_valid():
        by = Recorder(actor_of(request), Source.DESK)
        (answer,) = record_given([(contact, form.given())], by, clock.now())
        if not isinstance(answer, CannotRecord):
            messages.success(request, gettext("Recorded. It stands here with its evidence."))
            return redirect("contacts:consents", contacts[0])
        why, language = NOT_RECORDED[answer], get_language() or "en"
        form.add_error(FIELDS.get(answer), f"{why.text.in_language(language)} {why.help.in_language(language)}")
    hand_out(actor_of(request), [contact], right=Permission.CONSENT_RECORD, at=clock.now())
    given = {
        "form": form,
        "front": contacts[0],
        "name": names(contacts).get(contacts[0], ""),
        "texts": texts,
        "ways": GIVEN_BY.items(),
        "screen": "contacts",
    }
    return render(request, "contacts/record.html", given, status=422 if sent else 200)
