"""What happens to consents is noted: a row each, with its entry in the ledger. Nothing is changed or taken away."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from jawort.consent.models import ConsentEvent
from jawort.consent.purpose import Purpose
from jawort.consent.state import Event, Method
from jawort.core.ids import uuid7
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.ledger.rules import moment


@dataclass(frozen=True, slots=True)
class Noted:
    """One event. `text` is the id of the text that it refers to, `message` the message that said it, if one did.

    `wished`: the person had asked to be asked, although they had objected before. `link`: by this opt-in link,
    `slip` what its page gave for the ticked box. `happened_at` is when, if not now; `way` in which it was given
    elsewhere, `evidence` the ledger's commitment to what bears that out, in hexadecimal. `typed`: somebody had typed
    their number on the page of that link.
    """

    contact_id: UUID
    purpose: Purpose
    event: Event
    method: Method
    actor: str
    text: str | None = None
    message: UUID | None = None
    wished: bool = False
    link: UUID | None = None
    slip: str = ""
    happened_at: datetime | None = None
    way: str = ""
    evidence: str = ""
    typed: bool = False
    id: UUID = field(default_factory=uuid7)


def note(events: Sequence[Noted], at: datetime) -> list[ConsentEvent]:
    """Store them with their entries, in two statements. Needs a transaction."""
    entries = [Entry(Kind.CONSENT_CHANGED, one.actor, one.contact_id, _facts(one)) for one in events]
    rows = [
        ConsentEvent(
            id=one.id,
            contact_id=one.contact_id,
            purpose=str(one.purpose),
            event=str(one.event),
            text_id=one.text,
            method=str(one.method),
            message=one.message,
            at=one.happened_at or at,
            recorded_at=at,
            entry=entry,
        )
        for one, entry in zip(events, record(entries, at), strict=True)
    ]
    return ConsentEvent.objects.bulk_create(rows)


def _facts(one: Noted) -> dict[str, str | bool]:
    facts: dict[str, str | bool] = {"purpose": str(one.purpose), "change": str(one.event), "method": str(one.method)}
    more: dict[str, str | bool | None] = {
        "text": one.text,
        "message": str(one.message) if one.message else None,
        "link": str(one.link) if one.link else None,
        "slip": one.slip,
        "happened_at": moment(one.happened_at) if one.happened_at else None,
        "way": one.way,
        "evidence": one.evidence,
        "wished": one.wished,
        "typed": one.typed,
    }
    return facts | {name: value for name, value in more.items() if value}
