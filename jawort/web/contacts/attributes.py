"""What a contact has of the attributes that the administrator has defined: shown in words, and entered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, gettext_lazy
from django.views.decorators.http import require_http_methods

from jawort.core import clock
from jawort.people.attributes.fill import fill
from jawort.people.attributes.queries import Defined, attributes, values_of
from jawort.people.attributes.rules import TEXT_CHARS_MAX, Holds, Unfit, value_of
from jawort.people.queries import names
from jawort.staff.access import actor_of, requires
from jawort.staff.permissions import Permission
from jawort.vault.seal import Unreadable
from jawort.web.contacts.answers import contacts_at, handed
from jawort.web.inbox.present import NAMELESS

#: What to do where a text is no value of its kind.
UNFIT: Mapping[Holds, str | Promise] = {
    Holds.TEXT: gettext_lazy("This text is too long: at most 500 characters, please."),
    Holds.NUMBER: gettext_lazy("Please enter a number such as 1234.5, without signs between thousands."),
    Holds.DATE: gettext_lazy("Please enter a date."),
    Holds.CHOICE: gettext_lazy("Please choose one of the list."),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One attribute in the form. `text` is what stands in it, `error` why it cannot stay so."""

    defined: Defined
    label: str
    text: str
    choices: tuple[str, ...]
    error: str | Promise


def label_of(defined: Defined) -> str:
    """What an attribute is called in the reader's language."""
    return defined.label_de if (get_language() or "de").startswith("de") else defined.label_en


def shown(contacts: tuple[UUID, ...]) -> tuple[bool, dict[UUID, list[tuple[str, str]]]]:
    """Whether there are attributes at all; what these contacts have, as label and value in words, in their order."""
    defined, values = attributes(), values_of(contacts)
    return bool(defined), {
        contact: [(label_of(each), _words(each.holds, of[each.id])) for each in defined if each.id in of]
        for contact, of in values.items()
    }


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CONTACT_WRITE)
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show and change all values of one contact. What does not fit is said at its field, and everything stays typed."""
    contacts_at(pk)
    handed(request, [pk])
    held, sent = values_of([pk]).get(pk, {}), request.method == "POST"
    fields = [
        _field(each, held.get(each.id, ""), request.POST.get(str(each.id)) if sent else None) for each in attributes()
    ]
    fits, problem = not any(field.error for field in fields), ""
    if sent and fits:
        try:
            texts = {field.defined.id: _kept(field, held) for field in fields}
            fill(pk, texts, actor=actor_of(request), at=clock.now())
        except Unreadable:
            problem = gettext("This contact is being erased, so nothing can be added to it.")
        else:
            messages.success(request, gettext("Saved."))
            return redirect("contacts:detail", pk)
    given = {"fields": fields, "contact": pk, "name": names([pk]).get(pk, NAMELESS), "problem": problem}
    given |= {"screen": "contacts", "text_max": TEXT_CHARS_MAX}
    return render(request, "contacts/attributes.html", given, status=200 if fits and not problem else 422)


def _field(defined: Defined, held: str, typed: str | None) -> Field:
    """`typed` is None where nothing was sent. What stays as it was fits, whatever may be chosen today."""
    was = _typed(defined.holds, held)
    text = was if typed is None else typed.strip()
    error: str | Promise = ""
    if text != was:
        try:
            value_of(defined.holds, text, defined.choices)
        except Unfit:
            error = UNFIT[defined.holds]
    choices = defined.choices if not held or held in defined.choices else (held, *defined.choices)
    return Field(defined, label_of(defined), text, choices, error)


def _kept(field: Field, held: Mapping[UUID, str]) -> str:
    """What goes to be kept: the value as it is where it was not touched."""
    was = held.get(field.defined.id, "")
    return was if field.text == _typed(field.defined.holds, was) else field.text


def _typed(holds: Holds, value: str) -> str:
    """A value as it stands in its field."""
    return number_format(Decimal(value), use_l10n=True) if value and holds is Holds.NUMBER else value


def _words(holds: Holds, value: str) -> str:
    """A value as it is read."""
    if holds is Holds.DATE:
        return date_format(date.fromisoformat(value), "DATE_FORMAT")
    return _typed(holds, value)
