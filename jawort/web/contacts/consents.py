"""The proof of a person's consents: what happened, to which words, by which message, and where the ledger has it.

Who checks need not see who it is: names and conversations are shown to whoever may see them anyway.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final, Protocol, cast
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from jawort.consent.consents import history, standings, standings_of
from jawort.consent.elsewhere import evidence_of
from jawort.consent.existing import kept_of
from jawort.consent.models import ConsentEvent, DeclaredPurpose
from jawort.consent.purpose import CAMPAIGNS, Purpose
from jawort.consent.purposes import purposes, terms_of, told_of
from jawort.consent.record import Beside, record, texts_of
from jawort.consent.slips import ticked
from jawort.consent.state import State
from jawort.consent.texts import short
from jawort.core import clock
from jawort.ledger.evidence import evidence
from jawort.ledger.handouts import hand_out
from jawort.ledger.read import vkey
from jawort.people.queries import names
from jawort.staff.access import actor_of, person_of, requires
from jawort.staff.permissions import Permission, Role, may
from jawort.web.contacts.answers import contacts_at
from jawort.web.contacts.proof import Sheet, shown
from jawort.web.inbox.consent_words import Consent, consent_words


class Printer(Protocol):
    """What draws a sheet."""

    def printed(self, sheet: Sheet) -> bytes:
        """A PDF, in the language of the moment."""


@dataclass(frozen=True, slots=True)
class Stands:
    """How the consent of a contact to a purpose stands, and whether there is a record of it."""

    contact: UUID
    purpose: str
    how: Consent
    has: bool
    allows_customers: bool


#: Whether there is what prints, which is an extra.
PRINTS: Final = find_spec("fpdf") is not None


@require_GET
@requires(Permission.CONSENT_READ)
def show(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The page."""
    contacts, now = contacts_at(pk), clock.now()
    sees = _sees(request)
    happened = history(contacts)
    hand_out(actor_of(request), list(contacts), right=Permission.CONSENT_READ, at=now)
    known = told_of(purposes(), happened)
    given: dict[str, Any] = {
        "front": contacts[0],
        "name": names(contacts).get(contacts[0], "") if sees else "",
        "sees": sees,
        "prints": PRINTS,
        "can_record": may(Role(person_of(request).role), Permission.CONSENT_RECORD),
        "stands": _stands(contacts, known, happened, now),
        "events": shown(happened, known, sees=sees),
        "customers": kept_of(contacts, now) if sees else [],
        "several": len(contacts) > 1,
        "purposes": len(known) > 1,
        "vkey": vkey(),
        "screen": "contacts" if sees else "",
    }
    return render(request, "contacts/consents.html", given)


@require_GET
@requires(Permission.CONSENT_READ)
def download(request: HttpRequest, pk: UUID, contact: UUID) -> HttpResponse:
    """One contact's record with its evidence, which verifies without us."""
    purpose = _wanted(request)
    events, now = _handed_out(request, pk, contact, purpose)
    how = standings([contact], Purpose(purpose.key), now)[contact]
    told = _told(contact, purpose, events, how.state, sees=_sees(request))
    return _file(told, _name(events, "json"), "application/json") if told else _not_sealed()


@require_GET
@requires(Permission.CONSENT_READ)
def printed(request: HttpRequest, pk: UUID, contact: UUID) -> HttpResponse:
    """The same to read and to print, with the record inside. 404 where the extra `pdf` is not installed."""
    if not PRINTS:
        raise Http404
    purpose = _wanted(request)
    events, now = _handed_out(request, pk, contact, purpose)
    how = standings([contact], Purpose(purpose.key), now)[contact]
    told = _told(contact, purpose, events, how.state, sees=_sees(request))
    if told is None:
        return _not_sealed()
    sheet = Sheet(
        company=settings.CONFIG.company,
        contact=contact,
        name=names([contact]).get(contact, "") if _sees(request) else "",
        standing=consent_words(how, purpose, now).says,
        events=shown(events, {Purpose(purpose.key): purpose}, sees=_sees(request)),
        record=told,
        file=_name(events, "json"),
        key=vkey() or "",
        at=now,
    )
    return _file(_printer().printed(sheet), _name(events, "pdf"), "application/pdf")


def _wanted(request: HttpRequest) -> DeclaredPurpose:
    """The purpose whose record is asked for: campaigns where none is named."""
    found = purposes().get(Purpose(request.GET.get("purpose", CAMPAIGNS)))
    if found is None:
        raise Http404
    return found


def _stands(
    contacts: Sequence[UUID],
    known: Mapping[Purpose, DeclaredPurpose],
    happened: Sequence[ConsentEvent],
    at: datetime,
) -> list[Stands]:
    """How it stands with each purpose, of each contact."""
    told = {(row.contact_id, row.purpose) for row in happened}
    held = standings_of(contacts, list(known), at, {key: terms_of(one) for key, one in known.items()})
    return [
        Stands(contact, key, consent_words(held[key][contact], one, at), (contact, key) in told, one.existing_customers)
        for key, one in known.items()
        for contact in contacts
    ]


def _handed_out(
    request: HttpRequest, pk: UUID, contact: UUID, purpose: DeclaredPurpose
) -> tuple[Sequence[ConsentEvent], datetime]:
    """What happened to this contact's consent, oldest first, and the moment as of which it is handed out."""
    if contact not in contacts_at(pk):
        raise Http404
    events = [row for row in reversed(history([contact])) if row.purpose == purpose.key]
    if not events:
        raise Http404
    now = clock.now()
    hand_out(actor_of(request), [contact], right=Permission.CONSENT_READ, at=now)
    return events, now


def _told(
    contact: UUID, purpose: DeclaredPurpose, events: Sequence[ConsentEvent], state: State, *, sees: bool
) -> bytes | None:
    """The record as a file; None as long as the ledger has not sealed all of it."""
    proved = evidence([row.entry for row in events], texts_of(events))
    if len(proved["entries"]) < len(events):
        return None
    beside = Beside(ticked({row.message for row in events if row.message}), evidence_of(events, words=sees))
    told = record(contact, purpose, events, state, beside) | {"evidence": proved}
    return json.dumps(told, indent=2, ensure_ascii=False).encode()


def _name(events: Sequence[ConsentEvent], kind: str) -> str:
    return f"jawort-consent-{short(events[0].pk)}.{kind}"


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _not_sealed() -> HttpResponse:
    text = gettext("The ledger has not sealed all of it yet. Please try again in a moment.")
    return HttpResponse(text, status=503, content_type="text/plain; charset=utf-8", headers={"Retry-After": "2"})


def _sees(request: HttpRequest) -> bool:
    return may(Role(person_of(request).role), Permission.CONTACT_READ)


def _printer() -> Printer:
    """Loaded when somebody first prints: what draws letters takes forty megabytes."""
    return cast(Printer, import_module("jawort.web.contacts.proof_pdf"))
