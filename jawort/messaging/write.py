"""Store many messages, or columns of many, in one statement. The ORM would spend most of a batch's time under locks."""

from collections.abc import Collection
from functools import cache

from django.db import connection

from jawort.messaging.models import Message

_COLUMNS = {field.attname: str(field.db_type(connection)) for field in Message._meta.concrete_fields}


def insert(messages: Collection[Message]) -> None:
    """Store new messages, in their order."""
    if messages:
        _execute(_insertion(), messages, tuple(_COLUMNS))


def write(messages: Collection[Message], *columns: str) -> None:
    """Store these columns of `messages` as they are in memory. Needs their locks."""
    if messages:
        _execute(_update(columns), messages, ("id", *columns))


def _execute(statement: str, messages: Collection[Message], columns: tuple[str, ...]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [[getattr(message, name) for message in messages] for name in columns])


@cache
def _insertion() -> str:
    names = ", ".join(_COLUMNS)
    return f"INSERT INTO messaging_message ({names}) SELECT {names} FROM {_rows(tuple(_COLUMNS))}"  # noqa: S608


@cache
def _update(columns: tuple[str, ...]) -> str:
    settings = ", ".join(f"{name} = new.{name}" for name in columns)
    rows = _rows(("id", *columns))
    return f"UPDATE messaging_message m SET {settings} FROM {rows} WHERE m.id = new.id"  # noqa: S608


def _rows(columns: tuple[str, ...]) -> str:
    """One array a column, side by side as rows. Binary: written as text they take ten to a hundred times as long."""
    arrays = ", ".join(f"%b::{_COLUMNS[name]}[]" for name in columns)
    return f"unnest({arrays}) AS new ({', '.join(columns)})"
