"""Write columns of many messages in one statement. An ORM update of a batch spends most of its time under locks."""

from collections.abc import Collection

from django.db import connection
from psycopg import sql

from jawort.messaging.models import Message

#: What changes after a message was made, with its type.
TYPES = {
    "state": "text",
    "failure": "text",
    "gate": "text",
    "seq": "bigint",
    "entry_id": "bigint",
    "wrapped": "bytea",
    "ciphertext": "bytea",
    "provider_index": "bytea",
    "provider_wrapped": "bytea",
    "provider_ciphertext": "bytea",
}


def write(messages: Collection[Message], *columns: str) -> None:
    """Store these columns of `messages` as they are in memory. Needs their locks."""
    if not messages:
        return
    names = sql.SQL(", ").join(sql.Identifier(name) for name in ("id", *columns))
    arrays = sql.SQL(", ").join(sql.SQL("%s::" + kind + "[]") for kind in ("uuid", *(TYPES[name] for name in columns)))
    settings = sql.SQL(", ").join(sql.SQL("{0} = new.{0}").format(sql.Identifier(name)) for name in columns)
    statement = sql.SQL(
        "UPDATE messaging_message m SET {settings} FROM unnest({arrays}) AS new ({names}) WHERE m.id = new.id"
    ).format(settings=settings, arrays=arrays, names=names)
    values = [[getattr(message, name) for message in messages] for name in ("pk", *columns)]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
