"""Somebody of ours records that a person is an existing customer, or takes that back (§ 7(3) UWG)."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from jawort.consent.existing import WORDS_CHARACTERS_MAX, NotKept, Sale, end_existing, keep_existing, recorded_for
from jawort.consent.models import DeclaredPurpose
from jawort.consent.purpose import CAMPAIGNS, Purpose
from jawort.consent.purposes import asked_for
from jawort.core import clock
from jawort.ledger.handouts import hand_out
from jawort.people.queries import names
from jawort.staff.access import actor_of, requires
from jawort.staff.permissions import Permission
from jawort.web.contacts.answers import contacts_at
from jawort.web.contacts.record import NO_DAY
from jawort.web.fields import REQUIRED, TOO_LONG, purpose_name

NO_OBJECTION: Final = gettext_lazy("Only who has not objected can be one: please tick this if it is so.")
WHY_NOT: Final[Mapping[str, tuple[str | None, str | Promise]]] = {
    "not_yet": ("sold_on", gettext_lazy("This day lies in the future.")),
    "too_old": ("sold_on", gettext_lazy("This sale is too long ago: nothing was sent on it meanwhile.")),
    "objected": (None, gettext_lazy("The person has objected, or said no since: advertising needs their own yes.")),
    "words": ("sale", REQUIRED),
    "erased": (None, gettext_lazy("This contact is being erased, nothing can be added to it.")),
    "kept": (None, gettext_lazy("The person is recorded as an existing customer already.")),
    "off": (None, gettext_lazy("This purpose needs a consent of existing customers too.")),
}
_WORDS: Final[dict[str, Any]] = {
    "max_length": WORDS_CHARACTERS_MAX,
    "error_messages": {"required": REQUIRED, "max_length": TOO_LONG},
}


class ExistingForm(forms.Form):
    """The four conditions."""

    sold_on = forms.DateField(
        input_formats=["%Y-%m-%d", "%d.%m.%Y"], error_messages=dict.fromkeys(("required", "invalid"), NO_DAY)
    )
    sale, similar, told = forms.CharField(**_WORDS), forms.CharField(**_WORDS), forms.CharField(**_WORDS)
    no_objection = forms.BooleanField(error_messages={"required": NO_OBJECTION})

    def words(self) -> Sale:
        """What it rests on."""
        return Sale(*(self.cleaned_data[name].strip() for name in ("sale", "similar", "told")))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CONSENT_RECORD)
def record(request: HttpRequest, pk: UUID, contact: UUID) -> HttpResponse:
    """The form, and what it stores: of this contact alone, for it goes with the address."""
    contacts, purpose = contacts_at(pk), _wanted(request)
    if contact not in contacts:
        raise Http404
    sent = request.method == "POST"
    form = ExistingForm(request.POST if sent else None)
    if sent and form.is_valid():
        day, key = form.cleaned_data["sold_on"], Purpose(purpose.key)
        try:
            keep_existing(contact, key, day, form.words(), actor=actor_of(request), at=clock.now())
        except NotKept as refused:
            field, words = WHY_NOT[refused.why]
            form.add_error(field, str(words))
        else:
            messages.success(request, gettext("Recorded. Templates that say “STOP” may leave for this purpose."))
            return redirect("contacts:consents", contacts[0])
    hand_out(actor_of(request), [contact], right=Permission.CONSENT_RECORD, at=clock.now())
    given = {
        "form": form,
        "sent": sent,
        "front": contacts[0],
        "name": names(contacts).get(contacts[0], ""),
        "what": purpose_name(purpose),
        "most": WORDS_CHARACTERS_MAX,
        "screen": "contacts",
    }
    return render(request, "contacts/existing.html", given, status=422 if sent else 200)


@require_POST
@requires(Permission.CONSENT_RECORD)
def end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """It was wrong, or holds no more."""
    contacts = contacts_at(pk)
    theirs = {str(pk): pk for pk in recorded_for(contacts)}
    if row := theirs.get(request.POST.get("row", "")):
        end_existing(row, actor=actor_of(request), at=clock.now())
        messages.success(request, gettext("Taken back. Advertising needs a consent again."))
    return redirect("contacts:consents", contacts[0])


def _wanted(request: HttpRequest) -> DeclaredPurpose:
    """The purpose that is named, if it allows this. Raises Http404."""
    found = asked_for().get(Purpose(request.GET.get("purpose", CAMPAIGNS)))
    if found is None or not found.existing_customers:
        raise Http404
    return found
