"""Who is signed in shows once more that they are who they are: a session alone may be a machine left open."""

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from jawort.core import clock
from jawort.staff import lockout
from jawort.staff.access import person_of

WRONG = gettext_lazy("This is not your password.")
TOO_MANY = gettext_lazy("Too many attempts. Wait a few minutes, then try again.")


def objection(request: HttpRequest, password: str) -> str | Promise | None:
    """What is to be said against it; None if it is the person's password. Counted and entered as at sign-in."""
    person, at = person_of(request), clock.now()
    tried = lockout.Tried(person.email, request.META.get("REMOTE_ADDR", ""))
    if not lockout.admits(tried, at):
        return TOO_MANY
    if not person.check_password(password):
        lockout.failed(tried, at)
        return WRONG
    lockout.forget(tried)
    return None
