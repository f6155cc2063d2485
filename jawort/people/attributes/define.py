"""The administrator says what may be kept of contacts, and what not any more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from jawort.core.ids import uuid7
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.people.attributes.models import Attribute, Value
from jawort.people.attributes.rules import ATTRIBUTES_MAX, Holds

#: Whoever defines waits for whoever does: the number of attributes is counted, and their keys are compared.
_LOCK = "LOCK TABLE people_attribute IN SHARE ROW EXCLUSIVE MODE"


class CannotDefine(ValueError):
    """The key is taken, or there are as many attributes as there may be: `code` is taken or full."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Wording:
    """What of an attribute may change: its names, what may be chosen, and what it is kept for."""

    label_de: str
    label_en: str
    purpose: str
    choices: Sequence[str] = ()


@transaction.atomic
def define(key: str, holds: Holds, wording: Wording, *, actor: str, at: datetime) -> UUID:
    """From now on agents may keep this of contacts. Raises CannotDefine."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
    if Attribute.objects.filter(key=key).exists():
        raise CannotDefine("taken")
    if Attribute.objects.count() >= ATTRIBUTES_MAX:
        raise CannotDefine("full")
    row = Attribute.objects.create(
        id=uuid7(),
        key=key,
        holds=holds,
        label_de=wording.label_de,
        label_en=wording.label_en,
        purpose=wording.purpose,
        choices=list(wording.choices),
    )
    record([Entry(Kind.ATTRIBUTE_CHANGED, actor, row.pk, {"change": "defined", "holds": holds.value})], at)
    return row.pk


@transaction.atomic
def reword(attribute: UUID, wording: Wording, *, actor: str, at: datetime) -> None:
    """Say anew what it is called and kept for. Values stay, also those that cannot be chosen any more.

    Raises Attribute.DoesNotExist.
    """
    row = Attribute.objects.select_for_update(no_key=True).get(pk=attribute)
    row.label_de, row.label_en, row.purpose = wording.label_de, wording.label_en, wording.purpose
    row.choices = list(wording.choices)
    row.save(update_fields=["label_de", "label_en", "purpose", "choices"])
    record([Entry(Kind.ATTRIBUTE_CHANGED, actor, attribute, {"change": "reworded"})], at)


@transaction.atomic
def remove(attribute: UUID, *, actor: str, at: datetime) -> int:
    """Keep it no longer: every contact's value is deleted with it; how many there were.

    Raises Attribute.DoesNotExist.
    """
    row = Attribute.objects.select_for_update().get(pk=attribute)
    count, _ = Value.objects.filter(attribute=attribute).delete()
    row.delete()
    record([Entry(Kind.ATTRIBUTE_CHANGED, actor, attribute, {"change": "removed", "values": count})], at)
    return count
