"""Reads of the egress register."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, Sum

from jawort.egress.models import Count


@dataclass(frozen=True, slots=True)
class Sums:
    """How often one category left: today, and in the last 7 and 30 days, today among them."""

    today: int = 0
    week: int = 0
    month: int = 0


def sums(at: datetime) -> Mapping[tuple[str, str], Sums]:
    """By destination and datum; what did not leave within 30 days is left out. One query."""
    today = at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    within = [Q(day__gt=today - timedelta(days=days)) for days in (1, 7, 30)]
    rows = (
        Count.objects.filter(within[2], day__lte=today)
        .values("destination", "datum")
        .annotate(today=Sum("count", filter=within[0]), week=Sum("count", filter=within[1]), month=Sum("count"))
        .values_list("destination", "datum", "today", "week", "month")
    )
    return {(where, what): Sums(now or 0, week or 0, month) for where, what, now, week, month in rows}
