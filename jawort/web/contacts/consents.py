"""The proof of a person's consents: what happened, to which words, by which message, and where the ledger has it.

Who checks need not see who it is: names and conversations are shown to whoever may see them anyway.
"""

import json
from collections.abc import Sequence
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

from jawort.consent.consents import history, standings
from jawort.consent.elsewhere import evidence_of
from jawort.consent.models import ConsentEvent
from jawort.consent.purpose import CAMPAIGNS, Purpose
from jawort.consent.record import Beside, record, texts_of
from jawort.consent.slips import ticked
from jawort.consent.state import TERMS
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
from jawort.web.inbox.consent_words import consent_words


class Printer(Protocol):
    """What draws a sheet."""

    def printed(self, sheet: Sheet) -> bytes:
        """A PDF, in the language of the moment."""


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
    asked = {row.contact_id for row in happened}
    held = standings(contacts, CAMPAIGNS, now)
    given: dict[str, Any] = {
        "front": contacts[0],
        "name": names(contacts).get(contacts[0], "") if sees else "",
        "sees": sees,
        "prints": PRINTS,
        "can_record": may(Role(person_of(request).role), Permission.CONSENT_RECORD),
        "people": [(contact, consent_words(held[contact], now), contact in asked) for contact in contacts],
        "events": shown(happened, sees=sees),
        "several": len(contacts) > 1,
        "vkey": vkey(),
        "screen": "contacts" if sees else "",
    }
    return render(request, "contacts/consents.html", given)


@require_GET
@requires(Permission.CONSENT_READ)
def download(request: HttpRequest, pk: UUID, contact: UUID) -> HttpResponse:
    """One contact's record with its evidence, which verifies without us."""
    events, now = _handed_out(request, pk, contact)
    told = _told(contact, events, now, sees=_sees(request))
    return _file(told, _name(events, "json"), "application/json") if told else _not_sealed()


@require_GET
@requires(Permission.CONSENT_READ)
def printed(request: HttpRequest, pk: UUID, contact: UUID) -> HttpResponse:
    """The same to read and to print, with the record inside. 404 where the extra `pdf` is not installed."""
    if not PRINTS:
        raise Http404
    events, now = _handed_out(request, pk, contact)
    told = _told(contact, events, now, sees=_sees(request))
    if told is None:
        return _not_sealed()
    sheet = Sheet(
        company=settings.CONFIG.company,
        contact=contact,
        name=names([contact]).get(contact, "") if _sees(request) else "",
        standing=consent_words(standings([contact], CAMPAIGNS, now)[contact], now).says,
        events=shown(events, sees=_sees(request)),
        record=told,
        file=_name(events, "json"),
        key=vkey() or "",
        at=now,
    )
    return _file(_printer().printed(sheet), _name(events, "pdf"), "application/pdf")


def _handed_out(request: HttpRequest, pk: UUID, contact: UUID) -> tuple[Sequence[ConsentEvent], datetime]:
    """What happened to this contact's consent, oldest first, and the moment as of which it is handed out."""
    if contact not in contacts_at(pk):
        raise Http404
    events = [row for row in reversed(history([contact])) if Purpose(row.purpose) in TERMS]
    if not events:
        raise Http404
    now = clock.now()
    hand_out(actor_of(request), [contact], right=Permission.CONSENT_READ, at=now)
    return events, now


def _told(contact: UUID, events: Sequence[ConsentEvent], at: datetime, *, sees: bool) -> bytes | None:
    """The record as a file; None as long as the ledger has not sealed all of it."""
    proved = evidence([row.entry for row in events], texts_of(events))
    if len(proved["entries"]) < len(events):
        return None
    state = standings([contact], CAMPAIGNS, at)[contact].state
    beside = Beside(ticked({row.message for row in events if row.message}), evidence_of(events, words=sees))
    told = record(contact, CAMPAIGNS, events, state, beside) | {"evidence": proved}
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
