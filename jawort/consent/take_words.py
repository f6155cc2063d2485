"""What people write is heard: a plain no ends campaigns at once, what may be one pauses them until it is decided.

The word is the person's, so the entry is in their name (Art. 7(3) and Art. 21(2) GDPR).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from jawort.consent.hear import Said, is_everyday, said
from jawort.consent.models import Pause
from jawort.consent.rules import Purpose
from jawort.consent.stop import object_to
from jawort.core.ids import uuid7
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.people.persons import contacts_of

SOURCE: Final = "words"

_PAUSE: Final = """
INSERT INTO consent_pause (id, contact_id, message, since, verdict)
SELECT id, contact, message, %s, '' FROM unnest(%b::uuid[], %b::uuid[], %b::uuid[]) AS new (id, contact, message)
ON CONFLICT (contact_id) WHERE settled_at IS NULL DO NOTHING RETURNING id, contact_id, message
"""


@dataclass(frozen=True, slots=True)
class Spoken:
    """What somebody wrote to us in a message."""

    contact_id: UUID
    message_id: UUID
    text: str


def take_words(spoken: Sequence[Spoken], at: datetime) -> list[Spoken]:
    """Hear each; returns the words that ended campaigns and are to be answered. Needs the batch's transaction.

    Of ordinary talk no query is asked.
    """
    ended: list[Spoken] = []
    doubtful: dict[UUID, Spoken] = {}
    for one in spoken:
        heard = said(one.text, asked=False)
        if heard is Said.WITHDRAWN:
            is_new = object_to(one.contact_id, Purpose.CAMPAIGNS, actor=_actor(one.contact_id), at=at, source=SOURCE)
            if is_new and not is_everyday(one.text):
                ended.append(one)
        elif heard is Said.UNCLEAR:
            doubtful.setdefault(one.contact_id, one)
    _pause(list(doubtful.values()), at)
    return ended


@transaction.atomic
def settle_pause(contact_id: UUID, verdict: Pause.Verdict, *, actor: str, at: datetime) -> bool:
    """Somebody decided what the person meant; whether there was anything to decide. A withdrawal ends campaigns."""
    settled = False
    for contact in contacts_of(contact_id):
        open_ = Pause.objects.filter(contact=contact, settled_at=None)
        for pause in open_.select_for_update(of=("self",)):
            Pause.objects.filter(pk=pause.pk).update(settled_at=at, verdict=verdict)
            facts = {"change": str(verdict), "message": str(pause.message)}
            record([Entry(Kind.PAUSE_CHANGED, actor, contact, facts)], at)
            settled = True
    if settled and verdict == Pause.Verdict.WITHDRAWN:
        object_to(contact_id, Purpose.CAMPAIGNS, actor=actor, at=at, source=SOURCE)
    return settled


def _pause(doubtful: Sequence[Spoken], at: datetime) -> None:
    if not doubtful:
        return
    contacts, messages = [one.contact_id for one in doubtful], [one.message_id for one in doubtful]
    with connection.cursor() as cursor:
        cursor.execute(_PAUSE, [at, [uuid7() for _ in doubtful], contacts, messages])
        paused = cursor.fetchall()
    record(
        [
            Entry(Kind.PAUSE_CHANGED, _actor(contact), contact, {"change": "paused", "message": str(message)})
            for _, contact, message in paused
        ],
        at,
    )


def _actor(contact: UUID) -> str:
    return f"customer:{contact}"
