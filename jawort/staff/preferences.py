"""How the desk looks and speaks to somebody: their own choice, no right and no duty hangs from it."""

from datetime import time
from typing import TypedDict, Unpack

from jawort.staff.models import Agent


class Choices(TypedDict, total=False):
    """What somebody chooses for themselves, by the columns of an agent."""

    language: str
    theme: str
    density: str
    time_zone: str
    single_keys: bool
    enter_sends: bool
    sounds: list[str]
    banners: list[str]
    banners_name: bool
    quiet_from: time | None
    quiet_until: time | None
    undo_seconds: int
    signature: str
    tells_reading: bool


def prefer(agent: Agent, **choices: Unpack[Choices]) -> None:
    """Keep these choices and leave the others. Not in the ledger: they concern nobody else."""
    Agent.objects.filter(pk=agent.pk).update(**choices)
