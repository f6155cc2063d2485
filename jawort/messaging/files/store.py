"""The bytes of a file go in, sealed as they stream, and come out again. No transaction lasts longer than four chunks.

A file becomes visible as a whole, with its ledger entry (`keep`, `attach`). What a process that died has left is
removed by the next attempt (`begin`); a process that only slept meanwhile finds its writing superseded.
"""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from jawort.core.ids import uuid7
from jawort.messaging.content import key_name
from jawort.messaging.files.content import WHOLE, Description, Stream, open_description, part_of
from jawort.messaging.files.models import Chunk, File
from jawort.vault.chunks import CHUNK_BYTES, chunks_of, new_key, open_chunk, seal_chunks
from jawort.vault.keys import keks
from jawort.vault.seal import Unreadable

#: What WhatsApp lets a customer send, and a business (documents): 100 MB.
FILE_BYTES_MAX = 100 * 1024 * 1024
HEAD_BYTES = 64 * 1024  # what a type is read from
ROWS_AT_ONCE = 4

_PUT = """
    WITH mine AS (SELECT id FROM messaging_file WHERE id = %s AND attempt = %s AND state = 'waiting' FOR SHARE)
    INSERT INTO messaging_chunk (file_id, part, place, data)
    SELECT mine.id, %s, %s + c.n - 1, c.data FROM mine, unnest(%b::bytea[]) WITH ORDINALITY AS c (data, n)
"""

_START_OVER = """
    DELETE FROM messaging_chunk WHERE file_id = %s AND part = %s
        AND EXISTS (SELECT FROM messaging_file f WHERE f.id = file_id AND f.attempt = %s AND f.state = 'waiting')
"""


class TooLarge(Exception):
    """More bytes than a file may have. They were counted as they came; nobody's word was taken for it."""


class Superseded(Exception):
    """Another attempt writes this file now, or somebody has settled it: stop, and touch nothing."""


@dataclass(frozen=True, slots=True)
class Written:
    """One part as it was written: where it lies, the hash of its clear bytes, and their beginning."""

    stream: Stream
    sha256: bytes
    head: bytes


@transaction.atomic
def begin(file_id: UUID) -> File | None:
    """Start writing a waiting file, anew if somebody has started before; None if it does not wait any more."""
    file = File.objects.select_for_update(of=("self",), no_key=True).filter(pk=file_id, state="waiting").first()
    if file is None:
        return None
    clear(file.pk)
    file.attempt = uuid7()
    File.objects.filter(pk=file.pk).update(attempt=file.attempt, tries=F("tries") + 1)
    file.tries += 1
    return file


def write(file: File, blocks: Iterable[bytes], *, part: int = WHOLE, limit: int) -> Written:
    """Seal and store `blocks` as they come, a few chunks in memory, instead of what this attempt wrote before.

    Needs `begin`. Raises TooLarge, Superseded.
    """
    key, seen = new_key(), _Seen(limit)
    sealed = seal_chunks(key, part_of(file.pk, part), seen.all(blocks))
    place = 0
    while rows := list(islice(sealed, ROWS_AT_ONCE)):
        with transaction.atomic(), connection.cursor() as cursor:
            if not place:
                cursor.execute(_START_OVER, [file.pk, part, file.attempt])
            cursor.execute(_PUT, [file.pk, file.attempt, part, place, rows])
            if cursor.rowcount != len(rows):
                raise Superseded
        place += len(rows)
    return Written(Stream(part=part, key=key, size=seen.size, type=""), seen.hash.digest(), bytes(seen.head))


def read(file_id: UUID, stream: Stream, start: int = 0, end: int | None = None) -> Iterator[bytes]:
    """The clear bytes from `start` up to `end` (not with it), a chunk at a time. Raises Unreadable, also amidst.

    Each chunk is a query of its own: who reads slowly holds no transaction and no memory.
    """
    end = stream.size if end is None else min(end, stream.size)
    if not 0 <= start <= end:
        raise ValueError("No such range.")
    last, bound = chunks_of(stream.size) - 1, part_of(file_id, stream.part)
    for place in range(start // CHUNK_BYTES, last + 1):
        begins = place * CHUNK_BYTES
        if begins >= end and place > 0:
            return
        held = Chunk.objects.filter(file=file_id, part=stream.part, place=place).values_list("data", flat=True).first()
        if held is None:
            raise Unreadable("a chunk is missing")
        clear_bytes = open_chunk(stream.key, bound, place, place == last, bytes(held))
        if piece := clear_bytes[max(0, start - begins) : end - begins]:
            yield piece


def describe(files: Iterable[File]) -> dict[UUID, Description]:
    """What each file is, opened; who asks records the hand-out. One that is not whole or does not open is missing."""
    whole = [file for file in files if file.ciphertext is not None]
    keys = keks({key_name(file.contact_id, file.month) for file in whole}, create=False)
    found = {}
    for file in whole:
        kek = keys.get(key_name(file.contact_id, file.month))
        if kek is not None:
            with suppress(Unreadable):
                found[file.pk] = open_description(kek, file)[0]
    return found


def clear(file_id: UUID) -> None:
    """Remove every chunk of a file. Needs the lock of its row."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM messaging_chunk WHERE file_id = %s", [file_id])


def rows_of(streams: Iterable[Stream]) -> int:
    """How many chunks these streams lie in."""
    return sum(chunks_of(stream.size) for stream in streams)


class _Seen:
    """What goes by: size, hash, beginning; an end to what is too long."""

    def __init__(self, limit: int) -> None:
        self.limit, self.size = limit, 0
        self.hash, self.head = hashlib.sha256(), bytearray()

    def all(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """The same blocks. Raises TooLarge with the first that is too much."""
        for block in blocks:
            self.size += len(block)
            if self.size > self.limit:
                raise TooLarge
            self.hash.update(block)
            if len(self.head) < HEAD_BYTES:
                self.head += block[: HEAD_BYTES - len(self.head)]
            yield block
