"""What customers call themselves: profile name and username. Both may change with every message and prove nothing.

What we call them lies beside both and is not touched by what comes in.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection

from jawort.people.book import Page, sealed_value
from jawort.vault.seal import Klass, Sealed, Unreadable, aad, open_

#: Bound into the seal of a username, which lies in the row of the name.
USERNAME: Final = b"\0username"
#: The same for our own name for them.
OUR_NAME: Final = b"\0our name"
#: Each kind of name: the field of rules.Names, where it lies in a contact's row, and what is bound into its seal.
NAMES: Final = (("ours", "our_name", OUR_NAME), ("profile", "name", b""), ("username", "username", USERNAME))

# Neither waits for anybody: what is skipped here is written with the next message.
_RENAME = """
WITH free AS (SELECT id FROM people_contact WHERE id = ANY(%b::uuid[]) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED)
UPDATE people_contact c SET name_wrapped = n.wrapped, name_ciphertext = n.ciphertext
  FROM free, unnest(%b::uuid[], %b::bytea[], %b::bytea[]) AS n (id, wrapped, ciphertext)
 WHERE c.id = free.id AND n.id = free.id
"""
_NICKNAME = """
WITH free AS (SELECT id FROM people_contact WHERE id = ANY(%b::uuid[]) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED)
UPDATE people_contact c SET username_wrapped = n.wrapped, username_ciphertext = n.ciphertext, username_at = %s
  FROM free, unnest(%b::uuid[], %b::bytea[], %b::bytea[]) AS n (id, wrapped, ciphertext)
 WHERE c.id = free.id AND n.id = free.id
"""


def rename(
    page: Page, names: Mapping[UUID, str], usernames: Mapping[UUID, str], keks: Mapping[UUID, bytes], at: datetime
) -> None:
    """Seal the names and usernames that are not what they were. Without any that changed it asks nothing."""
    new = _changed(page.names, {id_: name for id_, name in names.items() if id_ in page.names}, keks)
    if new:
        with connection.cursor() as cursor:
            cursor.execute(_RENAME, [list(new), *_columns(new)])
    # New contacts come with their name; a username is rare enough to be written after.
    new = _changed(page.usernames, usernames, keks, USERNAME)
    if new:
        with connection.cursor() as cursor:
            cursor.execute(_NICKNAME, [list(new), at, *_columns(new)])


def opened(sealed: Sealed | None, kek: bytes, contact: UUID, what: bytes = b"") -> str | None:
    """A name on its row; None also for one that does not open, which is then replaced (doctor reports it)."""
    try:
        return None if sealed is None else open_(kek, sealed, aad(Klass.IDENTITY, contact) + what)[0].decode()
    except Unreadable:
        return None


def _changed(
    rows: Mapping[UUID, Sealed | None], said: Mapping[UUID, str], keks: Mapping[UUID, bytes], what: bytes = b""
) -> dict[UUID, Sealed]:
    return {
        id_: sealed_value(keks[id_], id_, word, what)
        for id_, word in sorted(said.items())
        if opened(rows.get(id_), keks[id_], id_, what) != word
    }


def _columns(sealed: Mapping[UUID, Sealed]) -> list[list[UUID] | list[bytes]]:
    values = sealed.values()
    return [list(sealed), [one.wrapped for one in values], [one.ciphertext for one in values]]
