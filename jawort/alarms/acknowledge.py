"""Somebody takes an alarm on."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from jawort.alarms.models import Alarm
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record


@transaction.atomic
def acknowledge(alarm_id: UUID, *, actor: str, at: datetime) -> bool:
    """Say who sees to it; the alarm stays until its cause is gone. False if it has ended or somebody has it already."""
    waiting = Alarm.objects.filter(pk=alarm_id, ended_at=None, acknowledged_at=None)
    if not waiting.update(acknowledged_at=at, acknowledged_by=actor):
        return False
    record([Entry(Kind.ALARM_ACKNOWLEDGED, actor, alarm_id)], at)
    return True
