"""A connection of one's own beside Django's: for locks that must live as long as it, and for long reads."""

from typing import Any

import psycopg
from django.db import connection

Link = psycopg.Connection[tuple[Any, ...]]

_DJANGO_ONLY = {"cursor_factory", "context", "prepare_threshold"}


def own_connection(name: str) -> Link:
    """A new connection to Django's database, in autocommit and UTC, shown as `name` in pg_stat_activity. Close it."""
    given = connection.get_connection_params()
    wanted = {key: value for key, value in given.items() if key not in _DJANGO_ONLY}
    link: Link = psycopg.connect(**{**wanted, "application_name": name}, autocommit=True)
    link.execute("SET TIME ZONE 'UTC'")
    return link
