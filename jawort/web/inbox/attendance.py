"""Who else has the conversation open, and who writes in it."""

from collections.abc import Sequence
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from jawort.core import clock
from jawort.messaging.attendance.attend import attend as attend_to
from jawort.messaging.attendance.queries import attending
from jawort.messaging.attendance.rules import Doing
from jawort.staff.access import person_of, requires
from jawort.staff.permissions import Permission
from jawort.web.inbox.answers import home_of
from jawort.web.inbox.asked import YES

FACES_SHOWN = 3


@require_POST
@requires(Permission.CONVERSATION_READ)
def attend(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The person has it open, and writes in it if the form says so; the others who are there. Hands nothing out."""
    home, person, at = home_of(request, pk), person_of(request), clock.now()
    attend_to(home, person, writes=request.POST.get("writes") == YES, at=at)
    others = attending(home, besides=person, at=at)
    faces = [agent for agent, _ in others[:FACES_SHOWN]]
    said = [(does, _words(names, does)) for does in Doing if (names := [a.name for a, is_ in others if is_ is does])]
    return render(request, "inbox/_attending.html", {"faces": faces, "said": said})


def _words(names: Sequence[str], does: Doing) -> str:
    more = len(names) - 1
    if does is Doing.WRITES:
        alone = gettext("%(name)s is writing …")
        together = ngettext("%(name)s and %(n)d other are writing …", "%(name)s and %(n)d others are writing …", more)
    else:
        alone = gettext("%(name)s is reading along")
        together = ngettext("%(name)s and %(n)d other read along", "%(name)s and %(n)d others read along", more)
    return (together if more else alone) % {"name": names[0], "n": more}
