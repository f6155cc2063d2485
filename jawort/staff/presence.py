"""What an agent tells colleagues: available, busy or away.

Only what holds now is kept, and since when. There is no history and no entry in the ledger: a record of when staff were
at their desks serves nobody's purpose here (Art. 5(1)(c) GDPR).
"""

from datetime import datetime

from jawort.staff.models import Agent
from jawort.staff.rules import Presence


def show(agent: Agent, presence: Presence, *, at: datetime) -> None:
    """From now on colleagues see `presence`. The same again changes nothing, also not since when."""
    Agent.objects.filter(pk=agent.pk).exclude(presence=presence).update(presence=presence, presence_since=at)
