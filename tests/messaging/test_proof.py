"""Whoever changes a stored message is found: every column that a person relies on."""

from uuid import UUID

import pytest
from django.db import connection

from jawort.consent.rules import Basis, Permit
from jawort.consent.stop import restrict
from jawort.ledger.kinds import Kind
from jawort.ledger.models import Entry
from jawort.messaging.models import Message
from jawort.messaging.proof import prove
from jawort.messaging.send import send
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Fault, Scene, author

CHANGES = [
    ("in", "ciphertext = set_byte(ciphertext, 2, 255 - get_byte(ciphertext, 2))", "record.changed"),
    ("in", "wrapped = set_byte(wrapped, 19, 255 - get_byte(wrapped, 19))", "record.changed"),
    ("in", "created_at = created_at + interval '1 hour'", "record.changed"),
    ("in", "provider_time = provider_time - interval '1 second'", "record.changed"),
    ("in", "seq = seq + 100", "record.changed"),
    ("in", "kind = 'unsupported'", "record.changed"),
    ("out", "author_id = NULL", "record.changed"),
    ("out", "actor = 'staff:somebody'", "record.changed"),
    ("out", "state = 'failed', failure = '131026'", "record.state"),
    ("failed", "state = 'sent', failure = ''", "record.state"),
    ("failed", "failure = '131047'", "record.state"),
    ("failed", "state = 'queued', failure = ''", "record.state"),
    ("out", "gate = ''", "record.changed"),
    ("out", "gate = 'consent'", "record.changed"),
    ("out", "purpose = 'campaigns'", "record.changed"),
    ("out", "state = 'queued'", "record.state"),
    ("out", "state = 'unknown'", "record.state"),
    ("out", "state = 'refused', gate = 'objected'", "record.state"),
    ("unknown", "state = 'accepted'", "record.state"),
    ("refused", "state = 'queued', gate = 'own_question'", "record.changed"),
    ("refused", "state = 'queued'", "record.changed"),
    ("refused", "gate = 'objected'", "record.changed"),
    ("held", "gate = 'objected'", "record.state"),
    ("held", "gate = 'own_question'", "record.state"),
    ("held", "state = 'queued', gate = 'own_question'", "record.state"),
    ("held", "purpose = 'campaigns'", "record.changed"),
    ("in", "entry_id = NULL", "record.unsealed"),
    ("in", "gate = 'consent'", "record.changed"),
    ("in", "provider_index = overlay(provider_index placing '\\x00ff' from 3)", "record.changed"),
    ("in", "provider_index = NULL", "record.changed"),
    ("out", "provider_index = overlay(provider_index placing '\\x00ff' from 3)", "record.changed"),
    ("out", "provider_ciphertext = overlay(provider_ciphertext placing '\\x00ff' from 3)", "record.changed"),
    ("out", "provider_wrapped = overlay(provider_wrapped placing '\\x00ff' from 20)", "record.changed"),
    ("out", "provider_index = NULL, provider_wrapped = NULL, provider_ciphertext = NULL", "record.changed"),
]


@pytest.fixture
def told(scene: Scene, alice: Agent, kim: Customer, nour: Customer) -> dict[str, UUID]:
    """A message in, one out, one that failed, one of which nobody knows, one refused at once, one on a second try."""
    scene.writes(kim, "Hallo")
    scene.writes(nour, "Hallo")
    made: dict[str, UUID] = {}
    for name, fault in [("out", None), ("failed", Fault.NEVER), ("unknown", Fault.AFTER), ("held", Fault.BEFORE)]:
        scene.wire.faults = [fault] if fault else []
        made[name] = send(scene.chat(kim), name, author(alice), scene.clock.at).pk
        scene.delivers()
    restrict(scene.chat(kim).contact_id, actor="system", at=scene.clock.at)
    made["refused"] = send(scene.chat(kim), "refused", author(alice), scene.clock.at).pk
    scene.passes(minutes=1)
    scene.delivers()
    made["in"] = Message.objects.filter(direction="in").order_by("id").values_list("pk", flat=True)[0]
    states = {name: Message.objects.get(pk=pk).state for name, pk in made.items()}
    assert states == {
        "out": "accepted",
        "failed": "failed",
        "unknown": "unknown",
        "held": "refused",
        "refused": "refused",
        "in": "received",
    }
    return made


def test_a_changed_column_is_found(told: dict[str, UUID]) -> None:
    """One after the other; each is put back, so that nothing else is wrong when the next is looked for."""
    assert [change for change in CHANGES if change[2] not in found_of(told[change[0]], change[1])] == []
    assert prove().problems == []


def found_of(message: UUID, change: str) -> set[str]:
    """What is found while this stands changed."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE was AS SELECT * FROM messaging_message WHERE id = %s", [message])
        cursor.execute(f"UPDATE messaging_message SET {change} WHERE id = %s", [message])
        found = {problem.code for problem in prove().problems}
        cursor.execute("DELETE FROM messaging_message WHERE id = %s", [message])
        cursor.execute("INSERT INTO messaging_message SELECT * FROM was")
        cursor.execute("DROP TABLE was")
    return found


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


def test_a_later_try_keeps_the_basis_that_was_committed(
    scene: Scene, alice: Agent, kim: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The gate may say yes for another reason by then; the row says what it left on first, as the ledger does."""
    scene.writes(kim, "Hallo")
    scene.wire.faults = [Fault.BEFORE]
    message = send(scene.chat(kim), "Guten Tag!", author(alice), scene.clock.at)
    scene.delivers()
    scene.passes(minutes=1)
    with monkeypatch.context() as patch:
        patch.setattr("jawort.messaging.gate.ask", lambda *_: Permit(Basis.CONSENT))
        scene.delivers()
    message.refresh_from_db()
    assert (message.state, message.gate) == ("accepted", Basis.OWN_QUESTION)
    assert prove().problems == []


def test_an_entry_is_named_by_its_place_as_on_every_screen(scene: Scene, told: dict[str, UUID]) -> None:
    scene.seals()
    changed = Message.objects.filter(pk=told["in"])
    (seq,) = changed.values_list("seq", flat=True)
    assert seq is not None
    changed.update(seq=seq + 100)
    (problem,) = prove().problems
    entry = Entry.objects.get(object=told["in"], kind=Kind.MESSAGE_IN)
    assert entry.log_index != entry.pk
    assert f"Message {told['in']} (ledger entry {entry.log_index})" in problem.text
    changed.update(seq=seq)
