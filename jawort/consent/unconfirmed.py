"""A yes that had to be said twice and was not: it has ended after a day, and after seven it is deleted.

Nobody needs it as proof: nothing was ever sent on it (Art. 5(1)(c) and (e) GDPR). The ledger keeps that it was.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from jawort.consent.models import ConsentEvent, Question, Slip
from jawort.consent.purpose import Purpose
from jawort.consent.purposes import terms
from jawort.consent.state import CONFIRM_WITHIN, ENDS, UNCONFIRMED_KEPT, Event
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record

BATCH: Final = 500
_NOES: Final = [str(event) for event in (Event.REFUSED, *ENDS)]

# What was said again while a confirmed consent stood is part of its story, and stays.
_UNCONFIRMED: Final = """
SELECT g.id, g.contact_id, g.purpose FROM consent_event g
 WHERE g.purpose = ANY(%b) AND g.event = 'given' AND g.at < %s
   AND NOT EXISTS (SELECT FROM consent_event c
                    WHERE c.contact_id = g.contact_id AND c.purpose = g.purpose AND c.event = 'confirmed'
                      AND c.at BETWEEN g.at AND g.at + make_interval(secs => %s))
   AND NOT EXISTS (SELECT FROM consent_event c
                    WHERE c.contact_id = g.contact_id AND c.purpose = g.purpose AND c.event = 'confirmed'
                      AND c.at <= g.at
                      AND NOT EXISTS (SELECT FROM consent_event e
                                       WHERE e.contact_id = g.contact_id AND e.purpose = g.purpose
                                         AND e.event = ANY(%b) AND e.at BETWEEN c.at AND g.at))
 ORDER BY g.contact_id, g.id LIMIT %s FOR UPDATE OF g SKIP LOCKED
"""


def forget_unconfirmed(at: datetime) -> None:
    """Delete what nobody has confirmed for so long, with the questions that led to it."""
    confirming = [str(key) for key, one in terms().items() if one.confirms]
    while confirming and _forget_some(confirming, at) == BATCH:
        pass


@transaction.atomic
def _forget_some(confirming: list[str], at: datetime) -> int:
    before = at - UNCONFIRMED_KEPT
    with connection.cursor() as cursor:
        cursor.execute(_UNCONFIRMED, [confirming, before, CONFIRM_WITHIN.total_seconds(), _NOES, BATCH])
        found = cursor.fetchall()
    given = ConsentEvent.objects.filter(pk__in=[pk for pk, _, _ in found])
    messages = [message for message in given.values_list("message", flat=True) if message]
    Slip.objects.filter(message__in=messages).delete()
    given.delete()
    for contact, purpose in sorted({(contact, Purpose(purpose)) for _, contact, purpose in found}):
        _forget_asked(contact, purpose, before)
    facts = [(contact, {"purpose": purpose, "change": "forgotten"}) for _, contact, purpose in found]
    record([Entry(Kind.CONSENT_CHANGED, "system", contact, fact) for contact, fact in facts], at)
    return len(found)


def _forget_asked(contact: UUID, purpose: Purpose, before: datetime) -> None:
    """That they were asked goes too, unless it led to something that stands or stood."""
    events = ConsentEvent.objects.filter(contact=contact, purpose=purpose)
    if not events.filter(event__in=[Event.GIVEN, Event.CONFIRMED]).exists():
        events.filter(event=Event.REQUESTED, at__lt=before).delete()
        Question.objects.filter(contact=contact, text__purpose=purpose, at__lt=before).delete()
