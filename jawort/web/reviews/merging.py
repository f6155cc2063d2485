"""Merging two contacts: both sides, what follows, the act, and taking it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from jawort.core import clock
from jawort.ledger.handouts import hand_out
from jawort.messaging.access import conversations_for
from jawort.messaging.merge import merge, unmerge
from jawort.messaging.queries import newest_conversations, number_of
from jawort.people.merge import CannotMerge, NotMerged
from jawort.people.persons import front_of, merges
from jawort.people.queries import first_seen, names, open_review, username_of
from jawort.staff.access import actor_of, person_of, requires
from jawort.staff.models import Agent
from jawort.staff.permissions import Permission
from jawort.web.inbox.present import NAMELESS
from jawort.web.reviews.words import WORDS

MERGES_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Side:
    """One of two contacts, as far as it helps to tell whether they are one person."""

    name: str | Promise
    username: str
    phone: str | None
    line: str
    known_since: datetime
    last_at: datetime | None
    conversation: UUID | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A merge that stands, with both names."""

    other: UUID
    into_name: str | Promise
    other_name: str | Promise
    conversation: UUID | None
    at: datetime


@require_GET
@requires(Permission.CONTACT_MERGE)
def show(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Both sides beside each other, the older first, and what merging them means."""
    doubt = open_review(pk)
    if doubt is None or doubt.other is None:
        return _gone(request)
    do, back = reverse("reviews:merge-do", args=[pk]), reverse("reviews:index")
    return side_by_side(request, (doubt.contact, doubt.other), WORDS[doubt.kind].happened, do=do, back=back)


@require_POST
@requires(Permission.CONTACT_MERGE)
def do(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Merge the younger contact of the doubt into the older."""
    doubt = open_review(pk)
    if doubt is None or doubt.other is None:
        return _gone(request)
    return merged(request, (doubt.contact, doubt.other))


def side_by_side(
    request: HttpRequest, contacts: tuple[UUID, UUID], happened: str | Promise, *, do: str, back: str
) -> HttpResponse:
    """The page that shows two contacts before they are merged: at `do` they are, and `back` leads away."""
    sides = _sides(person_of(request), _older_first(*contacts))
    given = {"sides": sides, "happened": happened, "do": do, "back": back, "screen": "reviews"}
    return render(request, "reviews/merge.html", given)


def merged(request: HttpRequest, contacts: tuple[UUID, UUID]) -> HttpResponse:
    """Merge the younger of two contacts into the older, and say so."""
    older, younger = _older_first(*contacts)
    try:
        merge(front_of(older), younger, actor=actor_of(request), at=clock.now())
    except CannotMerge:
        messages.error(request, gettext("One of the two is merged already. Take that apart first."))
    else:
        messages.success(request, gettext("Merged: both now have one thread. You can take them apart below."))
    return redirect("reviews:index")


@require_POST
@requires(Permission.CONTACT_MERGE)
def undo(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a merged contact out again; `pk` is the contact that was merged into another."""
    try:
        unmerge(pk, actor=actor_of(request), at=clock.now())
    except NotMerged:
        messages.error(request, gettext("These contacts were taken apart before."))
    else:
        messages.success(request, gettext("Taken apart: what each of them wrote is with them again."))
    return redirect("reviews:index")


def shown_merges(person: Agent, before: UUID | None) -> tuple[Sequence[Shown], UUID | None]:
    """The merges that stand, newest first, older than `before`; and before which one the next page begins, if any.

    The names are handed out with them.
    """
    found = merges(MERGES_SHOWN + 1, before=before)
    standing = found[:MERGES_SHOWN]
    ids = {one for each in standing for one in (each.into, each.other)}
    called, homes = names(ids), newest_conversations(person, ids)
    _hand_out(person, [homes.get(contact, contact) for contact in ids])
    shown = [
        Shown(
            each.other,
            called.get(each.into, NAMELESS),
            called.get(each.other, NAMELESS),
            homes.get(each.into) or homes.get(each.other),
            each.at,
        )
        for each in standing
    ]
    return shown, standing[-1].id if len(found) > MERGES_SHOWN else None


def _gone(request: HttpRequest) -> HttpResponse:
    messages.error(request, gettext("This review was settled before."))
    return redirect("reviews:index")


def _older_first(one: UUID, other: UUID) -> tuple[UUID, UUID]:
    since = first_seen([one, other])
    older, younger = sorted([one, other], key=lambda contact: (since[contact], contact))
    return older, younger


def _sides(person: Agent, ids: tuple[UUID, UUID]) -> list[Side]:
    called, since, homes = names(ids), first_seen(ids), newest_conversations(person, ids)
    talked = {home.contact_id: home for home in conversations_for(person, homes.values())}
    _hand_out(person, [homes.get(contact, contact) for contact in ids])
    return [
        Side(
            name=called.get(contact, NAMELESS),
            username=(username_of(contact) or ("",))[0],
            phone=number_of(home) if home else None,
            line=home.line.name if home else "",
            known_since=since[contact],
            last_at=home.last_message_at if home else None,
            conversation=homes.get(contact),
        )
        for contact in ids
        for home in [talked.get(contact)]
    ]


def _hand_out(person: Agent, what: list[UUID]) -> None:
    hand_out(person.actor, what, right=Permission.CONTACT_MERGE, at=clock.now())
