"""What must hold of the queue at rest."""

from jawort.core.finding import Finding
from jawort.intake.queries import raw_events


def findings() -> list[Finding]:
    """Parked bodies wait for a person: shown, until they are replayed or a week has passed."""
    parked = raw_events().parked
    return [Finding("intake.parked", f"{parked} updates are set aside: see “Parked” on the desk.")] if parked else []
