"""A doubt about who somebody is ends: open desks learn that answers may leave again."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from jawort.messaging.live import IDS_MAX, notify
from jawort.messaging.models import Conversation
from jawort.people.rules import Verdict
from jawort.people.settle import settle as settle_doubt


@transaction.atomic
def settle(review_id: UUID, verdict: Verdict, *, actor: str, at: datetime) -> bool:
    """Settle the doubt; False if it was settled before. Raises CannotSettle, and Review.DoesNotExist.

    The newest message of each conversation is named as changed: with it a page asks what stands around the thread.
    """
    contact = settle_doubt(review_id, verdict, actor=actor, at=at)
    if contact is None:
        return False
    homes = Conversation.objects.filter(contact=contact).order_by("-last_message_at")
    newest = list(homes.values_list("pk", "last_message_id")[:IDS_MAX])
    notify([home for home, _ in newest], [(home, message) for home, message in newest if message])
    return True
