"""What people write is heard: answers to our question; a plain no, which ends campaigns; what may be one pauses them.

The word is the person's, so the entry is in their name (Art. 7(3) and Art. 21(2) GDPR).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from jawort.consent.answers import answered
from jawort.consent.hear import Said, is_everyday, is_plain, said
from jawort.consent.house_words import house_words
from jawort.consent.models import ConsentEvent, Pause
from jawort.consent.opt_in import bare
from jawort.consent.purpose import CAMPAIGNS, Purpose
from jawort.consent.purposes import terms
from jawort.consent.slips import handed_in
from jawort.consent.spoken import WORDS, Spoken, WhatLeft
from jawort.consent.state import Event
from jawort.consent.stop import lift_by_consent, object_themselves, object_to
from jawort.core.ids import uuid7
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.people.persons import contacts_of

SOURCE: Final = "words"

_PAUSE: Final = """
INSERT INTO consent_pause (id, contact_id, message, since, verdict)
SELECT id, contact, message, %s, '' FROM unnest(%b::uuid[], %b::uuid[], %b::uuid[]) AS new (id, contact, message)
 ORDER BY contact
ON CONFLICT (contact_id) WHERE settled_at IS NULL DO NOTHING RETURNING contact_id, message
"""


@dataclass(frozen=True, slots=True)
class Heard:
    """The messages that gave a consent or ended campaigns, and are to be `answered`; those that `answer` a question of
    ours; of them those that are `whole`: they say nothing else."""

    answered: list[UUID]
    answers: set[UUID]
    whole: list[UUID]


def take_words(spoken: Sequence[Spoken], at: datetime, left: WhatLeft) -> Heard:
    """Hear each. Needs the batch's transaction.

    Of ordinary talk two queries are asked, of all the rest a constant number.
    """
    slips = handed_in(spoken, at)
    answers = answered(spoken, at, left) | slips
    whole = [
        one.message_id
        for one in spoken
        if one.message_id in answers and (one.payload or one.message_id in slips or is_plain(one.text))
    ]
    given = [one for one in spoken if _gave(answers.get(one.message_id))]
    _lift([answers[one.message_id] for one in given], at)
    also = house_words()
    ended: dict[UUID, Spoken] = {}
    doubtful: dict[UUID, Spoken] = {}
    for one in spoken:
        if one.message_id in answers or one.kind not in WORDS:
            continue
        heard = said(bare(one.text), asked=False, also=also)
        if heard is Said.WITHDRAWN:
            ended.setdefault(one.contact_id, one)
        elif heard is Said.UNCLEAR:
            doubtful.setdefault(one.contact_id, one)
    said_it = {contact: one.message_id for contact, one in ended.items()}
    fresh = object_themselves(said_it, CAMPAIGNS, at=at, source=SOURCE)
    _pause(list(doubtful.values()), at)
    told = given + [one for contact, one in ended.items() if contact in fresh and not is_everyday(one.text)]
    return Heard([one.message_id for one in told], set(answers), whole)


def _gave(row: ConsentEvent | None) -> bool:
    return row is not None and row.event in {Event.GIVEN, Event.CONFIRMED}


def _lift(given: Sequence[ConsentEvent], at: datetime) -> None:
    """What they objected to before is over, of the purpose that they said yes to; not before they have confirmed it."""
    if not given:
        return
    under, agreed = terms(), dict[Purpose, set[UUID]]()
    for row in given:
        purpose = Purpose(row.purpose)
        if row.event == Event.CONFIRMED or not under[purpose].confirms:
            agreed.setdefault(purpose, set()).add(row.contact_id)
    for purpose in sorted(agreed):
        lift_by_consent(agreed[purpose], purpose, at)


@transaction.atomic
def settle_pause(contact_id: UUID, verdict: Pause.Verdict, *, actor: str, at: datetime) -> bool:
    """Somebody decided what the person meant; whether there was anything to decide. A withdrawal ends campaigns."""
    open_ = Pause.objects.filter(contact__in=contacts_of(contact_id), settled_at=None)
    settled = list(open_.select_for_update(of=("self",)).order_by("pk"))
    Pause.objects.filter(pk__in=[pause.pk for pause in settled]).update(settled_at=at, verdict=verdict)
    entries = []
    for pause in settled:
        facts = {"change": str(verdict), "message": str(pause.message)}
        entries.append(Entry(Kind.PAUSE_CHANGED, actor, pause.contact_id, facts))
    record(entries, at)
    if settled and verdict == Pause.Verdict.WITHDRAWN:
        said_in = settled[0].message
        object_to(contact_id, CAMPAIGNS, actor=actor, at=at, source=SOURCE, message=said_in)
    return bool(settled)


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
            for contact, message in paused
        ],
        at,
    )


def _actor(contact: UUID) -> str:
    return f"customer:{contact}"
