"""What stands against writing to somebody."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from jawort.consent.models import Objection, Restriction
from jawort.consent.rules import Purpose


@dataclass(frozen=True, slots=True)
class Stops:
    """The objections that stand, as (contact, purpose), and the contacts that are restricted."""

    objections: frozenset[tuple[UUID, Purpose]]
    restricted: frozenset[UUID]


def stops(contacts: Collection[UUID]) -> Stops:
    """All that stands against these contacts, in two queries."""
    objections = Objection.objects.filter(contact__in=contacts, lifted_at=None)
    restricted = Restriction.objects.filter(contact__in=contacts, lifted_at=None)
    return Stops(
        frozenset((contact, Purpose(purpose)) for contact, purpose in objections.values_list("contact_id", "purpose")),
        frozenset(restricted.values_list("contact_id", flat=True)),
    )
