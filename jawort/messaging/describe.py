"""A contact is called something else with us: every row and thread that names them is told."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from jawort.messaging.live import notify_about
from jawort.messaging.models import Conversation
from jawort.messaging.touch import bump
from jawort.people.describe import describe as describe_contact


@transaction.atomic
def describe(contact: UUID, *, name: str, language: str, actor: str, at: datetime) -> bool:
    """See people.describe."""
    held = Conversation.objects.select_for_update(of=("self",), no_key=True).filter(contact=contact)
    homes = list(held.order_by("pk").values_list("pk", flat=True))  # conversations before contacts, as intake does
    changed = describe_contact(contact, name=name, language=language, actor=actor, at=at)
    if changed:
        bump(homes)
        notify_about([contact])
    return changed
