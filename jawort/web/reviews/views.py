"""Doubts about who somebody is: what happened, both conversations, and the way to settle them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from jawort.core import clock
from jawort.ledger.handouts import hand_out
from jawort.messaging.queries import newest_conversations
from jawort.messaging.settle import settle as settle_review
from jawort.people.models import Review
from jawort.people.queries import OpenReview, names, open_reviews
from jawort.people.rules import VERDICTS, Verdict
from jawort.people.settle import CannotSettle
from jawort.staff.access import actor_of, holds, person_of, requires
from jawort.staff.models import Agent
from jawort.staff.permissions import Permission
from jawort.web.inbox.forms import first_id
from jawort.web.inbox.present import NAMELESS
from jawort.web.reviews.merging import shown_merges
from jawort.web.reviews.words import BUTTONS, WORDS, Words

SHOWN = 200


@dataclass(frozen=True, slots=True)
class Party:
    """One of the contacts of a doubt. `conversation` is the newest one, None if there is none to be seen."""

    name: str | Promise
    conversation: UUID | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A doubt with its words. `other` is whom it met, None where nobody did."""

    id: UUID
    words: Words
    contact: Party
    other: Party | None
    since: datetime
    actions: list[tuple[Verdict, str | Promise]]


@require_GET
@requires(Permission.REVIEW_SETTLE)
def index(request: HttpRequest) -> HttpResponse:
    """The doubts that wait, oldest first, and the newest merges; with `before` older merges alone.

    The names of both sides are handed out with them.
    """
    person = person_of(request)
    may_merge, before = holds(person, Permission.CONTACT_MERGE), first_id(request.GET.get("before", ""))
    older = may_merge and before is not None
    shown = [] if older else _shown(person, open_reviews(SHOWN))
    merged, last = shown_merges(person, before) if may_merge else ([], None)
    given = {"reviews": shown, "merges": merged, "last": last, "older": older, "screen": "reviews"}
    return render(request, "reviews/index.html", given)


@require_POST
@requires(Permission.REVIEW_SETTLE)
def settle(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Settle one; what was settled meanwhile, by somebody or by itself, is said."""
    wanted = request.POST.get("verdict", "")
    if wanted not in set(Verdict):
        return HttpResponse(status=400)
    try:
        done = settle_review(pk, Verdict(wanted), actor=actor_of(request), at=clock.now())
    except CannotSettle:
        return HttpResponse(status=400)
    except Review.DoesNotExist:
        done = False
    if done:
        messages.success(request, gettext("Settled. Whether answers may leave now, the conversation says."))
    else:
        messages.error(request, gettext("This review was settled before."))
    return redirect("reviews:index")


def _shown(person: Agent, reviews: Sequence[OpenReview]) -> list[Shown]:
    sides = {one for each in reviews for one in (each.doubt.contact, each.doubt.other) if one}
    called, homes = names(sides), newest_conversations(person, sides)
    hand_out(
        person.actor,
        [homes.get(contact, contact) for contact in sides],
        right=Permission.REVIEW_SETTLE,
        at=clock.now(),
    )

    def party(contact: UUID) -> Party:
        return Party(called.get(contact, NAMELESS), homes.get(contact))

    return [
        Shown(
            id=each.id,
            words=WORDS[each.doubt.kind],
            contact=party(each.doubt.contact),
            other=party(each.doubt.other) if each.doubt.other else None,
            since=each.since,
            actions=[(verdict, BUTTONS[verdict]) for verdict in VERDICTS[each.doubt.kind]],
        )
        for each in reviews
    ]
