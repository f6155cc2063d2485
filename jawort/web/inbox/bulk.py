"""Several conversations at once: each for itself, so that one that cannot does not hold up the others."""

from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import UUID

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, ngettext
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
from jawort.messaging.undo_act import Before, undo_act
from jawort.staff.access import actor_of, holds, person_of, requires
from jawort.staff.permissions import Permission
from jawort.web.inbox.acted import ASSIGNED, LABELLED, PUT_ASIDE, SETTLED, Many, Several, kept, offer
from jawort.web.inbox.answers import address_of, someone
from jawort.web.inbox.asked import asked, query
from jawort.web.inbox.forms import first_id
from jawort.web.inbox.labels import NOT_USED
from jawort.web.inbox.snoozes import NO_TIME, SnoozeForm

#: More than anybody looks through before choosing.
CHOSEN_MAX: Final = 200
#: Of a version; more digits are none, and thousands of them no number at all.
DIGITS_MAX: Final = 19
CHANGED: Final = gettext_lazy("Something came in meanwhile, or a colleague was faster.")
#: Why one of several stays as it is.
STAYS: Final = (CannotAssign, CannotLabel, CannotResolve, CannotSnooze)
Act = Callable[[Conversation, int, datetime], bool]
"""Does it to one conversation of which this version was shown; whether it changed. Raises one of `STAYS`."""


@require_POST
@requires(Permission.CONVERSATION_ASSIGN)
def assign(request: HttpRequest) -> HttpResponse:
    """Give them to somebody, or back to all."""
    agent, actor = someone(request), actor_of(request)
    return _each(request, ASSIGNED, lambda home, _, at: assign_to(home, agent, actor=actor, at=at))


@require_POST
@requires(Permission.CONVERSATION_WRITE)
def label(request: HttpRequest) -> HttpResponse:
    """Put a label on them."""
    on, actor = first_id(request.POST.get("on", "")), actor_of(request)
    if on is None:
        return HttpResponse(status=400)
    return _each(request, LABELLED, lambda home, _, at: put_on(home, on, actor=actor, at=at), NOT_USED, label=on)


@require_POST
@requires(Permission.CONVERSATION_WRITE)
def resolve(request: HttpRequest) -> HttpResponse:
    """They are done, but for those in which something has changed since they were shown."""
    actor = actor_of(request)

    def act(home: Conversation, shown: int, at: datetime) -> bool:
        return resolve_conversation(home, actor=actor, at=at, version=shown)

    return _each(request, SETTLED, act)


@require_POST
@requires(Permission.CONVERSATION_WRITE)
def snooze(request: HttpRequest) -> HttpResponse:
    """Put them aside, but for those in which something has changed since they were shown."""
    actor, form, now = actor_of(request), SnoozeForm(request.POST), clock.now()
    if not form.is_valid():
        notices.error(request, NO_TIME)
        return _back(request)
    until = form.time(now)

    def act(home: Conversation, shown: int, at: datetime) -> bool:
        return snooze_conversation(home, until, actor=actor, at=at, version=shown)

    return _each(request, PUT_ASIDE, act)


@require_POST
@requires(Permission.CONVERSATION_WRITE)
def undo(request: HttpRequest) -> HttpResponse:
    """Have those of the last act as they were before, but for those in which something has changed since."""
    person, did = person_of(request), kept(request.POST.get("did", ""))
    if did is None or did.by != person.pk:
        return HttpResponse(status=400)
    if did.assigns and not holds(person, Permission.CONVERSATION_ASSIGN):
        raise Http404
    seen = {home.pk for home in conversations_for(person, [was.id for was in did.befores])}
    befores = [was for was in did.befores if was.id in seen]
    back = undo_act(befores, did.label, actor=person.actor, at=clock.now())
    if back:
        said = ngettext("%(n)s conversation is as it was before.", "%(n)s conversations are as they were before.", back)
        notices.success(request, said % {"n": back})
    if left := len(did.befores) - back:
        said = ngettext("%(n)s could not be undone.", "%(n)s could not be undone.", left)
        why = gettext("Something has happened there since, or it cannot be reopened.")
        notices.error(request, f"{said % {'n': left}} {why}")
    return _back(request)


def _each(request: HttpRequest, said: Many, act: Act, why: object = "", *, label: UUID | None = None) -> HttpResponse:
    """Do it to all that were chosen, say of how many it holds, and offer to undo it in those that it has changed.

    `why` tells more of those that stay as they are. `label` is what was put on.
    """
    shown = _chosen(request)
    if not 0 < len(shown) <= CHOSEN_MAX:
        notices.error(request, gettext("Choose between one and %(n)s conversations.") % {"n": CHOSEN_MAX})
        return _back(request)
    at, stays, befores = clock.now(), 0, list[Before]()
    homes = conversations_for(person_of(request), shown)
    for home in homes:
        try:
            befores += [Before.of(home)] if act(home, shown[home.pk], at) else []
        except STAYS:
            stays += 1
    done = len(homes) - stays
    if befores:
        offer(request, said, done, Several(person_of(request).pk, befores, label, assigns=said is ASSIGNED))
    elif done:
        notices.success(request, said % {"n": done})
    if stays := len(shown) - done:
        left = ngettext("%(n)s stays as it was.", "%(n)s stay as they were.", stays) % {"n": stays}
        notices.error(request, f"{left} {why or CHANGED}")
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
