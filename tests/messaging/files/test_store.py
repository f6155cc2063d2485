"""Files go in sealed and come out whole; half a file is never seen."""

from collections.abc import Iterator

import pytest
from django.db import connection, transaction

from jawort.messaging.files.content import Stream
from jawort.messaging.files.keep import attach
from jawort.messaging.files.models import Chunk, File
from jawort.messaging.files.store import FILE_BYTES_MAX, Superseded, TooLarge, begin, describe, read, write
from jawort.messaging.files.upload import drop, upload
from jawort.messaging.models import Message
from jawort.staff.models import Agent
from jawort.vault.chunks import CHUNK_BYTES
from jawort.vault.seal import Unreadable
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene, author
from tests.messaging.files.stored import CLAIMS, PDF, a_waiting_file, fetched, stream_of


@pytest.fixture
def waiting(scene: Scene, kim: Customer) -> File:
    """A file of a message of Kim's that nobody has fetched yet."""
    scene.writes(kim, "Hier ist es")
    return a_waiting_file(scene, Message.objects.get())


def test_a_file_comes_out_as_it_went_in(scene: Scene, waiting: File) -> None:
    file = fetched(scene, waiting)
    found = describe([file])[file.pk]
    assert (found.claims, found.found.size, found.found.type) == (CLAIMS, len(PDF), "application/pdf")
    assert b"".join(read(file.pk, stream_of(file))) == PDF


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (0, 0),
        (0, 1),
        (CHUNK_BYTES - 1, CHUNK_BYTES + 1),
        (CHUNK_BYTES, 2 * CHUNK_BYTES),
        (3 * CHUNK_BYTES + 5, None),
        (len(PDF), None),
        (7, 10**9),
    ],
)
def test_a_part_of_it_is_that_part(scene: Scene, waiting: File, start: int, end: int | None) -> None:
    file = fetched(scene, waiting)
    assert b"".join(read(file.pk, stream_of(file), start, end)) == PDF[start:end]


def test_an_empty_file_is_one_chunk(scene: Scene, waiting: File) -> None:
    file = fetched(scene, waiting, b"")
    assert b"".join(read(file.pk, stream_of(file))) == b""
    assert Chunk.objects.count() == 1


def test_nothing_of_it_lies_in_clear(scene: Scene, waiting: File) -> None:
    file = fetched(scene, waiting)
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(data, ''::bytea) FROM messaging_chunk")
        rows = bytes(cursor.fetchone()[0])
        cursor.execute("SELECT to_jsonb(f)::text FROM messaging_file f")
        row = cursor.fetchone()[0]
    assert PDF[:64] not in rows
    digest = describe([file])[file.pk].found.sha256
    assert not [said for said in (CLAIMS.name, digest.hex(), str(len(PDF))) if said in row]


class TestReadingFails:
    def test_when_a_chunk_is_gone(self, scene: Scene, waiting: File) -> None:
        file = fetched(scene, waiting)
        with transaction.atomic():
            Chunk.objects.filter(file=file, place=2).delete()
            with pytest.raises(Unreadable):
                list(read(file.pk, stream_of(file)))
            transaction.set_rollback(True)

    def test_when_chunks_are_exchanged(self, scene: Scene, waiting: File) -> None:
        file = fetched(scene, waiting)
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE messaging_chunk c SET data = o.data FROM messaging_chunk o WHERE o.place <> c.place"
                )
            with pytest.raises(Unreadable):
                list(read(file.pk, stream_of(file)))
            transaction.set_rollback(True)

    def test_when_the_end_is_cut_off(self, scene: Scene, waiting: File) -> None:
        file = fetched(scene, waiting)
        whole = stream_of(file)
        shorter = Stream(part=whole.part, key=whole.key, size=5 * CHUNK_BYTES, type=whole.type)
        with pytest.raises(Unreadable):
            list(read(file.pk, shorter))


class TestHalfAFile:
    def test_is_not_to_be_seen(self, scene: Scene, waiting: File) -> None:
        file = begin(waiting.pk)
        assert file is not None
        write(file, [PDF], limit=FILE_BYTES_MAX)
        assert describe([File.objects.get()]) == {}
        fetched(scene, waiting)

    def test_is_removed_by_the_next_attempt(self, scene: Scene, waiting: File) -> None:
        died = begin(waiting.pk)
        assert died is not None
        write(died, [PDF * 2], limit=FILE_BYTES_MAX)
        file = fetched(scene, waiting)
        assert Chunk.objects.count() == file.chunks

    def test_of_one_who_slept_is_refused(self, scene: Scene, waiting: File) -> None:
        slept = begin(waiting.pk)
        assert slept is not None
        file = fetched(scene, waiting)
        with pytest.raises(Superseded):
            write(slept, [b"late"], limit=FILE_BYTES_MAX)
        assert Chunk.objects.count() == file.chunks

    def test_that_is_too_large_stops_at_the_limit(self, scene: Scene, waiting: File) -> None:
        file = begin(waiting.pk)
        assert file is not None
        given = 0

        def endless() -> Iterator[bytes]:
            nonlocal given
            while True:
                given += CHUNK_BYTES
                yield bytes(CHUNK_BYTES)

        with pytest.raises(TooLarge):
            write(file, endless(), limit=3 * CHUNK_BYTES)
        assert given == 4 * CHUNK_BYTES
        fetched(scene, waiting)


class TestUpload:
    def test_a_draft_becomes_a_file_of_a_message(self, scene: Scene, waiting: File, alice: Agent) -> None:
        fetched(scene, waiting)
        message = Message.objects.get()
        draft = upload(message.contact_id, CLAIMS, [PDF], author(alice), scene.clock.at)
        assert (draft.state, draft.entry_id) == ("draft", None)
        with transaction.atomic():
            attach([draft], message, scene.clock.at)
        stored = File.objects.get(pk=draft.pk)
        assert (stored.state, stored.message_id) == ("stored", message.pk)
        assert b"".join(read(stored.pk, stream_of(stored))) == PDF

    def test_one_that_breaks_off_leaves_nothing(self, scene: Scene, waiting: File, alice: Agent) -> None:
        fetched(scene, waiting)

        def broken() -> Iterator[bytes]:
            yield PDF
            raise ConnectionResetError

        with pytest.raises(ConnectionResetError):
            upload(waiting.contact_id, CLAIMS, broken(), author(alice), scene.clock.at)
        assert not File.objects.filter(direction="out").exists()

    def test_a_draft_can_be_dropped_and_a_file_cannot(self, scene: Scene, waiting: File, alice: Agent) -> None:
        file = fetched(scene, waiting)
        draft = upload(waiting.contact_id, CLAIMS, [PDF], author(alice), scene.clock.at)
        drop(draft.pk)
        drop(file.pk)
        assert list(File.objects.all()) == [file]

    def test_a_draft_for_another_contact_is_none(
        self, scene: Scene, waiting: File, nour: Customer, alice: Agent
    ) -> None:
        fetched(scene, waiting)
        scene.writes(nour, "Guten Tag")
        theirs = Message.objects.exclude(contact=waiting.contact_id).get()
        draft = upload(waiting.contact_id, CLAIMS, [PDF], author(alice), scene.clock.at)
        with pytest.raises(File.DoesNotExist), transaction.atomic():
            attach([draft], theirs, scene.clock.at)
        drop(draft.pk)
