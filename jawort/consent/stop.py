"""A person says no, or takes it back. Each word is one write with its ledger entry; saying it twice changes nothing."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from jawort.consent.models import Objection, Restriction
from jawort.consent.rules import Purpose
from jawort.core.ids import uuid7
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.people.persons import contacts_of

# Two who say it at once are one: the table's constraint decides, and only who inserted a row writes the entry. In the
# order of their ids, because two batches that share people would otherwise wait for each other.
_OBJECT = """
    INSERT INTO consent_objection (id, contact_id, purpose, since)
    SELECT id, contact, %s, %s FROM unnest(%b::uuid[], %b::uuid[]) AS new (id, contact) ORDER BY contact
    ON CONFLICT (contact_id, purpose) WHERE lifted_at IS NULL DO NOTHING RETURNING contact_id
"""
_RESTRICT = """
    INSERT INTO consent_restriction (id, contact_id, since) VALUES (%s, %s, %s)
    ON CONFLICT (contact_id) WHERE lifted_at IS NULL DO NOTHING RETURNING id
"""


@transaction.atomic
def object_to(contact_id: UUID, purpose: Purpose, *, actor: str, at: datetime, source: str = "") -> None:
    """No more messages for `purpose`: takes effect on everything that has not left (Art. 21(3) GDPR).

    `source` is a code for where the person said so, if not to us.
    """
    _object({contact_id: actor}, purpose, at, source)


@transaction.atomic
def object_themselves(contacts: Collection[UUID], purpose: Purpose, *, at: datetime, source: str) -> set[UUID]:
    """The same for all of these, in their own names; whose objection is new. Two statements, or none."""
    return _object({contact: f"customer:{contact}" for contact in contacts}, purpose, at, source)


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


def _object(actors: Mapping[UUID, str], purpose: Purpose, at: datetime, source: str) -> set[UUID]:
    if not actors:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_OBJECT, [str(purpose), at, [uuid7() for _ in actors], list(actors)])
        fresh = sorted(contact for (contact,) in cursor.fetchall())
    facts = {"purpose": str(purpose), "change": "objected"} | ({"source": source} if source else {})
    record([Entry(Kind.OBJECTION_CHANGED, actors[contact], contact, facts) for contact in fresh], at)
    return set(fresh)


def _inserted(statement: str, *values: UUID | str | datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(values))
        return cursor.fetchone() is not None
