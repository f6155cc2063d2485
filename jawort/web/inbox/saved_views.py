"""Saved views at the desk: what the list is asked now gets a name, and stands among the views from then on."""

from collections.abc import Mapping
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_POST

from jawort.core import clock
from jawort.messaging.queries import Listing
from jawort.messaging.saved_views import access
from jawort.messaging.saved_views.keep import CannotSave
from jawort.messaging.saved_views.keep import remove as remove_view
from jawort.messaging.saved_views.keep import save as save_view
from jawort.messaging.saved_views.models import SavedView
from jawort.messaging.saved_views.rules import NAME_CHARS_MAX
from jawort.staff.access import actor_of, holds, person_of, requires
from jawort.staff.models import Agent
from jawort.staff.permissions import Permission
from jawort.web.fields import NameField
from jawort.web.inbox.asked import asked, query

CANNOT: Mapping[str, str | Promise] = {
    "taken": gettext_lazy("There is a view with this name. Please choose another one."),
    "full": gettext_lazy("There are as many saved views as there may be. Remove one first."),
}


class SaveForm(forms.Form):
    """A name, and whether everybody is to see it."""

    name = NameField(max_length=NAME_CHARS_MAX)
    shared = forms.BooleanField(required=False)


@require_POST
@requires(Permission.CONVERSATION_READ)
def save(request: HttpRequest) -> HttpResponse:
    """Keep what the list is asked."""
    person, form, asks = person_of(request), SaveForm(request.POST), query(asked(request))
    if not form.is_valid():
        messages.error(request, gettext("Give the view a name of at most %(n)s characters.") % {"n": NAME_CHARS_MAX})
        return _back(asks)
    shared = form.cleaned_data["shared"] and holds(person, Permission.VIEW_SHARE)
    try:
        save_view(form.cleaned_data["name"], asks, None if shared else person, actor=actor_of(request), at=clock.now())
    except CannotSave as refusal:
        messages.error(request, str(CANNOT[refusal.code]))
    return _back(asks)


@require_POST
@requires(Permission.CONVERSATION_READ)
def remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Forget one. The list stays as it is."""
    try:
        view = access.saved_view_for(person_of(request), pk)
    except SavedView.DoesNotExist:
        raise Http404 from None
    remove_view(view, actor=actor_of(request), at=clock.now())
    return _back(query(asked(request)))


def beside(person: Agent, listing: Listing) -> dict[str, object]:
    """What the page shows of them: all, the one that is open, and what can be done with it."""
    views, asks = list(access.saved_views(person)), query(listing)
    opened = next((each for each in views if each.asks == asks), None)
    return {
        "saved": views,
        "opened": opened,
        "may_remove": opened is not None and access.may_remove(person, opened),
        "may_save": opened is None and query(Listing(listing.view)) != asks,
    }


def _back(asks: str) -> HttpResponse:
    return redirect(f"{reverse('inbox:index')}?{asks}")
