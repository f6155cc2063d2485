"""How the desk looks and speaks to somebody: their own choice, no right and no duty hangs from it."""

from jawort.staff.models import Agent


def prefer(agent: Agent, *, language: str, theme: str, time_zone: str) -> None:
    """Keep the three choices. Not in the ledger: they concern nobody else."""
    Agent.objects.filter(pk=agent.pk).update(language=language, theme=theme, time_zone=time_zone)
