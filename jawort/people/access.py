"""The door to a contact. What somebody may not see does not exist."""

from uuid import UUID

from jawort.people.models import Contact
from jawort.people.persons import contacts_of


def person_for(contact_id: UUID) -> tuple[UUID, ...]:
    """All contacts of the person that this contact is or belongs to, the one in front first.

    For whoever may read contacts: today that is all of them. Raises Contact.DoesNotExist.
    """
    Contact.objects.only("pk").get(pk=contact_id)
    return contacts_of(contact_id)
