"""The door of every route: who asks, and whether that person may."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, Final, ParamSpec, Protocol, cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.backends.base import SessionBase
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from jawort.staff.models import Agent
from jawort.staff.permissions import Permission, Role, may

P = ParamSpec("P")
#: In the session: who let them in, if it was not a password or passkey of theirs here.
LET_IN_BY: Final = "let_in_by"
SERVICE: Final = "oidc"
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


class Guarded(Protocol):
    """A view that says what it asks for; the test of all routes reads it."""

    permission: Permission


def holds(agent: Agent, permission: Permission) -> bool:
    """Whether this person may, now: an account that was closed a second ago may nothing."""
    return agent.is_active and may(Role(agent.role), permission)


def person_of(request: HttpRequest) -> Agent:
    """The signed-in person of a guarded view."""
    assert isinstance(request.user, Agent)
    return request.user


def actor_of(request: HttpRequest) -> str:
    """What the ledger calls the signed-in person of a guarded view."""
    return person_of(request).actor


def lacks_factor(agent: Agent, session: SessionBase) -> bool:
    """Whether somebody must add a second factor before anything else. Whom the sign-in service let in has it there."""
    if not settings.CONFIG.second_factor_required or session.get(LET_IN_BY) == SERVICE:
        return False
    return Agent.objects.filter(pk=agent.pk, authenticator=None).exists()


def requires(permission: Permission, *, without_factor: bool = False) -> Callable[[View[P]], View[P]]:
    """Let nobody in without `permission`, nor without a second factor where all must have one.

    Nobody signed in: the sign-in page, or 401, bare for a fragment and as a page for a form, whose fields are found by
    going back. Signed in without the right: 404, because what one may not see does not exist. Without the factor: to
    where one is added, which goes `without_factor`.
    """

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            is_page = "HX-Request" not in request.headers and request.method == "GET"
            if not isinstance(request.user, Agent):
                return redirect_to_login(request.get_full_path()) if is_page else _signed_out(request)
            if not holds(request.user, permission):
                raise Http404
            if not without_factor and lacks_factor(request.user, request.session):
                return redirect("settings:sign-in") if is_page else HttpResponse(status=401)
            return view(request, *args, **kwargs)

        cast(Guarded, guarded).permission = permission
        return cast(View[P], guarded)

    return guard


def _signed_out(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=401) if "HX-Request" in request.headers else render(request, "401.html", status=401)
