"""One person: who they are, what went on with them, what stands against writing to them."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from jawort.consent.purpose import CAMPAIGNS, CARE
from jawort.consent.queries import stops
from jawort.core import clock
from jawort.messaging.access import conversation_for
from jawort.messaging.begin import free_lines
from jawort.messaging.contacts import conversations, rows
from jawort.messaging.live import notify_about
from jawort.messaging.models import Conversation
from jawort.messaging.timeline import timeline
from jawort.people.queries import open_reviews_about
from jawort.people.read import read
from jawort.staff.access import actor_of, person_of, requires
from jawort.staff.permissions import Permission
from jawort.web.contacts.answers import after, contacts_at, following, handed
from jawort.web.contacts.attributes import shown
from jawort.web.contacts.cards import card
from jawort.web.inbox.blocking import blocking
from jawort.web.inbox.forms import entry_number, first_id
from jawort.web.inbox.present import NAMELESS, against, standing
from jawort.web.inbox.stops import STOPS
from jawort.web.inbox.words import sentence
from jawort.web.reviews.words import WORDS

CONVERSATIONS_SHOWN = 50
EVENTS_SHOWN = 20


@require_GET
@requires(Permission.CONTACT_READ)
def show(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The page. `from` names the conversation that led here, so that a link leads back."""
    return render(request, "contacts/detail.html", _page(request, contacts_at(pk), whole=False))


@require_POST
@requires(Permission.CONTACT_READ)
def whole(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The same with whole addresses; each of them counts as handed out for itself."""
    contacts = contacts_at(pk)
    if "HX-Request" in request.headers:
        return render(request, "contacts/_cards.html", _cards(request, contacts, whole=True))
    return render(request, "contacts/detail.html", _page(request, contacts, whole=True))


@require_POST
@requires(Permission.CONVERSATION_WRITE)
def stop(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The person said no, or took it back, perhaps on the telephone: nobody need have written for that."""
    word, contacts = STOPS.get(request.POST.get("word", "")), contacts_at(pk)
    if word is None:
        return HttpResponse(status=400)
    word(contacts[0], actor=actor_of(request), at=clock.now())
    notify_about(contacts)
    return redirect("contacts:detail", contacts[0])


def _cards(request: HttpRequest, contacts: tuple[UUID, ...], *, whole: bool) -> dict[str, Any]:
    known, (defined, attributes) = read(contacts), shown(contacts)
    handed(request, [each.id for each in known])
    if whole:
        handed(request, [address.id for each in known for address in each.addresses])
    return {
        "cards": [card(each, attributes.get(each.id, []), whole=whole) for each in known],
        "front": contacts[0],
        "whole": whole,
        "attributes": defined,
        "nameless": NAMELESS,
    }


def _page(request: HttpRequest, contacts: tuple[UUID, ...], *, whole: bool) -> dict[str, Any]:
    person, given = person_of(request), _cards(request, contacts, whole=whole)
    page = conversations(person, contacts, CONVERSATIONS_SHOWN, after(request))
    (row,) = rows(person, contacts[:1])
    led = first_id(request.GET.get("from", ""))
    whose = {each.id: each.name or NAMELESS for each in given["cards"]} if len(contacts) > 1 else {}
    newest, front, no = row.conversation, contacts[0], stops(contacts[:1])
    doubts = [each.doubt.kind for each in open_reviews_about(contacts)]
    stand = standing((front, CARE) in no.objections, front in no.restricted, bool(no.blocked))
    events, older = timeline(contacts, EVENTS_SHOWN, before=entry_number(request.GET.get("events", "")))
    return given | {
        "row": row,
        "free_lines": free_lines(contacts),
        "events": [(event, sentence(event)) for event in events],
        "older": older,
        "conversations": [(each, whose.get(each.contact, "")) for each in page],
        "next": following([(each.last_at, each.id) for each in page], CONVERSATIONS_SHOWN),
        "led": led if led and _leads_here(request, led, contacts) else None,
        "reviews": [WORDS[kind] for kind in doubts],
        "screen": "contacts",
        "blocking": newest and blocking(contacts, conversation_for(person, newest).line_id),
        **against(contacts, stand, doubts, (front, CAMPAIGNS) in no.objections),
    }


def _leads_here(request: HttpRequest, conversation: UUID, contacts: tuple[UUID, ...]) -> bool:
    try:
        return conversation_for(person_of(request), conversation).contact_id in contacts
    except Conversation.DoesNotExist:
        return False
