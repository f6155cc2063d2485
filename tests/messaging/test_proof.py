"""Whoever changes a stored message is found: every column that a person relies on."""

from uuid import UUID

import pytest
from django.db import connection

from jawort.messaging.models import Message
from jawort.messaging.proof import prove
from jawort.messaging.send import send
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Fault, Scene, author

CHANGES = [
    ("in", "ciphertext = overlay(ciphertext placing '\\x00' from 3)", "record.changed"),
    ("in", "wrapped = overlay(wrapped placing '\\x00' from 20)", "record.changed"),
    ("in", "created_at = created_at + interval '1 hour'", "record.changed"),
    ("in", "provider_time = provider_time - interval '1 second'", "record.changed"),
    ("in", "seq = seq + 100", "record.changed"),
    ("in", "kind = 'unsupported'", "record.changed"),
    ("out", "author_id = NULL", "record.changed"),
    ("out", "actor = 'staff:somebody'", "record.changed"),
    ("out", "state = 'failed', failure = '131026'", "record.state"),
    ("failed", "state = 'sent', failure = ''", "record.state"),
]


@pytest.fixture
def told(scene: Scene, alice: Agent, kim: Customer, nour: Customer) -> dict[str, UUID]:
    """A message in, one out, one that failed."""
    scene.writes(kim, "Hallo")
    scene.writes(nour, "Hallo")
    out = send(scene.chat(kim), "Guten Tag!", author(alice), scene.clock.at)
    scene.delivers()
    scene.wire.faults = [Fault.NEVER]
    failed = send(scene.chat(kim), "Und?", author(alice), scene.clock.at)
    scene.delivers()
    inbound = Message.objects.filter(direction="in").order_by("id").values_list("pk", flat=True)[0]
    return {"in": inbound, "out": out.pk, "failed": failed.pk}


@pytest.mark.parametrize(("which", "change", "code"), CHANGES)
def test_a_changed_column_is_found(told: dict[str, UUID], which: str, change: str, code: str) -> None:
    assert prove().problems == []
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE was AS SELECT * FROM messaging_message WHERE id = %s", [told[which]])
        cursor.execute(f"UPDATE messaging_message SET {change} WHERE id = %s", [told[which]])
        assert code in {problem.code for problem in prove().problems}
        cursor.execute("DELETE FROM messaging_message WHERE id = %s", [told[which]])
        cursor.execute("INSERT INTO messaging_message SELECT * FROM was")
        cursor.execute("DROP TABLE was")


def test_a_message_in_another_conversation_is_found(
    scene: Scene, told: dict[str, UUID], kim: Customer, nour: Customer
) -> None:
    moved = Message.objects.filter(pk=told["in"])
    moved.update(conversation=scene.chat(nour))
    assert [problem.code for problem in prove().problems] == ["record.moved"]
    moved.update(conversation=scene.chat(kim))


def test_a_deleted_message_is_found(scene: Scene, told: dict[str, UUID]) -> None:
    row = Message.objects.get(pk=told["failed"])
    Message.objects.filter(pk=row.pk).delete()
    assert [problem.code for problem in prove().problems] == ["record.missing"]
    Message.objects.bulk_create([row])
