"""What must hold of the queue at rest."""

from datetime import timedelta

from jawort.core import clock
from jawort.core.finding import Finding
from jawort.intake.models import RawEvent
from jawort.intake.park import PARKED_FOR

WAITING_MAX = timedelta(minutes=5)  # a body is taken in within a second; a restart takes less than a minute


def findings() -> list[Finding]:
    """Nothing waits for long. What is parked is no fault: it is shown, and waits a week for a person."""
    at = clock.now()
    late = RawEvent.objects.filter(parked_at=None, received_at__lt=at - WAITING_MAX).count()
    kept = RawEvent.objects.filter(parked_at__lt=at - PARKED_FOR - WAITING_MAX).count()
    sentences = {
        "intake.late": (late, "{} webhooks wait: see that a worker runs (jawort work)."),
        "intake.parked_late": (
            kept,
            "{} things are parked for more than a week: see that a worker runs (jawort work).",
        ),
    }
    return [Finding(code, text.format(number)) for code, (number, text) in sentences.items() if number]
