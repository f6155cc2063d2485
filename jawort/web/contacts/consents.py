"""The proof of a person's consents: what happened, to which words, by which message, and where the ledger has it.

Who checks need not see who it is: names and conversations are shown to whoever may see them anyway.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_GET

from jawort.consent.consents import history, standings
from jawort.consent.elsewhere import Shown as GivenElsewhere
from jawort.consent.elsewhere import evidence_of
from jawort.consent.models import ConsentEvent, Slip
from jawort.consent.record import Beside, record, texts_of
from jawort.consent.rules import Purpose
from jawort.consent.slips import ticked
from jawort.consent.state import TERMS, Event, Method, Way
from jawort.consent.texts import short
from jawort.core import clock
from jawort.ledger.evidence import evidence
from jawort.ledger.handouts import hand_out
from jawort.ledger.queries import indices
from jawort.ledger.read import vkey
from jawort.messaging.acknowledge import acknowledgements
from jawort.messaging.models import Message
from jawort.people.queries import names
from jawort.staff.access import actor_of, person_of, requires
from jawort.staff.permissions import Permission, Role, may
from jawort.web.contacts.answers import contacts_at
from jawort.web.inbox.consent_words import consent_words
from jawort.web.inbox.words import tick

SAYS: dict[str, str | Promise] = {
    Event.REQUESTED: gettext_lazy("Asked"),
    Event.REFUSED: gettext_lazy("Refused"),
    Event.GIVEN: gettext_lazy("Given"),
    Event.CONFIRMED: gettext_lazy("Confirmed"),
    Event.REAFFIRMED: gettext_lazy("Reaffirmed"),
    Event.WITHDRAWN: gettext_lazy("Withdrawn"),
    Event.REVOKED: gettext_lazy("Ended by us"),
    Event.EXPIRED: gettext_lazy("Expired"),
    Event.INVALIDATED: gettext_lazy("Ended by a changed address"),
}
WAYS: dict[str, str | Promise] = {
    Method.BUTTON: gettext_lazy("by the button of the question"),
    Method.WORDS: gettext_lazy("in a message"),
    Method.AGENT: gettext_lazy("by one of us"),
    Method.PLATFORM: gettext_lazy("over WhatsApp"),
}
ELSEWHERE = gettext_lazy("elsewhere, recorded by one of us")
#: In which way it was given elsewhere.
GIVEN_BY: dict[str, str | Promise] = {
    Way.PAPER: gettext_lazy("on paper"),
    Way.PHONE: gettext_lazy("by phone"),
    Way.IN_PERSON: gettext_lazy("in person"),
    Way.WEBSITE: gettext_lazy("on a website"),
    Way.EMAIL: gettext_lazy("by e-mail"),
}
#: Nobody of us asked: they wrote the message of an opt-in link.
FOLLOWED = gettext_lazy("by itself, after an opt-in link")


@dataclass(frozen=True, slots=True)
class Shown:
    """One event. `home` is the conversation in which it was said, `answer` what we sent back, for who may see them.

    `slip` is what the person handed in to give it, `elsewhere` what bears it out that we were not told it ourselves.
    """

    row: ConsentEvent
    number: str
    says: str | Promise
    way: str | Promise
    place: int | None
    home: UUID | None
    answer: Message | None
    answer_says: str | Promise
    slip: Slip | None
    elsewhere: GivenElsewhere | None
    elsewhere_way: str | Promise


@require_GET
@requires(Permission.CONSENT_READ)
def show(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The page."""
    contacts, now = contacts_at(pk), clock.now()
    sees = may(Role(person_of(request).role), Permission.CONTACT_READ)
    happened = history(contacts)
    hand_out(actor_of(request), list(contacts), right=Permission.CONSENT_READ, at=now)
    asked = {row.contact_id for row in happened}
    held = standings(contacts, Purpose.CAMPAIGNS, now)
    given: dict[str, Any] = {
        "front": contacts[0],
        "name": names(contacts).get(contacts[0], "") if sees else "",
        "sees": sees,
        "can_record": may(Role(person_of(request).role), Permission.CONSENT_RECORD),
        "people": [(contact, consent_words(held[contact], now), contact in asked) for contact in contacts],
        "events": _shown(happened),
        "several": len(contacts) > 1,
        "vkey": vkey(),
        "screen": "contacts" if sees else "",
    }
    return render(request, "contacts/consents.html", given)


@require_GET
@requires(Permission.CONSENT_READ)
def download(request: HttpRequest, pk: UUID, contact: UUID) -> HttpResponse:
    """One contact's record with its evidence, which verifies without us."""
    if contact not in contacts_at(pk):
        raise Http404
    events = [row for row in reversed(history([contact])) if Purpose(row.purpose) in TERMS]
    if not events:
        raise Http404
    hand_out(actor_of(request), [contact], right=Permission.CONSENT_READ, at=clock.now())
    now = clock.now()
    state = standings([contact], Purpose.CAMPAIGNS, now)[contact].state
    beside = Beside(ticked({row.message for row in events if row.message}), evidence_of(events))
    told = record(contact, Purpose.CAMPAIGNS, events, state, beside)
    proved = evidence([row.entry for row in events], texts_of(events))
    if len(proved["entries"]) < len(events):
        text = gettext("The ledger has not sealed all of it yet. Please try again in a moment.")
        return HttpResponse(text, status=503, content_type="text/plain; charset=utf-8", headers={"Retry-After": "2"})
    told |= {"evidence": proved}
    name = f"jawort-consent-{short(events[0].pk)}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return JsonResponse(told, headers=headers, json_dumps_params={"indent": 2, "ensure_ascii": False})


def _way(row: ConsentEvent, elsewhere: bool) -> str | Promise:
    if elsewhere:
        return ELSEWHERE
    return FOLLOWED if (row.event, row.method) == (Event.REQUESTED, Method.WORDS) else WAYS[row.method]


def _shown(happened: list[ConsentEvent]) -> list[Shown]:
    words = {row.message for row in happened if row.message}
    homes = dict(Message.objects.filter(pk__in=words).values_list("pk", "conversation"))
    borne_out = evidence_of(happened)
    answers, placed, slips = acknowledgements(words), indices([row.entry for row in happened]), ticked(words)
    return [
        Shown(
            row=row,
            number=short(row.pk),
            says=SAYS[row.event],
            way=_way(row, row.pk in borne_out),
            place=placed.get(row.entry),
            home=homes.get(row.message) if row.message else None,
            answer=(answer := answers.get(row.message) if row.message else None),
            answer_says=tick(answer.state).word if answer else "",
            slip=slips.get(row.message) if row.message and row.event == Event.GIVEN else None,
            elsewhere=(elsewhere := borne_out.get(row.pk)),
            elsewhere_way=GIVEN_BY[elsewhere.way] if elsewhere else "",
        )
        for row in happened
    ]
