"""Who calls: a bearer token with the rights of the person it belongs to."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from django.http import HttpRequest
from ninja.security import HttpBearer

from jawort.api.errors import Problem
from jawort.core import clock
from jawort.staff.access import Guarded, holds
from jawort.staff.models import Agent, Token
from jawort.staff.permissions import Permission
from jawort.staff.tokens import bearer

P = ParamSpec("P")
R = TypeVar("R")


class Bearer(HttpBearer):
    """`Authorization: Bearer jw_…`."""

    def authenticate(self, request: HttpRequest, token: str) -> Token | None:
        """The living token, or None: then the answer is 401."""
        return bearer(token, clock.now())


def token_of(request: HttpRequest) -> Token:
    """The token of a call that passed Bearer."""
    found: Any = getattr(request, "auth", None)
    assert isinstance(found, Token)
    return found


def person_of(request: HttpRequest) -> Agent:
    """Whose rights the call has."""
    return token_of(request).agent


def actor_of(request: HttpRequest) -> str:
    """The caller as the ledger writes it."""
    return f"token:{token_of(request).pk}"


Call = Callable[Concatenate[HttpRequest, P], R]


def requires(permission: Permission) -> Callable[[Call[P, R]], Call[P, R]]:
    """Answer 403 to a token whose person lacks `permission`; the test of all routes reads the attribute."""

    def guard(call: Call[P, R]) -> Call[P, R]:
        @wraps(call)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> R:
            if not holds(person_of(request), permission):
                raise Problem(403, "forbidden", f"This token’s person lacks the permission {permission}.")
            return call(request, *args, **kwargs)

        cast(Guarded, guarded).permission = permission
        return cast(Call[P, R], guarded)

    return guard
