"""Everybody with an account: the administrator invites, gives another role, closes and reopens."""

from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from jawort.channels.oidc.rules import SUBJECT_CHARACTERS_MAX
from jawort.core import clock
from jawort.messaging.queries import handled_by
from jawort.staff import accounts, invite, password_link
from jawort.staff.access import actor_of, person_of, requires
from jawort.staff.link import Taken, link, link_of, unlink
from jawort.staff.models import Agent
from jawort.staff.permissions import Permission, Role
from jawort.staff.queries import account, everybody, invitations, without_factor
from jawort.staff.second_factor import factor_of, remove_all
from jawort.web.fields import REQUIRED, NameField
from jawort.web.templatetags.jawort import ROLES

LAST = gettext_lazy(
    "Nobody else can administer. Make somebody else an administrator first; nobody could let anybody in otherwise."
)


class RoleForm(forms.Form):
    """What somebody is in the company."""

    role = forms.ChoiceField(
        choices=[(role.value, words) for role, words in ROLES.items()],
        error_messages={"required": gettext_lazy("Please choose a role.")},
    )


class InviteForm(RoleForm):
    """Who shall have an account."""

    email = forms.EmailField(
        error_messages={"required": REQUIRED, "invalid": gettext_lazy("Please enter an e-mail address.")}
    )
    name = forms.CharField(max_length=120, error_messages={"required": REQUIRED})


class LinkForm(forms.Form):
    """Who somebody is to the sign-in service."""

    subject = NameField(max_length=SUBJECT_CHARACTERS_MAX)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.STAFF_MANAGE)
def index(request: HttpRequest) -> HttpResponse:
    """All of them, open invitations, and a form for one more, whose link is in the answer and never again."""
    sent, link = request.method == "POST", ""
    form = InviteForm(request.POST if sent else {"role": Role.AGENT.value})
    if sent and form.is_valid():
        said = form.cleaned_data
        try:
            token = invite.invite(said["email"], said["name"], Role(said["role"]), person_of(request), at=clock.now())
        except invite.HasAccount:
            form.add_error("email", gettext("There is an account with this address already."))
        else:
            link = f"{settings.CONFIG.public_url}{reverse('join', args=[token])}"
    given = {"people": everybody(), "invitations": invitations(clock.now()), "roles": ROLES.items(), "form": form}
    given |= {"without_factor": without_factor(), "link": link, "sent": sent, "screen": "settings"}
    return render(request, "settings/people.html", given, status=422 if sent and not link else 200)


@require_POST
@requires(Permission.STAFF_MANAGE)
def take_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The link lets nobody in any more."""
    invite.take_back(pk, actor=actor_of(request), at=clock.now())
    messages.success(request, gettext("The invitation opens nothing any more."))
    return redirect("settings:people")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.STAFF_MANAGE)
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One person's role; below it the way to close the account, with what stays with it, or to reopen it."""
    person, sent = _account(pk), request.method == "POST"
    form = RoleForm(request.POST if sent else {"role": person.role})
    if sent and form.is_valid():
        try:
            accounts.change_role(pk, Role(form.cleaned_data["role"]), actor=actor_of(request), at=clock.now())
        except accounts.LastAdministrator:
            form.add_error("role", str(LAST))
        else:
            messages.success(request, gettext("Saved."))
            return redirect("settings:people")
    return _page(request, person, form, 422 if sent else 200)


def _page(request: HttpRequest, person: Agent, form: RoleForm, status: int = 200, link: str = "") -> HttpResponse:
    given = {"form": form, "person": person, "roles": ROLES.items(), "handled": handled_by(person.pk), "link": link}
    linked = link_of(person.pk, settings.CONFIG.oidc_issuer)
    given |= {"factor": factor_of(person.pk), "linked": linked, "screen": "settings"}
    return render(request, "settings/person.html", given, status=status)


@require_POST
@requires(Permission.STAFF_MANAGE)
def new_password(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A link with which they choose another password; it is in the answer and never again."""
    person = _account(pk)
    try:
        token = password_link.hand_out(pk, person_of(request), at=clock.now())
    except password_link.Closed:
        messages.error(request, gettext("The account is closed. Reopen it first."))
        return redirect("settings:person", pk)
    address = f"{settings.CONFIG.public_url}{reverse('new-password', args=[token])}"
    return _page(request, person, RoleForm({"role": person.role}), link=address)


@require_POST
@requires(Permission.STAFF_MANAGE)
def close(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Nobody gets in with it any more."""
    person = _account(pk)
    try:
        accounts.close(pk, actor=actor_of(request), at=clock.now())
    except accounts.LastAdministrator:
        messages.error(request, str(LAST))
        return redirect("settings:person", pk)
    messages.success(request, gettext("The account of %(name)s is closed.") % {"name": person.name})
    return redirect("settings:people")


@require_POST
@requires(Permission.STAFF_MANAGE)
def reopen(request: HttpRequest, pk: UUID) -> HttpResponse:
    """They may sign in again."""
    person = _account(pk)
    accounts.reopen(pk, actor=actor_of(request), at=clock.now())
    messages.success(request, gettext("The account of %(name)s is open again.") % {"name": person.name})
    return redirect("settings:people")


@require_POST
@requires(Permission.STAFF_MANAGE)
def drop_factor(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Somebody has lost the phone and the paper: the password alone opens the account."""
    person = _account(pk)
    if remove_all(pk, actor=actor_of(request), at=clock.now()):
        messages.success(request, gettext("The second factor of %(name)s is removed.") % {"name": person.name})
    return redirect("settings:person", pk)


@require_POST
@requires(Permission.STAFF_MANAGE)
def tie(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The sign-in service opens the account for one pseudonym there."""
    person, form = _account(pk), LinkForm(request.POST)
    if not form.is_valid():
        messages.error(
            request, gettext("Please enter what the sign-in service calls this person, at most 255 characters.")
        )
        return redirect("settings:person", pk)
    try:
        link(pk, _issuer(), form.cleaned_data["subject"], actor=actor_of(request), at=clock.now())
    except Taken:
        messages.error(
            request, gettext("Somebody else’s account is linked with this pseudonym. Unlink it there first.")
        )
    else:
        said = gettext("The sign-in service opens the account of %(name)s from now on.")
        messages.success(request, said % {"name": person.name})
    return redirect("settings:person", pk)


@require_POST
@requires(Permission.STAFF_MANAGE)
def untie(request: HttpRequest, pk: UUID) -> HttpResponse:
    """It does so no more."""
    person = _account(pk)
    if unlink(pk, _issuer(), actor=actor_of(request), at=clock.now()):
        messages.success(request, gettext("The account of %(name)s is unlinked.") % {"name": person.name})
    return redirect("settings:person", pk)


def _issuer() -> str:
    """The sign-in service; where there is none nothing can be linked."""
    if not settings.CONFIG.oidc_issuer:
        raise Http404
    return str(settings.CONFIG.oidc_issuer)


def _account(pk: UUID) -> Agent:
    found = account(pk)
    if found is None:
        raise Http404
    return found
