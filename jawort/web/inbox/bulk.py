"""Several conversations at once: each for itself, so that one that cannot does not hold up the others."""

from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import UUID

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from jawort.core import clock
from jawort.messaging.access import conversations_for
from jawort.messaging.assign import CannotAssign
from jawort.messaging.assign import assign as assign_to
from jawort.messaging.labels.put import CannotLabel, put_on
from jawort.messaging.models import Conversation
from jawort.messaging.resolve import CannotResolve
from jawort.messaging.resolve import resolve as resolve_conversation
from jawort.messaging.snooze import CannotSnooze
from jawort.messaging.snooze import snooze as snooze_conversation
from jawort.staff.access import actor_of, person_of, requires
from jawort.staff.permissions import Permission
from jawort.web.inbox.answers import address_of, someone
from jawort.web.inbox.asked import asked, query
from jawort.web.inbox.forms import first_id
from jawort.web.inbox.labels import NOT_USED
from jawort.web.inbox.snoozes import NO_TIME, SnoozeForm

#: More than anybody looks through before choosing.
CHOSEN_MAX: Final = 200
#: Of a version; more digits are none, and thousands of them no number at all.
DIGITS_MAX: Final = 19
#: Why one of several stays as it is.
STAYS: Final = (CannotAssign, CannotLabel, CannotResolve, CannotSnooze)
Act = Callable[[Conversation, int, datetime], None]
"""Does it to one conversation of which this version was shown; raises one of `STAYS`."""


@require_POST
@requires(Permission.CONVERSATION_ASSIGN)
def assign(request: HttpRequest) -> HttpResponse:
    """Give them to somebody, or back to all."""
    agent, actor = someone(request), actor_of(request)
    return _each(request, lambda home, _, at: assign_to(home, agent, actor=actor, at=at))


@require_POST
@requires(Permission.CONVERSATION_WRITE)
def label(request: HttpRequest) -> HttpResponse:
    """Put a label on them."""
    on, actor = first_id(request.POST.get("on", "")), actor_of(request)
    if on is None:
        return HttpResponse(status=400)
    return _each(request, lambda home, _, at: put_on(home, on, actor=actor, at=at), NOT_USED)


@require_POST
@requires(Permission.CONVERSATION_WRITE)
def resolve(request: HttpRequest) -> HttpResponse:
    """They are done, but for those in which something has changed since they were shown."""
    actor = actor_of(request)
    return _each(request, lambda home, shown, at: resolve_conversation(home, actor=actor, at=at, version=shown))


@require_POST
@requires(Permission.CONVERSATION_WRITE)
def snooze(request: HttpRequest) -> HttpResponse:
    """Put them aside, but for those in which something has changed since they were shown."""
    actor, form, now = actor_of(request), SnoozeForm(request.POST), clock.now()
    if not form.is_valid():
        notices.error(request, NO_TIME)
        return _back(request)
    until = form.time(now)
    return _each(request, lambda home, shown, at: snooze_conversation(home, until, actor=actor, at=at, version=shown))


def _each(request: HttpRequest, act: Act, why: object = "") -> HttpResponse:
    """Do it to all that were chosen and say of how many it holds. `why` tells more of those that stay as they are."""
    shown = _chosen(request)
    if not 0 < len(shown) <= CHOSEN_MAX:
        notices.error(request, gettext("Choose between one and %(n)s conversations.") % {"n": CHOSEN_MAX})
        return _back(request)
    at, stays = clock.now(), 0
    homes = conversations_for(person_of(request), shown)
    for home in homes:
        try:
            act(home, shown[home.pk], at)
        except STAYS:
            stays += 1
    done = len(homes) - stays
    if done:
        notices.success(
            request, ngettext("%(n)s conversation changed.", "%(n)s conversations changed.", done) % {"n": done}
        )
    if stays := len(shown) - done:
        said = ngettext("%(n)s stays as it was.", "%(n)s stay as they were.", stays) % {"n": stays}
        notices.error(request, f"{said} {why or gettext('Something came in meanwhile, or a colleague was faster.')}")
    return _back(request)


def _chosen(request: HttpRequest) -> dict[UUID, int]:
    """Each conversation with the version in which it was shown; the form says `id:version`."""
    found: dict[UUID, int] = {}
    for said in request.POST.getlist("chosen"):
        name, _, version = said.partition(":")
        home = first_id(name)
        if home is None or not version.isdecimal() or len(version) > DIGITS_MAX:
            raise Http404
        found[home] = int(version)
    return found


def _back(request: HttpRequest) -> HttpResponse:
    """To the list; what is open beside it stays so."""
    opened = first_id(request.POST.get("open", ""))
    if opened and conversations_for(person_of(request), [opened]):
        return redirect(address_of(request, opened))
    return redirect(f"{reverse('inbox:index')}?{query(asked(request))}")
