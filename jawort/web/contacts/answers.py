"""How a request about contacts is answered: through the door, with content handed out, page by page."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils.http import urlencode

from jawort.core import clock
from jawort.ledger.handouts import hand_out
from jawort.messaging.yes_first.queries import strangers
from jawort.people.access import person_for
from jawort.people.models import Contact
from jawort.staff.access import actor_of
from jawort.staff.permissions import Permission
from jawort.web.inbox.forms import first_id, moment

Place = tuple[datetime, UUID]


def contacts_at(pk: UUID) -> tuple[UUID, ...]:
    """The contacts of the person at an address of ours, the one in front first; 404 where there is nobody.

    Nor who waits to be let in, as long as they have not said yes.
    """
    try:
        found = person_for(pk)
    except Contact.DoesNotExist:
        raise Http404 from None
    if strangers(found).issuperset(found):
        raise Http404
    return found


def handed(request: HttpRequest, what: Iterable[UUID]) -> None:
    """Enter that the content of these is shown."""
    hand_out(actor_of(request), list(what), right=Permission.CONTACT_READ, at=clock.now())


def after(request: HttpRequest) -> Place | None:
    """Behind what the page asked for begins; None for the first one."""
    at, last = moment(request.GET.get("at", "")), first_id(request.GET.get("after", ""))
    return (at, last) if at and last else None


def following(page: Sequence[Place], full: int) -> str:
    """The query of the next page; empty if this one is the last."""
    if len(page) < full:
        return ""
    at, last = page[-1]
    return urlencode({"after": str(last), "at": at.isoformat()})
