"""The state of a line changes: by an administrator, or because the platform said so."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.lines.models import Line, State


def hold(accounts: Collection[str]) -> None:
    """Lock the lines of these accounts, all in one order, before any of them changes. Needs a transaction.

    What the platform says of one line can change the others of its account: two that are refused at once would each
    hold one line and wait for the other's.
    """
    lines = Line.objects.filter(waba_id__in=accounts).order_by("pk")
    list(lines.select_for_update(no_key=True).values_list("pk"))


@transaction.atomic
def set_health(line_id: UUID, state: State, health: str, *, actor: str, at: datetime) -> bool:
    """Set state and health; True if that changed anything. `health` is a code ("whatsapp.190"), empty if all is well.

    Raises Line.DoesNotExist.
    """
    line = Line.objects.select_for_update(no_key=True).only("state", "health").get(pk=line_id)
    if (line.state, line.health) == (state, health):
        return False
    Line.objects.filter(pk=line_id).update(state=state, health=health, health_at=at)
    facts = {"change": "health", "state": state.value, "health": health, "was": line.state}
    record([Entry(Kind.LINE_CHANGED, actor, line_id, facts)], at)
    return True
