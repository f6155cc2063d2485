"""Does the store still hold the files that the ledger committed to? Every byte is opened and hashed again."""

import hashlib
from collections.abc import Iterator

from django.db import connection

from jawort.core.finding import Finding
from jawort.ledger.kinds import Kind
from jawort.ledger.models import Entry
from jawort.ledger.queries import in_chunks
from jawort.messaging.content import key_name
from jawort.messaging.files.content import WHOLE, Description, commit, open_description
from jawort.messaging.files.models import File
from jawort.messaging.files.store import read, rows_of
from jawort.vault.keys import keks
from jawort.vault.seal import Unreadable

CHUNK = 200
PROBLEMS_MAX = 100  # of each kind: more say nothing new

#: What was told last of a file is what it is. One that was asked for again waits, until something else is told.
_UNTOLD = """
    SELECT f.id FROM messaging_file f LEFT JOIN LATERAL (
        SELECT e.kind, e.facts FROM ledger_entry e
        WHERE e.object = f.id AND e.kind = ANY(%(kinds)s) ORDER BY e.id DESC LIMIT 1
    ) AS told ON true
    WHERE CASE
        WHEN f.state IN ('refused', 'lost') THEN told.kind IS DISTINCT FROM %(outcome)s
            OR told.facts ->> 'state' <> f.state OR told.facts ->> 'reason' <> f.reason
        WHEN f.state = 'stored' THEN told.kind IS DISTINCT FROM %(stored)s
        ELSE told.kind IN (%(outcome)s, %(stored)s) END
    ORDER BY f.id LIMIT %(limit)s
"""


def prove() -> tuple[int, list[Finding]]:
    """How many files were checked against their entries, and what does not fit."""
    checked, problems = 0, []
    for entries in in_chunks([Kind.FILE], CHUNK):
        found = File.objects.in_bulk([e.pk for e in entries], field_name="entry_id")
        keys = keks({key_name(f.contact_id, f.month) for f in found.values()}, create=False)
        for entry in entries:
            checked += 1
            file = found.get(entry.pk)
            if file is None:
                place = f"id {entry.pk}" if entry.log_index is None else entry.log_index
                problems.append(Finding("file.missing", f"There is no file in the store for ledger entry {place}."))
            elif fault := _misfit(entry, file, keys.get(key_name(file.contact_id, file.month))):
                problems.append(Finding("file.changed", f"File {file.pk} {fault}"))
    return checked, [*problems, *_untold()]


def _misfit(entry: Entry, file: File, kek: bytes | None) -> str:
    """What does not fit, as the end of a sentence; empty if all does."""
    if entry.object != file.pk or entry.actor != file.actor:
        return "belongs to another entry."
    if kek is None:
        return "has no key."
    try:
        if commit(kek, file) != bytes(entry.commitment or b""):
            return "is not what was committed to."
        return _misheld(file, open_description(kek, file)[0])
    except Unreadable:
        return "does not open: key, row or chunks were changed, or one is missing."


def _misheld(file: File, said: Description) -> str:
    """Whether the bytes are those that the record tells of. Raises Unreadable."""
    for stream in said.streams:
        seen, size = hashlib.sha256(), 0
        for piece in read(file.pk, stream):
            seen.update(piece)
            size += len(piece)
        if stream.part == WHOLE and (seen.digest(), size) != (said.found.sha256, said.found.size):
            return "holds other bytes than were committed to."
    return "" if file.chunks == rows_of(said.streams) else "has another number of chunks than belong to it."


def _untold() -> Iterator[Finding]:
    kinds = [str(kind) for kind in (Kind.FILE, Kind.FILE_OUTCOME, Kind.FILE_ASKED_AGAIN)]
    outcome, stored = str(Kind.FILE_OUTCOME), str(Kind.FILE)
    with connection.cursor() as cursor:
        cursor.execute(_UNTOLD, {"kinds": kinds, "outcome": outcome, "stored": stored, "limit": PROBLEMS_MAX})
        for (pk,) in cursor.fetchall():
            yield Finding("file.state", f"File {pk} is in a state that the ledger does not tell.")
