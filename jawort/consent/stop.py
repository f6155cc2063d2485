"""A person says no, or takes it back. Each word is one write with its ledger entry; saying it twice changes nothing."""

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from jawort.consent.models import Objection, Restriction
from jawort.consent.rules import Purpose
from jawort.core.ids import uuid7
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.people.persons import contacts_of

# Two who say it at once are one: the table's constraint decides, and only who inserted a row writes the entry.
_OBJECT = """
    INSERT INTO consent_objection (id, contact_id, purpose, since) VALUES (%s, %s, %s, %s)
    ON CONFLICT (contact_id, purpose) WHERE lifted_at IS NULL DO NOTHING RETURNING id
"""
_RESTRICT = """
    INSERT INTO consent_restriction (id, contact_id, since) VALUES (%s, %s, %s)
    ON CONFLICT (contact_id) WHERE lifted_at IS NULL DO NOTHING RETURNING id
"""


@transaction.atomic
def object_to(contact_id: UUID, purpose: Purpose, *, actor: str, at: datetime, source: str = "") -> bool:
    """No more messages for `purpose`, which holds for all that has not left (Art. 21(3) GDPR); whether that is new.

    `source` is a code for where the person said so, if nobody of ours recorded it.
    """
    is_new = _inserted(_OBJECT, uuid7(), contact_id, str(purpose), at)
    if is_new:
        facts = {"purpose": str(purpose), "change": "objected"} | ({"source": source} if source else {})
        record([Entry(Kind.OBJECTION_CHANGED, actor, contact_id, facts)], at)
    return is_new


@transaction.atomic
def lift_objection(contact_id: UUID, purpose: Purpose, *, actor: str, at: datetime) -> None:
    """The person wants messages for `purpose` again, whichever of their contacts the no was said with."""
    facts = {"purpose": str(purpose), "change": "lifted"}
    for contact in contacts_of(contact_id):
        if Objection.objects.filter(contact=contact, purpose=purpose, lifted_at=None).update(lifted_at=at):
            record([Entry(Kind.OBJECTION_CHANGED, actor, contact, facts)], at)


@transaction.atomic
def restrict(contact_id: UUID, *, actor: str, at: datetime) -> None:
    """Nothing leaves for this person any more until it is lifted (Art. 18(1) GDPR)."""
    if _inserted(_RESTRICT, uuid7(), contact_id, at):
        record([Entry(Kind.RESTRICTION_CHANGED, actor, contact_id, {"change": "restricted"})], at)


@transaction.atomic
def lift_restriction(contact_id: UUID, *, actor: str, at: datetime) -> None:
    """The person's data may be used again, whichever of their contacts; they were told before (Art. 18(3) GDPR)."""
    for contact in contacts_of(contact_id):
        if Restriction.objects.filter(contact=contact, lifted_at=None).update(lifted_at=at):
            record([Entry(Kind.RESTRICTION_CHANGED, actor, contact, {"change": "lifted"})], at)


def _inserted(statement: str, *values: UUID | str | datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(values))
        return cursor.fetchone() is not None
