"""Whoever changes a stored file is found: every byte, every column that somebody relies on, a chunk more or less."""

import pytest
from django.db import connection

from jawort.cli.doctor import check_world
from jawort.messaging.files.keep import dismiss
from jawort.messaging.files.models import File
from jawort.messaging.files.store import begin
from jawort.messaging.models import Message
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene
from tests.messaging.files.stored import a_waiting_file, fetched

FILE, CHUNK = "UPDATE messaging_file SET ", "UPDATE messaging_chunk SET "
CHANGES = [
    (FILE + "ciphertext = set_byte(ciphertext, 2, 255 - get_byte(ciphertext, 2)) WHERE id = %s", "file.changed"),
    (FILE + "wrapped = set_byte(wrapped, 19, 255 - get_byte(wrapped, 19)) WHERE id = %s", "file.changed"),
    (FILE + "created_at = created_at + interval '1 hour' WHERE id = %s", "file.changed"),
    (FILE + "direction = 'out' WHERE id = %s", "file.changed"),
    (FILE + "actor = 'staff:somebody' WHERE id = %s", "file.changed"),
    (FILE + "chunks = chunks + 1 WHERE id = %s", "file.changed"),
    (FILE + "chunks = chunks + 1 WHERE id = %s", "files.chunks"),
    (CHUNK + "data = set_byte(data, 99, 255 - get_byte(data, 99)) WHERE place = 3 AND file_id = %s", "file.changed"),
    ("DELETE FROM messaging_chunk WHERE place = 5 AND file_id = %s", "file.changed"),
    ("DELETE FROM messaging_chunk WHERE place = 5 AND file_id = %s", "files.chunks"),
    (
        "INSERT INTO messaging_chunk (file_id, part, place, data) VALUES (%s, 2, 0, '\\x00')",
        "files.chunks",
    ),
    (
        "WITH gone AS (DELETE FROM messaging_chunk WHERE file_id = %s RETURNING file_id) "
        "DELETE FROM messaging_file f WHERE f.state = 'stored' AND (SELECT count(*) FROM gone) > 0",
        "file.missing",
    ),
    (
        FILE + "state = 'lost', reason = 'gone', wrapped = NULL, ciphertext = NULL, chunks = NULL, entry_id = NULL "
        "WHERE id = %s",
        "file.missing",
    ),
    (
        FILE + "state = 'lost', reason = 'gone', wrapped = NULL, ciphertext = NULL, chunks = NULL, entry_id = NULL "
        "WHERE id = %s",
        "file.state",
    ),
]


@pytest.fixture
def told(scene: Scene, kim: Customer) -> File:
    """One file that was fetched, and one that was refused."""
    scene.writes(kim, "Zwei Dateien")
    message = Message.objects.get()
    refused = begin(a_waiting_file(scene, message).pk)
    assert refused is not None
    dismiss(refused, "refused", "too_large", scene.clock.at)
    return fetched(scene, a_waiting_file(scene, message))


def codes() -> set[str]:
    return {finding.code for finding in check_world()}


@pytest.mark.parametrize(("change", "code"), CHANGES)
def test_what_somebody_changed_is_found(scene: Scene, told: File, change: str, code: str) -> None:
    scene.seals()
    assert codes() == set()
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(change, [told.pk])
        found = codes()
        cursor.execute("ROLLBACK")
    assert code in found


@pytest.mark.parametrize("change", ["reason = 'changed'", "state = 'lost'", "state = 'waiting'"])
def test_a_refusal_that_somebody_changed_is_found(scene: Scene, told: File, change: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute(f"UPDATE messaging_file SET {change} WHERE state = 'refused'")
        found = codes()
        cursor.execute("ROLLBACK")
    assert "file.state" in found
