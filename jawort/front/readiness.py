"""What every process with Django needs before it can work: the database, its tables, keys that open."""

from functools import cache
from typing import Final

import psycopg
from django.db.migrations.loader import MigrationLoader

from jawort.front.probe import NoAnswerError, Probe
from jawort.vault.epochs import WrongRootError, epoch_key

#: Whoever asks more often hears the same: the desk's port may be open to strangers.
KEPT_S: Final = 1.0

AWAY: Final = "database away"
UNMIGRATED: Final = "migrations not applied"
WRONG_ROOT: Final = "root key does not fit"

_ASK: Final = """
SELECT (SELECT count(*) FROM django_migrations WHERE app || '.' || name = ANY(%(wanted)s)),
       newest.number, newest.wrapped
  FROM (SELECT) AS one LEFT JOIN LATERAL (
       SELECT number, wrapped FROM vault_epoch WHERE wrapped IS NOT NULL ORDER BY number DESC LIMIT 1
  ) AS newest ON true
"""


@cache
def newest_migrations() -> list[str]:
    """The last migration of every app, as this version needs it."""
    return sorted(f"{app}.{name}" for app, name in MigrationLoader(None).graph.leaf_nodes())


class Readiness:
    """Asks the database. Empty if all is there, else what lacks first."""

    def __init__(self, probe: Probe) -> None:
        self._probe = probe

    async def __call__(self) -> str:
        """Before the first key is made there is none that could fail to open."""
        wanted = newest_migrations()
        try:
            applied, number, wrapped = await self._probe.row(_ASK, {"wanted": wanted})
        except NoAnswerError as silent:
            return UNMIGRATED if isinstance(silent.__cause__, psycopg.errors.UndefinedTable) else AWAY
        if applied < len(wanted):
            return UNMIGRATED
        try:
            if number is not None:
                epoch_key(number, bytes(wrapped))
        except WrongRootError:
            return WRONG_ROOT
        return ""
