"""A person says no, or takes it back. Each word is one write with its ledger entry; saying it twice changes nothing."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from jawort.consent.consents import Ending, end, standings_of
from jawort.consent.models import Objection, Question, Restriction
from jawort.consent.purpose import WIDER, Purpose
from jawort.consent.purposes import terms
from jawort.consent.state import HOLDS, Event, Method, Terms
from jawort.consent.suppression import lift_suppression, suppress
from jawort.core.ids import uuid7
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.people.persons import contacts_of, persons_of

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
def object_to(
    contact_id: UUID, purpose: Purpose, *, actor: str, at: datetime, source: str = "", message: UUID | None = None
) -> None:
    """No more messages for `purpose`: takes effect on everything that has not left (Art. 21(3) GDPR).

    `source` is a code for where the person said so, if not to us, `message` what they said it with, if they wrote it.
    With it ends what they had consented to.
    """
    _object({contact_id: Ending(actor, Method.WORDS if message else Method.AGENT, message)}, purpose, at, source)


@transaction.atomic
def object_themselves(said: Mapping[UUID, UUID | None], purpose: Purpose, *, at: datetime, source: str) -> set[UUID]:
    """The same for all of these contacts, in their own names; whose objection is new. A constant number of statements.

    `said` is by contact the message that said it, None where the platform did.
    """
    endings = {
        contact: Ending(f"customer:{contact}", Method.WORDS if message else Method.PLATFORM, message)
        for contact, message in said.items()
    }
    return _object(endings, purpose, at, source)


@transaction.atomic
def lift_objection(contact_id: UUID, purpose: Purpose, *, actor: str, at: datetime) -> None:
    """The person wants messages for `purpose` again, whichever of their contacts the no was said with."""
    lift_suppression([contact_id], purpose)
    facts = {"purpose": purpose, "change": "lifted"}
    for contact in contacts_of(contact_id):
        if Objection.objects.filter(contact=contact, purpose=purpose, lifted_at=None).update(lifted_at=at):
            record([Entry(Kind.OBJECTION_CHANGED, actor, contact, facts)], at)


@transaction.atomic
def lift_by_consent(contacts: Collection[UUID], purpose: Purpose, at: datetime) -> None:
    """These persons have just consented: what they objected to before is over."""
    persons = persons_of(contacts)
    asked = {member: contact for contact, person in persons.items() for member in person}
    held = Objection.objects.select_for_update(of=("self",)).filter(contact__in=asked, purpose=purpose, lifted_at=None)
    lifted = list(held.order_by("pk"))
    lift_suppression(contacts, purpose)
    Objection.objects.filter(pk__in=[one.pk for one in lifted]).update(lifted_at=at)
    facts = {"purpose": purpose, "change": "lifted", "source": "consent"}
    names = [(one.contact_id, f"customer:{asked[one.contact_id]}") for one in lifted]
    record([Entry(Kind.OBJECTION_CHANGED, actor, contact, facts) for contact, actor in names], at)


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


def may_end(contact_id: UUID, purpose: Purpose, at: datetime) -> bool:
    """Whether a no to `purpose` would end anything that this person has consented to, or is asked."""
    person, under = contacts_of(contact_id), _reached(purpose)
    held = standings_of(person, list(under), at, under)
    open_ = Question.objects.filter(contact__in=person, text__purpose__in=list(under), closed_at=None)
    return any(how.state in HOLDS for by in held.values() for how in by.values()) or open_.exists()


def _reached(purpose: Purpose) -> dict[Purpose, Terms]:
    """Who wants nothing of us wants no advertising either, and who wants no advertising wants none of any kind."""
    return {one: of for one, of in terms().items() if purpose in {one, *WIDER}}


def _object(endings: Mapping[UUID, Ending], purpose: Purpose, at: datetime, source: str) -> set[UUID]:
    if not endings:
        return set()
    # Before the objection, as whoever hears an answer does: the other way round the two would wait for each other.
    end(endings, _reached(purpose), Event.WITHDRAWN, at)
    with connection.cursor() as cursor:
        cursor.execute(_OBJECT, [purpose, at, [uuid7() for _ in endings], list(endings)])
        fresh = sorted(contact for (contact,) in cursor.fetchall())
    suppress(fresh, purpose, at)
    facts = {"purpose": purpose, "change": "objected"} | ({"source": source} if source else {})
    record([Entry(Kind.OBJECTION_CHANGED, endings[contact].actor, contact, facts) for contact in fresh], at)
    return set(fresh)


def _inserted(statement: str, *values: UUID | str | datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(values))
        return cursor.fetchone() is not None
