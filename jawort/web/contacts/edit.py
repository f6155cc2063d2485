"""What we enter ourselves: a new contact by number, and of any contact our name for them and their language."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from jawort.core import clock
from jawort.messaging.describe import describe
from jawort.messaging.yes_first.queries import strangers
from jawort.people.create import create
from jawort.people.read import Known, read
from jawort.people.rules import NumberBasis
from jawort.staff.access import actor_of, requires
from jawort.staff.permissions import Permission
from jawort.vault.seal import Unreadable
from jawort.web.contacts.answers import contacts_at, handed
from jawort.web.contacts.cards import BASES
from jawort.web.contacts.forms import CreateForm, DescribeForm, languages
from jawort.web.inbox.present import NAMELESS


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CONTACT_WRITE)
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show and change both, of this contact and not of others that it is merged with."""
    known = _known(pk)
    handed(request, [pk])
    now = {"name": known.names.ours, "language": known.language}
    form = DescribeForm(request.POST if request.method == "POST" else now)
    if request.method == "POST" and form.is_valid() and _described(request, pk, form):
        return redirect("contacts:detail", pk)
    given = {
        "form": form,
        "known": known,
        "theirs": known.names.profile or (known.names.username and f"@{known.names.username}"),
        "languages": languages(),
        "screen": "contacts",
        "nameless": NAMELESS,
    }
    return render(request, "contacts/edit.html", given, status=200 if form.is_valid() else 422)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CONTACT_WRITE)
def new(request: HttpRequest) -> HttpResponse:
    """Enter somebody by number; a number that is known leads to whose it is. `begin` brings one from a search."""
    sent = request.method == "POST" and "begin" not in request.POST
    form = CreateForm(request.POST) if sent else CreateForm(initial={"number": request.POST.get("number", "")})
    if sent and form.is_valid():
        said = form.cleaned_data
        actor, basis = actor_of(request), NumberBasis(said["basis"])
        contact, created = create(said["number"], said["name"], basis, actor=actor, at=clock.now())
        if not strangers([contact]):
            known = gettext("This number is known already: it is this contact’s. Nothing was changed.")
            messages.success(request, gettext("Created. Nothing was sent.") if created else known)
            return redirect("contacts:detail", contact)
        form.add_error("number", gettext("Whoever has this number is just being asked whether you may read them."))
    given = {"form": form, "bases": BASES.items(), "screen": "contacts"}
    return render(request, "contacts/new.html", given, status=422 if sent else 200)


def _known(pk: UUID) -> Known:
    found = next((each for each in read(contacts_at(pk)) if each.id == pk), None)
    if found is None:
        raise Http404
    return found


def _described(request: HttpRequest, pk: UUID, form: DescribeForm) -> bool:
    said = form.cleaned_data
    try:
        describe(
            pk,
            name=said["name"],
            language=said["language"],
            actor=actor_of(request),
            at=clock.now(),
        )
    except Unreadable:
        form.add_error(None, gettext("This contact is being erased, so nothing can be added to it."))
        return False
    messages.success(request, gettext("Saved."))
    return True
