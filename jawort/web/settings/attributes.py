"""What may be kept of contacts: the administrator defines attributes, words them anew, removes them with all values."""

from collections.abc import Mapping
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from jawort.core import clock
from jawort.people.attributes.define import CannotDefine, Wording, define, remove, reword
from jawort.people.attributes.models import Attribute
from jawort.people.attributes.queries import Defined, counted
from jawort.people.attributes.rules import ATTRIBUTES_MAX, CHOICE_CHARS_MAX, CHOICES_MAX, KEY, Holds
from jawort.staff.access import actor_of, requires
from jawort.staff.permissions import Permission
from jawort.web.fields import REQUIRED

HOLDS: Mapping[Holds, str | Promise] = {
    Holds.TEXT: gettext_lazy("Text"),
    Holds.NUMBER: pgettext_lazy("kind of value", "Number"),
    Holds.DATE: gettext_lazy("Date"),
    Holds.CHOICE: gettext_lazy("Choice"),
}
CANNOT: Mapping[str, str | Promise] = {
    "taken": gettext_lazy("There is an attribute with this key. Please choose another one."),
    "full": gettext_lazy("There are as many attributes as there may be. Remove one that nobody needs first."),
}


class WordingForm(forms.Form):
    """What of an attribute may be said anew."""

    label_de = forms.CharField(max_length=60, error_messages={"required": REQUIRED})
    label_en = forms.CharField(max_length=60, error_messages={"required": REQUIRED})
    purpose = forms.CharField(
        max_length=300,
        error_messages={"required": gettext_lazy("Please say what it is kept for: without a purpose it may not be.")},
    )
    choices = forms.CharField(required=False, max_length=CHOICES_MAX * (CHOICE_CHARS_MAX + 2))
    fixed: Holds | None = None  # the kind of one that is defined already

    def clean(self) -> dict[str, object]:
        """The choices as a list, each once; some, where one is to be chosen."""
        said: dict[str, object] = self.cleaned_data
        lines = str(said.get("choices", "")).splitlines()
        choices = list(dict.fromkeys(bare for line in lines if (bare := " ".join(line.split()))))
        holds = self.fixed or said.get("holds")
        if holds == Holds.CHOICE and not choices:
            self.add_error("choices", gettext_lazy("Please name what can be chosen, one a line."))
        if len(choices) > CHOICES_MAX or any(len(choice) > CHOICE_CHARS_MAX for choice in choices):
            self.add_error("choices", gettext_lazy("At most 50 lines of at most 80 characters, please."))
        return said | {"choices": choices if holds == Holds.CHOICE else []}

    def wording(self) -> Wording:
        """What was said."""
        said = self.cleaned_data
        return Wording(said["label_de"], said["label_en"], said["purpose"], said["choices"])


class DefineForm(WordingForm):
    """A new attribute."""

    key = forms.RegexField(
        KEY,
        max_length=40,
        error_messages={
            "required": REQUIRED,
            "invalid": gettext_lazy("Small letters, digits and underscores, please, with a letter first."),
        },
    )
    holds = forms.ChoiceField(
        choices=[(holds.value, words) for holds, words in HOLDS.items()], error_messages={"required": REQUIRED}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.ATTRIBUTE_DEFINE)
def index(request: HttpRequest) -> HttpResponse:
    """All of them, and a form for one more."""
    sent = request.method == "POST"
    form = DefineForm(request.POST) if sent else DefineForm()
    if sent and form.is_valid():
        said = form.cleaned_data
        try:
            define(said["key"], Holds(said["holds"]), form.wording(), actor=actor_of(request), at=clock.now())
        except CannotDefine as refusal:
            form.add_error("key", str(CANNOT[refusal.code]))
        else:
            messages.success(request, gettext("Defined. Agents find it on the page of every contact."))
            return redirect("settings:attributes")
    listed = [(each, HOLDS[each.holds]) for each in counted()]
    given = {"form": form, "attributes": listed, "holds": HOLDS.items(), "full": len(listed) >= ATTRIBUTES_MAX}
    return render(request, "settings/attributes.html", given | {"screen": "settings"}, status=422 if sent else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.ATTRIBUTE_DEFINE)
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Word one anew; below it the way to remove it, with how much goes with it."""
    attribute, sent = _attribute(pk), request.method == "POST"
    now = {name: getattr(attribute, name) for name in ("label_de", "label_en", "purpose")}
    form = WordingForm(request.POST if sent else now | {"choices": "\n".join(attribute.choices)})
    form.fixed = attribute.holds
    if sent and form.is_valid():
        reword(pk, form.wording(), actor=actor_of(request), at=clock.now())
        messages.success(request, gettext("Saved."))
        return redirect("settings:attributes")
    given = {"form": form, "attribute": attribute, "words": HOLDS[attribute.holds], "screen": "settings"}
    return render(request, "settings/attribute.html", given, status=422 if sent else 200)


@require_POST
@requires(Permission.ATTRIBUTE_DEFINE)
def delete(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Remove one, and what contacts have of it."""
    try:
        count = remove(pk, actor=actor_of(request), at=clock.now())
    except Attribute.DoesNotExist:
        raise Http404 from None
    said = ngettext("Removed, and %(n)d value with it.", "Removed, and %(n)d values with it.", count)
    messages.success(request, said % {"n": count})
    return redirect("settings:attributes")


def _attribute(pk: UUID) -> Defined:
    found = next((each for each in counted() if each.id == pk), None)
    if found is None:
        raise Http404
    return found
