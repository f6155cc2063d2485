"""Attributes, and the values of contacts in clear. Whoever shows values records the hand-out."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count

from jawort.people.attributes.models import Attribute, Value
from jawort.people.attributes.rules import Holds
from jawort.vault.keys import keks
from jawort.vault.seal import Klass, Sealed, Unreadable, aad, open_


@dataclass(frozen=True, slots=True)
class Defined:
    """An attribute as it is defined. `values` is how many contacts have one, where that was asked."""

    id: UUID
    key: str
    label_de: str
    label_en: str
    holds: Holds
    choices: tuple[str, ...]
    purpose: str
    values: int = 0


def attributes() -> list[Defined]:
    """All of them, oldest first."""
    return [_defined(row) for row in Attribute.objects.order_by("id")]


def counted() -> list[Defined]:
    """All of them, each with the number of contacts that have a value."""
    rows = Attribute.objects.annotate(held=Count("values")).order_by("id")
    return [_defined(row, row.held) for row in rows]


def values_of(contacts: Collection[UUID]) -> dict[UUID, dict[UUID, str]]:
    """What these contacts have, by attribute. A value that does not open is left out; doctor reports it."""
    rows = Value.objects.filter(contact__in=set(contacts)).values_list(
        "id", "contact_id", "contact__month", "attribute_id", "wrapped", "ciphertext"
    )
    held = [
        (id_, (contact, Klass.IDENTITY, month), attribute, Sealed(bytes(key), bytes(text)))
        for id_, contact, month, attribute, key, text in rows
    ]
    keys = keks({ref for _, ref, _, _ in held}, create=False) if held else {}
    found: dict[UUID, dict[UUID, str]] = {}
    for id_, ref, attribute, sealed in held:
        try:
            clear, _ = open_(keys[ref], sealed, aad(Klass.IDENTITY, id_))
        except (KeyError, Unreadable):
            continue
        found.setdefault(ref[0], {})[attribute] = clear.decode()
    return found


def _defined(row: Attribute, values: int = 0) -> Defined:
    return Defined(
        row.pk, row.key, row.label_de, row.label_en, Holds(row.holds), tuple(row.choices), row.purpose, values
    )
