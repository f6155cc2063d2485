"""Epochs: the keys between the root key and the keyrings.

The root key wraps one key per epoch; the keyrings hang from the epoch's. An epoch's key is unwrapped once per process.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.db import connection, transaction

from jawort.core.clock import now
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.vault.seal import KEY_BYTES, Unreadable, unwrap, wrap
from jawort.vault.state import vault


class WrongRootError(Unreadable):
    """The root key does not open this database's keys. The text is a sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class EpochKey:
    """An epoch that new keys are wrapped under."""

    number: int
    key: bytes


def current() -> EpochKey:
    """The newest epoch; the first is made here, with its ledger entry. Two processes at once get the same one.

    Raises WrongRootError.
    """
    newest = _newest()
    if newest is None:
        _start(1)
        newest = _newest()
        assert newest is not None
    number, wrapped = newest
    return EpochKey(number, epoch_key(number, wrapped))


def epoch_key(number: int, wrapped: bytes) -> bytes:
    """The key of an epoch from its row. Remembered by what is in the row, so a rolled back row misleads nobody.

    Raises WrongRootError.
    """
    return _unwrapped(vault().key("epoch"), number, wrapped)


@lru_cache(maxsize=16)  # at most four epochs live at once
def _unwrapped(key: bytes, number: int, wrapped: bytes) -> bytes:
    try:
        return unwrap(key, wrapped, _bound(number))
    except Unreadable:
        raise WrongRootError(
            f"The root key does not open key epoch {number} of this database: "
            "put back the root key file that belongs to this database."
        ) from None


def _newest() -> tuple[int, bytes] | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, wrapped FROM vault_epoch WHERE wrapped IS NOT NULL ORDER BY number DESC LIMIT 1")
        row = cursor.fetchone()
    return None if row is None else (row[0], bytes(row[1]))


def _start(number: int) -> None:
    """Make an epoch. A second process waits here for the first one's commit and then makes none."""
    at = now()
    wrapped = wrap(vault().key("epoch"), os.urandom(KEY_BYTES), _bound(number))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO vault_epoch (number, wrapped, started_at) VALUES (%s, %s, %s)"
            " ON CONFLICT (number) DO NOTHING RETURNING number",
            [number, wrapped, at],
        )
        made: Sequence[tuple[int]] = cursor.fetchall()
        if made:
            record([Entry(Kind.KEY_EPOCH, "system", None, {"epoch": number})], at)


def _bound(number: int) -> bytes:
    return b"jw/epoch/1\0" + str(number).encode()
