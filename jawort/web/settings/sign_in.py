"""How somebody gets in: their password, a second factor, and where they are signed in."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_POST

from jawort.core import clock
from jawort.staff import passwords
from jawort.staff.access import person_of, requires
from jawort.staff.end_sessions import end_sessions
from jawort.staff.models import Session
from jawort.staff.passkeys import passkeys_of
from jawort.staff.permissions import Permission
from jawort.staff.queries import sessions_of
from jawort.staff.second_factor import factor_of
from jawort.web.account.forms import ChangeForm
from jawort.web.account.proof import objection


@dataclass(frozen=True, slots=True)
class Shown:
    """A sign-in of the person, its browser in words, and whether it is the one that asks."""

    session: Session
    browser: str
    is_here: bool

    @property
    def used_at(self) -> datetime:
        """As it is kept, but for one that began within that quarter of an hour."""
        return max(self.session.seen_at or self.session.begun_at, self.session.begun_at)


@require_GET
@requires(Permission.SETTINGS_OWN, without_factor=True)
def index(request: HttpRequest) -> HttpResponse:
    """All of it."""
    return _page(request, None)


@require_POST
@requires(Permission.SETTINGS_OWN, without_factor=True)
def password(request: HttpRequest) -> HttpResponse:
    """Choose another one. Whoever else is signed in with the old one is not any more."""
    person = person_of(request)
    form = ChangeForm(request.POST, email=person.email, name=person.name)
    if form.is_valid() and (told := objection(request, form.cleaned_data["old"])):
        form.add_error("old", str(told))
    if not form.is_valid():
        return _page(request, form)
    passwords.change(person, form.cleaned_data["password"], here=request.session.session_key, at=clock.now())
    update_session_auth_hash(request, person)  # and gives this session another key
    messages.success(request, gettext("Your password is changed. All your other sign-ins have ended."))
    return redirect("settings:sign-in")


@require_POST
@requires(Permission.SETTINGS_OWN, without_factor=True)
def end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """End one sign-in; somebody else's, or one that has ended, is none."""
    return _ended(request, pk)


@require_POST
@requires(Permission.SETTINGS_OWN, without_factor=True)
def end_others(request: HttpRequest) -> HttpResponse:
    """End all but this one."""
    return _ended(request, None)


def _ended(request: HttpRequest, only: UUID | None) -> HttpResponse:
    count = end_sessions(person_of(request), only, here=request.session.session_key, at=clock.now())
    said = ngettext("%(n)d sign-in has ended.", "%(n)d sign-ins have ended.", count)
    messages.success(request, said % {"n": count})
    return redirect("settings:sign-in")


def _page(request: HttpRequest, form: ChangeForm | None) -> HttpResponse:
    here = request.session.session_key
    found = sessions_of(person_of(request), clock.now())
    shown = [Shown(each, _browser(each.browser), each.session_key == here) for each in found]
    person = person_of(request)
    given = {
        "form": form,
        "sessions": shown,
        "factor": factor_of(person.pk),
        "passkeys": passkeys_of(person.pk),
    }
    return render(request, "settings/sign_in.html", given | {"screen": "settings"}, status=422 if form else 200)


def _browser(kept: str) -> str:
    name, _, system = kept.partition("/")
    if name and system:
        return gettext("%(browser)s on %(system)s") % {"browser": name, "system": system}
    return name or system or gettext("An unknown browser")
