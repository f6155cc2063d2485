"""Two contacts of whom only people know that they are one person: found by number, seen beside each other, merged."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jawort.messaging.contacts import held_by
from jawort.messaging.yes_first.queries import strangers
from jawort.staff.access import requires
from jawort.staff.permissions import Permission
from jawort.web.contacts.answers import contacts_at
from jawort.web.contacts.forms import NUMBER_UNFIT, NumberForm
from jawort.web.reviews.merging import merged, side_by_side

HAPPENED = gettext_lazy("Somebody here knows that both are one person.")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CONTACT_MERGE)
def other(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who else this person is, by number; then both sides."""
    person = contacts_at(pk)
    form = NumberForm(request.POST or None)
    if form.is_valid():
        held = held_by(form.cleaned_data["number"])
        known = held.living - strangers(held.living) if held else frozenset()
        if found := known - set(person):
            return redirect("reviews:pair", person[0], min(found))
        form.add_error("number", _why_not(is_number=held is not None, is_theirs=bool(known)))
    given = {"form": form, "contact": person[0], "screen": "contacts"}
    return render(request, "reviews/other.html", given, status=422 if form.errors else 200)


@require_GET
@requires(Permission.CONTACT_MERGE)
def pair(request: HttpRequest, pk: UUID, contact: UUID) -> HttpResponse:
    """Both sides beside each other, and what merging them means."""
    one, two = _two(pk, contact)
    do, back = reverse("reviews:pair-do", args=[one, two]), reverse("contacts:detail", args=[one])
    return side_by_side(request, (one, two), HAPPENED, do=do, back=back)


@require_POST
@requires(Permission.CONTACT_MERGE)
def do(request: HttpRequest, pk: UUID, contact: UUID) -> HttpResponse:
    """They are one person from now on."""
    return merged(request, _two(pk, contact))


def _two(pk: UUID, contact: UUID) -> tuple[UUID, UUID]:
    """The contacts in front of two people; 404 where there are not two."""
    one, two = contacts_at(pk)[0], contacts_at(contact)[0]
    if one == two:
        raise Http404
    return one, two


def _why_not(*, is_number: bool, is_theirs: bool) -> str:
    if is_theirs:
        return gettext("This number is this contact’s own.")
    return gettext("No contact has this number.") if is_number else str(NUMBER_UNFIT)
