"""Somebody of ours says what a contact is called with us, and which language they speak."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.people.book import sealed_value
from jawort.people.called import OUR_NAME, opened
from jawort.people.models import Contact
from jawort.people.rules import clean_name
from jawort.vault.keys import keks
from jawort.vault.seal import Klass, Sealed, Unreadable


@transaction.atomic
def describe(contact: UUID, *, name: str, language: str, actor: str, at: datetime) -> bool:
    """Our name for a contact and their language, each empty for none; False if both were so: then nothing is written.

    What the customer calls themselves stays beside it. `language` is a code of at most eight letters. Raises
    Contact.DoesNotExist, and Unreadable if the contact has no key any more: it is being erased.
    """
    row = Contact.objects.select_for_update(no_key=True).get(pk=contact)
    ref = (contact, Klass.IDENTITY, row.month)
    key = keks({ref}, create=False).get(ref)
    if key is None:
        raise Unreadable("a contact has no key any more")
    wanted, changed = clean_name(name), []
    if wanted != opened(_sealed(row), key, contact, OUR_NAME):
        sealed = sealed_value(key, contact, wanted, OUR_NAME) if wanted else None
        row.our_name_wrapped = sealed and sealed.wrapped
        row.our_name_ciphertext = sealed and sealed.ciphertext
        changed.append(("name", wanted))
    if language != row.language:
        row.language = language
        changed.append(("language", language))
    if not changed:
        return False
    row.save(update_fields=["our_name_wrapped", "our_name_ciphertext", "language"])
    facts = [{"what": what, "change": "set" if value else "cleared"} for what, value in changed]
    record([Entry(Kind.CONTACT_CHANGED, actor, contact, fact) for fact in facts], at)
    return True


def _sealed(row: Contact) -> Sealed | None:
    if row.our_name_wrapped is None:
        return None
    return Sealed(bytes(row.our_name_wrapped), bytes(row.our_name_ciphertext or b""))
