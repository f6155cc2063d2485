"""The state of a line changes: by an administrator, or because the platform said so."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.lines.models import Line, State


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


def stop(refused: Iterable[tuple[UUID, int]], at: datetime) -> None:
    """A refusal that will meet every message (token dead, number banned) pauses the line; an operator resumes it."""
    for line, code in dict(refused).items():
        set_health(line, State.PAUSED, f"whatsapp.{code}", actor="system", at=at)


@transaction.atomic
def stop_live(refused: Mapping[UUID, tuple[int, datetime]], at: datetime) -> None:
    """Stop lines for refusals, each a code, that the platform told of after the call, with its time in whole seconds.

    They may come days late: a line that stands already keeps its reason, and one whose health changed after the refusal
    is as an operator or the platform left it. No query without a refusal.
    """
    if not refused:
        return
    live = Line.objects.select_for_update(no_key=True).filter(pk__in=refused, state=State.LIVE).order_by("pk")
    changed = dict(live.values_list("pk", "health_at"))
    stop(
        (
            (line, refused[line][0])
            for line, health_at in changed.items()
            if health_at is None or refused[line][1] >= health_at.replace(microsecond=0)
        ),
        at,
    )
