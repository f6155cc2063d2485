"""Files that the platform has already: what it calls them, sealed, for as long as it keeps them."""

import os
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.messaging.content import key_name
from jawort.messaging.files.models import File, Given
from jawort.vault.keys import keks
from jawort.vault.seal import Sealed, Unreadable, open_, seal

#: A day less than the platform keeps what was uploaded: a message may wait in its lane.
KEPT_FOR: Final = timedelta(days=29)

Place = tuple[UUID, UUID]  # file, line


@transaction.atomic
def note_given(file: File, line: UUID, provider_id: str, message: UUID, at: datetime) -> None:
    """The platform has the file now, for the messages of this line. The entry says when it left the house, and why."""
    name = key_name(file.contact_id, file.month)
    sealed = seal(keks([name], create=False)[name], provider_id.encode(), os.urandom(32), _bound_to(file.pk, line))
    row = Given(file=file, line_id=line, at=at, wrapped=sealed.wrapped, ciphertext=sealed.ciphertext)
    Given.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["file", "line"], update_fields=["at", "wrapped", "ciphertext"]
    )
    record([Entry(Kind.FILE_GIVEN, "system", file.pk, {"line": str(line)}, related=message)], at)


def given_ids(places: Collection[Place], at: datetime) -> dict[Place, str]:
    """What the platform calls each of these files, as far as it still has them. No query for none."""
    if not places:
        return {}
    rows = Given.objects.filter(file__in={file for file, _ in places}, at__gt=at - KEPT_FOR).select_related("file")
    held = [row for row in rows if (row.file_id, row.line_id) in places]
    keys = keks({key_name(row.file.contact_id, row.file.month) for row in held}, create=False)
    found = {}
    for row in held:
        kek = keys.get(key_name(row.file.contact_id, row.file.month))
        if kek is not None:
            with suppress(Unreadable):
                found[row.file_id, row.line_id] = _opened(row, kek)
    return found


def forget_given(at: datetime) -> None:
    """Drop what the platform calls files that it has no more."""
    Given.objects.filter(at__lte=at - KEPT_FOR).delete()


def _opened(row: Given, kek: bytes) -> str:
    sealed = Sealed(bytes(row.wrapped), bytes(row.ciphertext))
    return open_(kek, sealed, _bound_to(row.file_id, row.line_id))[0].decode()


def _bound_to(file: UUID, line: UUID) -> bytes:
    return b"jw/1\0given\0" + file.bytes + line.bytes
