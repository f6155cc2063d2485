"""A customer takes a file of ours from a side door."""

from datetime import datetime

from django.db import transaction

from jawort.messaging.side_door.come_in import Shut
from jawort.messaging.side_door.hand_over import used
from jawort.messaging.side_door.models import SideDoor
from jawort.messaging.side_door.queries import standing
from jawort.messaging.side_door.rules import Condition, Way


@transaction.atomic
def take(door: SideDoor, at: datetime) -> None:
    """Let the file out; the first time uses the link. Raises Shut."""
    held = SideDoor.objects.select_for_update(of=("self",), no_key=True).get(pk=door.pk)
    if (now := standing(held, at)) is not Condition.OPEN or held.way != Way.OUT:
        raise Shut(now)
    if held.used_at is None:
        used(held, at)
