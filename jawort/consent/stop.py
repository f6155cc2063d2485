"""A person says no, or takes it back. Each word is one write with its ledger entry; saying it twice changes nothing."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from jawort.consent.models import Objection, Restriction
from jawort.consent.rules import Purpose
from jawort.core.ids import uuid7
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record


@transaction.atomic
def object_to(contact_id: UUID, purpose: Purpose, *, actor: str, at: datetime) -> None:
    """No more messages for `purpose`: takes effect on everything that has not left (Art. 21(3) GDPR)."""
    new = Objection(id=uuid7(), contact_id=contact_id, purpose=purpose, since=at)
    if not Objection.objects.filter(contact=contact_id, purpose=purpose, lifted_at=None).exists():
        Objection.objects.bulk_create([new])
        facts = {"purpose": str(purpose), "change": "objected"}
        record([Entry(Kind.OBJECTION_CHANGED, actor, contact_id, facts)], at)


@transaction.atomic
def lift_objection(contact_id: UUID, purpose: Purpose, *, actor: str, at: datetime) -> None:
    """The person wants messages for `purpose` again."""
    standing = Objection.objects.filter(contact=contact_id, purpose=purpose, lifted_at=None)
    if standing.update(lifted_at=at):
        facts = {"purpose": str(purpose), "change": "lifted"}
        record([Entry(Kind.OBJECTION_CHANGED, actor, contact_id, facts)], at)


@transaction.atomic
def restrict(contact_id: UUID, *, actor: str, at: datetime) -> None:
    """Nothing leaves for this person any more until it is lifted (Art. 18(1) GDPR)."""
    if not Restriction.objects.filter(contact=contact_id, lifted_at=None).exists():
        Restriction.objects.bulk_create([Restriction(id=uuid7(), contact_id=contact_id, since=at)])
        record([Entry(Kind.RESTRICTION_CHANGED, actor, contact_id, {"change": "restricted"})], at)


@transaction.atomic
def lift_restriction(contact_id: UUID, *, actor: str, at: datetime) -> None:
    """The person's data may be used again; they were told before (Art. 18(3) GDPR)."""
    if Restriction.objects.filter(contact=contact_id, lifted_at=None).update(lifted_at=at):
        record([Entry(Kind.RESTRICTION_CHANGED, actor, contact_id, {"change": "lifted"})], at)
