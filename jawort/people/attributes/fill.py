"""An agent says what a contact has of the attributes."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from jawort.core.ids import uuid7
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.people.attributes.models import Attribute, Value
from jawort.people.attributes.queries import values_of
from jawort.people.attributes.rules import Holds, value_of
from jawort.people.book import sealed_value
from jawort.people.models import Contact
from jawort.vault.keys import keks
from jawort.vault.seal import Klass, Unreadable


@transaction.atomic
def fill(contact: UUID, texts: Mapping[UUID, str], *, actor: str, at: datetime) -> bool:
    """What the contact has of these attributes, each empty for nothing; False if all was so: nothing is written then.

    Attributes that are removed meanwhile are left out. A value stays what it is even if it cannot be chosen any more.
    Raises rules.Unfit, Contact.DoesNotExist, and Unreadable if the contact has no key any more.
    """
    row = Contact.objects.select_for_update(no_key=True).get(pk=contact)
    ref = (contact, Klass.IDENTITY, row.month)
    key = keks({ref}, create=False).get(ref)
    if key is None:
        raise Unreadable("a contact has no key any more")
    asked = Attribute.objects.select_for_update(no_key=True).filter(pk__in=texts).order_by("pk")
    now = values_of([contact]).get(contact, {})
    wanted = {
        each.pk: value_of(Holds(each.holds), texts[each.pk], each.choices)
        for each in asked
        if texts[each.pk] != now.get(each.pk, "")
    }
    changed = {attribute: value for attribute, value in wanted.items() if value != now.get(attribute, "")}
    if not changed:
        return False
    Value.objects.filter(contact=contact, attribute__in=changed).delete()
    fresh = {uuid7(): (attribute, value) for attribute, value in changed.items() if value}
    sealed = {id_: sealed_value(key, id_, value) for id_, (_, value) in fresh.items()}
    Value.objects.bulk_create(
        Value(
            id=id_,
            contact=row,
            attribute_id=attribute,
            wrapped=sealed[id_].wrapped,
            ciphertext=sealed[id_].ciphertext,
        )
        for id_, (attribute, _) in fresh.items()
    )
    facts = [(attribute, "set" if value else "cleared") for attribute, value in changed.items()]
    record(
        [
            Entry(Kind.CONTACT_CHANGED, actor, contact, {"what": "attribute", "change": change}, related=attribute)
            for attribute, change in facts
        ],
        at,
    )
    return True
