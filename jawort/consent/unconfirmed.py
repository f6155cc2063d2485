"""A yes that had to be said twice and was not: it has ended after a day, and after seven it is deleted.

Nobody needs it as proof: nothing was ever sent on it (Art. 5(1)(c) and (e) GDPR). The ledger keeps that it was.
"""

from datetime import datetime
from typing import Final

from django.db import connection, transaction

from jawort.consent.models import ConsentEvent, Slip
from jawort.consent.purpose import Purpose
from jawort.consent.purposes import terms
from jawort.consent.state import CONFIRM_WITHIN, NOES, UNCONFIRMED_KEPT
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record

BATCH: Final = 500

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

# That they were asked goes too, unless it led to something that stands or stood.
_NOTHING_LEFT: Final = """
 USING unnest(%b::uuid[], %b::text[]) AS gone (contact, purpose)
 WHERE o.contact_id = gone.contact AND o.at < %s
   AND NOT EXISTS (SELECT FROM consent_event s WHERE s.contact_id = gone.contact AND s.purpose = gone.purpose
                      AND s.event IN ('given', 'confirmed'))
"""
_QUESTIONS: Final = f"""
DELETE FROM consent_question o {_NOTHING_LEFT}
   AND EXISTS (SELECT FROM consent_text t WHERE t.id = o.text_id AND t.purpose = gone.purpose)
"""  # noqa: S608 - of ours
_REQUESTS: Final = f"DELETE FROM consent_event o {_NOTHING_LEFT} AND o.purpose = gone.purpose AND o.event = 'requested'"  # noqa: S608


def forget_unconfirmed(at: datetime) -> None:
    """Delete what nobody has confirmed for so long, with the questions that led to it."""
    confirming = [str(key) for key, one in terms().items() if one.confirms]
    while confirming and _forget_some(confirming, at) == BATCH:
        pass


@transaction.atomic
def _forget_some(confirming: list[str], at: datetime) -> int:
    before = at - UNCONFIRMED_KEPT
    with connection.cursor() as cursor:
        cursor.execute(_UNCONFIRMED, [confirming, before, CONFIRM_WITHIN.total_seconds(), sorted(NOES), BATCH])
        found = cursor.fetchall()
    given = ConsentEvent.objects.filter(pk__in=[pk for pk, _, _ in found])
    messages = [message for message in given.values_list("message", flat=True) if message]
    Slip.objects.filter(message__in=messages).delete()
    given.delete()
    gone = sorted({(contact, Purpose(purpose)) for _, contact, purpose in found})
    with connection.cursor() as cursor:
        for statement in (_QUESTIONS, _REQUESTS):
            cursor.execute(statement, [[one for one, _ in gone], [of for _, of in gone], before])
    facts = [(contact, {"purpose": purpose, "change": "forgotten"}) for _, contact, purpose in found]
    record([Entry(Kind.CONSENT_CHANGED, "system", contact, fact) for contact, fact in facts], at)
    return len(found)
