"""What others ask of the ledger, and what `doctor` finds."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction

from jawort.core.clock import now
from jawort.ledger import checks, queries
from jawort.ledger.keys import signer
from jawort.ledger.kinds import Kind
from jawort.ledger.models import Entry as Row
from jawort.ledger.record import Entry, record
from jawort.ledger.sequence import Sequencer
from tests.ledger.builders import AT, ROOT_KEY, Kept, seal, sql, write

pytestmark = pytest.mark.django_db(transaction=True)

CONVERSATION = UUID(int=1)
AN_HOUR_AGO = "UPDATE ledger_head SET at = at - interval '1 hour'"


def enter(*entries: Entry) -> list[int]:
    with transaction.atomic():
        return record(entries, AT)


def test_events_of_a_conversation() -> None:
    agent = UUID(int=7)
    enter(
        Entry(Kind.CONVERSATION_OPENED, "system", CONVERSATION),
        Entry(Kind.MESSAGE_IN, "system", CONVERSATION, commitment=b"c" * 32),
        Entry(Kind.CONVERSATION_ASSIGNED, "staff:1", CONVERSATION, {"n": 1}, related=agent),
        Entry(Kind.CONVERSATION_RESOLVED, "staff:1", UUID(int=2)),
        Entry(Kind.CONVERSATION_RESOLVED, "staff:1", CONVERSATION),
    )
    events = queries.events_of([CONVERSATION], 10)
    assert [event.kind for event in events] == ["conversation.opened", "conversation.assigned", "conversation.resolved"]
    assert [event.kind for event in queries.events_of([CONVERSATION], 2)] == [
        "conversation.assigned",
        "conversation.resolved",
    ]
    only = queries.events_of([CONVERSATION], 10, [Kind.CONVERSATION_ASSIGNED])
    assert [(one.related, one.facts, one.at, one.log_index) for one in only] == [(agent, {"n": 1}, AT, None)]


def test_places_of_entries() -> None:
    ids = write(3)
    assert queries.indices(ids) == {}
    sequencer = Sequencer(signer(ROOT_KEY))
    sequencer.integrate_once()
    sequencer.close()
    assert queries.indices([*ids, 10**9]) == dict(zip(ids, range(3), strict=True))


def test_lag_size_and_age() -> None:
    assert (queries.lag(AT), queries.size(), queries.checkpoint_age(AT)) == (0.0, 0, None)
    write(2)
    assert queries.waiting() == 2
    assert queries.lag(AT + timedelta(seconds=42)) == 42.0
    assert queries.lag(AT - timedelta(seconds=1)) == 0.0
    sequencer = Sequencer(signer(ROOT_KEY))
    sequencer.integrate_once()
    sequencer.close()
    assert (queries.lag(AT + timedelta(days=1)), queries.size(), queries.waiting()) == (0.0, 2, 0)
    age = queries.checkpoint_age(now() + timedelta(seconds=100))
    assert age is not None
    assert 99 < age < 160


def codes() -> list[str]:
    return [finding.code for finding in checks.findings()]


def test_doctor_finds_nothing_at_rest() -> None:
    assert codes() == []
    seal(300, 5)
    assert codes() == []


def test_doctor_finds_entries_that_wait() -> None:
    write(1)
    assert codes() == ["ledger.lag"]
    Row.objects.update(at=now())
    assert codes() == []


def test_doctor_finds_what_contradicts() -> None:
    seal(300, 5)
    kept = Kept()
    for change, code in (
        ("DELETE FROM ledger_entry WHERE log_index = 304", "ledger.head"),
        ("UPDATE ledger_head SET size = 304", "ledger.checkpoint"),
        ("UPDATE ledger_head SET root = decode(repeat('00', 32), 'hex')", "ledger.checkpoint"),
        (f"{AN_HOUR_AGO}; DELETE FROM ledger_checkpoint WHERE size = 305", "ledger.unsigned"),
        (f"{AN_HOUR_AGO}; DELETE FROM ledger_checkpoint", "ledger.unsigned"),
    ):
        sql(change)
        assert code in codes(), change
        kept.restore()
    kept.forget()
    assert codes() == []
