"""The door of every route: who asks, and whether that person may."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, cast

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase

from jawort.staff.models import Agent
from jawort.staff.permissions import Permission, Role, may

P = ParamSpec("P")
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


def requires(permission: Permission) -> Callable[[View[P]], View[P]]:
    """Let nobody in without `permission`.

    Nobody signed in: the sign-in page, or 401 for a fragment, which could not show it. Signed in without the right:
    404, because what one may not see does not exist.
    """

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not isinstance(request.user, Agent):
                if "HX-Request" in request.headers or request.method != "GET":
                    return HttpResponse(status=401)
                return redirect_to_login(request.get_full_path())
            if not holds(request.user, permission):
                raise Http404
            return view(request, *args, **kwargs)

        cast(Guarded, guarded).permission = permission
        return cast(View[P], guarded)

    return guard
