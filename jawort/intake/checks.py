"""What must hold of the queue at rest."""

from datetime import timedelta

from jawort.core import clock
from jawort.core.finding import Finding
from jawort.intake.models import RawEvent

WAITING_MAX = timedelta(minutes=5)  # a body is taken in within a second; a restart takes less than a minute


def findings() -> list[Finding]:
    """Nothing waits for long. What is parked is no fault: it is shown, and waits for a person."""
    late = RawEvent.objects.filter(parked_at=None, received_at__lt=clock.now() - WAITING_MAX).count()
    return [Finding("intake.late", f"{late} webhooks wait: see that a worker runs (jawort work).")] if late else []
