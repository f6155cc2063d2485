"""What stands against writing to somebody."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from jawort.consent.models import Objection, Preference, Restriction
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


@dataclass(frozen=True, slots=True)
class Told:
    """What a person told the platform about marketing last."""

    wish: str
    at: datetime


def told_last(contact: UUID) -> Told | None:
    """The newest of what this person told the platform, None if nothing."""
    row = Preference.objects.filter(contact=contact).order_by("-told_at", "-pk").values_list("wish", "told_at").first()
    return None if row is None else Told(*row)
