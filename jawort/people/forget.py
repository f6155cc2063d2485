"""Who is known for nothing is forgotten: names, addresses and keys go, and a pseudonym stays that names nobody."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import ForeignObjectRel, Model, Q

from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.people.models import Alias, Contact
from jawort.vault.keys import destroy
from jawort.vault.seal import Klass


def forget(contacts: Collection[UUID], at: datetime, *, but: Mapping[type[Model], Q]) -> set[UUID]:
    """Forget those of these for whom no row speaks, in whatever table; who they were. Needs a transaction.

    `but` are rows that do not count, by table. What is sealed under their keys opens for nobody any more. Whoever one
    of us entered, named or merged stays.
    """
    held = Contact.objects.select_for_update(of=("self",)).filter(pk__in=contacts, person=None)
    gone = {one.pk for one in held.order_by("pk") if one.our_name_wrapped is None}
    gone -= set(Alias.objects.filter(contact__in=gone).exclude(basis="").values_list("contact", flat=True))
    for of in Contact._meta.get_fields(include_hidden=True):
        if gone and isinstance(of, ForeignObjectRel) and of.related_model is not Alias:
            model, name = of.related_model, of.remote_field.name
            rows = model._default_manager.filter(**{f"{name}__in": gone})
            counted = rows.exclude(but[model]) if model in but else rows
            gone -= set(counted.values_list(name, flat=True))
    if gone:
        Alias.objects.filter(contact__in=gone).delete()
        nameless = {f"{name}_{part}": None for name in ("name", "username") for part in ("wrapped", "ciphertext")}
        Contact.objects.filter(pk__in=gone).update(**nameless, username_at=None, language="")
        destroy([(contact, klass) for contact in gone for klass in Klass])
        record([Entry(Kind.ERASED, "system", contact) for contact in sorted(gone)], at)
    return gone
