"""What conversations can be labelled with: the administrator defines labels, renames, retires and restores them."""

from collections.abc import Mapping
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from jawort.core import clock
from jawort.messaging.labels import define as verbs
from jawort.messaging.labels.models import Label
from jawort.messaging.labels.queries import Defined, counted
from jawort.messaging.labels.rules import HUES, LABELS_MAX, NAME_CHARS_MAX
from jawort.staff.access import actor_of, requires
from jawort.staff.permissions import Permission
from jawort.web.fields import NameField

#: What each hue is called, in the order of their numbers.
COLOURS: tuple[str | Promise, ...] = (
    gettext_lazy("Red"),
    gettext_lazy("Amber"),
    gettext_lazy("Olive"),
    gettext_lazy("Green"),
    gettext_lazy("Cyan"),
    gettext_lazy("Blue"),
    gettext_lazy("Violet"),
    gettext_lazy("Pink"),
)
CANNOT: Mapping[str, str | Promise] = {
    "taken": gettext_lazy("There is a label with this name, perhaps a retired one. Please choose another name."),
    "full": gettext_lazy("There are as many labels as there may be. Retire one that nobody needs first."),
}


class LabelForm(forms.Form):
    """What a label is called, and its colour."""

    name = NameField(
        max_length=NAME_CHARS_MAX,
        error_messages={
            "max_length": gettext_lazy("At most %(limit_value)d characters, please: it stands in a row of the list."),
        },
    )
    hue = forms.TypedChoiceField(
        coerce=int,
        choices=[(hue, str(hue)) for hue in range(HUES)],
        error_messages={"required": gettext_lazy("Please choose a colour.")},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.LABEL_DEFINE)
def index(request: HttpRequest) -> HttpResponse:
    """All of them, and a form for one more."""
    sent = request.method == "POST"
    form = LabelForm(request.POST if sent else None)
    if sent and form.is_valid():
        said = form.cleaned_data
        try:
            verbs.define(said["name"], said["hue"], actor=actor_of(request), at=clock.now())
        except verbs.CannotDefine as refusal:
            form.add_error("name", str(CANNOT[refusal.code]))
        else:
            messages.success(request, gettext("Defined. Agents can put it on conversations now."))
            return redirect("settings:labels")
    listed = counted()
    full = sum(each.retired_at is None for each in listed) >= LABELS_MAX
    given = {"form": form, "labels": listed, "colours": enumerate(COLOURS), "full": full, "screen": "settings"}
    return render(request, "settings/labels.html", given, status=422 if sent else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.LABEL_DEFINE)
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Rename one or give it another colour; below it the way to retire it, or to restore it."""
    label, sent = _label(pk), request.method == "POST"
    form = LabelForm(request.POST if sent else {"name": label.name, "hue": label.hue})
    if sent and form.is_valid():
        said = form.cleaned_data
        try:
            verbs.rename(pk, said["name"], said["hue"], actor=actor_of(request), at=clock.now())
        except verbs.CannotDefine as refusal:
            form.add_error("name", str(CANNOT[refusal.code]))
        else:
            messages.success(request, gettext("Saved."))
            return redirect("settings:labels")
    given = {"form": form, "label": label, "colours": enumerate(COLOURS), "screen": "settings"}
    return render(request, "settings/label.html", given, status=422 if sent else 200)


@require_POST
@requires(Permission.LABEL_DEFINE)
def retire(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Nobody can put it on any more."""
    try:
        verbs.retire(pk, actor=actor_of(request), at=clock.now())
    except Label.DoesNotExist:
        raise Http404 from None
    messages.success(request, gettext("Retired. Conversations that carry it keep it."))
    return redirect("settings:labels")


@require_POST
@requires(Permission.LABEL_DEFINE)
def restore(request: HttpRequest, pk: UUID) -> HttpResponse:
    """It can be put on again."""
    try:
        verbs.restore(pk, actor=actor_of(request), at=clock.now())
    except Label.DoesNotExist:
        raise Http404 from None
    except verbs.CannotDefine as refusal:
        messages.error(request, str(CANNOT[refusal.code]))
    else:
        messages.success(request, gettext("Restored. Agents can put it on conversations again."))
    return redirect("settings:labels")


def _label(pk: UUID) -> Defined:
    found = next((each for each in counted() if each.id == pk), None)
    if found is None:
        raise Http404
    return found
