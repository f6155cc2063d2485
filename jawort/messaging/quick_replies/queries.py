"""Quick replies in clear: the shared ones and a person's own."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from jawort.messaging.quick_replies.content import open_wording
from jawort.messaging.quick_replies.models import QuickReply
from jawort.messaging.quick_replies.rules import Wording
from jawort.staff.models import Agent


@dataclass(frozen=True, slots=True)
class Kept:
    """A quick reply as somebody sees it."""

    id: UUID
    is_own: bool
    wording: Wording


def quick_replies(person: Agent) -> list[Kept]:
    """Those that `person` may use, by name. One that does not open is left out; doctor reports it."""
    rows = QuickReply.objects.filter(Q(owner=None) | Q(owner=person)).order_by("id")
    found = [
        Kept(row.pk, row.owner_id is not None, wording)
        for row in rows
        if (wording := open_wording(row.pk, bytes(row.sealed)))
    ]
    return sorted(found, key=lambda kept: kept.wording.name.casefold())
