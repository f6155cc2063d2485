"""`jawort migrate`: tables as this version needs them. Safe to run on several nodes at once, beside old processes."""

import logging
import time
from argparse import Namespace

from django.core.management import call_command
from django.db import connection
from psycopg.sql import SQL, Identifier

from jawort.cli.postgres_programs import MAJOR_MIN
from jawort.core.config import Config, ConfigError

#: Any number that nobody else takes: two nodes that start together migrate one after the other.
LOCK = 7_421_001
LOOK_S = 0.2

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
    _wait_for_others()
    try:
        _drop_unfinished()
        call_command("migrate", verbosity=0, interactive=False)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    log.info("the tables are up to date")


def _wait_for_others() -> None:
    """Take the lock by asking again and again: a statement that waited for it would keep its view of the tables, and an
    index that the other builds beside running processes waits for every such view to end, so neither would go on."""
    while True:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
            if cursor.fetchone()[0]:
                return
        time.sleep(LOOK_S)


def _drop_unfinished() -> None:
    """Indexes whose building beside running processes broke off: nobody reads by them, and their names are taken."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT one.relname FROM pg_index JOIN pg_class one ON one.oid = indexrelid"
            " WHERE NOT indisvalid AND one.relnamespace = current_schema()::regnamespace"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(SQL("DROP INDEX {}").format(Identifier(name)))
            log.info("an unfinished index is dropped")
