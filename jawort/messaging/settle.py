"""A doubt about who somebody is ends: open desks learn that answers may leave again."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from jawort.messaging.live import notify_about
from jawort.people.rules import Verdict
from jawort.people.settle import settle as settle_doubt


@transaction.atomic
def settle(review_id: UUID, verdict: Verdict, *, actor: str, at: datetime) -> bool:
    """Settle the doubt; False if it was settled before. Raises CannotSettle, and Review.DoesNotExist."""
    contact = settle_doubt(review_id, verdict, actor=actor, at=at)
    if contact is None:
        return False
    notify_about([contact])
    return True
