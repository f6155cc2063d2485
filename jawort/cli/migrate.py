"""`jawort migrate`: tables as this version needs them. Safe to run on several nodes at once."""

import logging
from argparse import Namespace

from django.core.management import call_command
from django.db import connection

from jawort.cli.postgres_programs import MAJOR_MIN
from jawort.core.config import Config, ConfigError

#: Any number that nobody else takes: two nodes that start together migrate one after the other.
_LOCK = 7_421_001

log = logging.getLogger(__name__)


def run(_options: Namespace, _config: Config) -> int:
    """Migrate. Raises ConfigError on a server that is too old."""
    migrate()
    return 0


def migrate() -> None:
    """Bring every table up to date, one node at a time."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        major = int(cursor.fetchone()[0]) // 10_000
        if major < MAJOR_MIN:
            raise ConfigError(f"PostgreSQL is {major} and Jawort needs {MAJOR_MIN} or newer: take a newer server.")
        cursor.execute("SET lock_timeout = 0")  # another node may be migrating, and a table may take its time
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        try:
            call_command("migrate", verbosity=0, interactive=False)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
    log.info("the tables are up to date")
