"""Entries are written with what they tell of, or not at all."""

import json
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings

from jawort.ledger.kinds import Kind
from jawort.ledger.models import Entry as Row
from jawort.ledger.record import Entry, NoTransactionError, record
from jawort.ledger.rules import JSON, leaf
from tests.ledger.builders import AT, a_record, an_event, sql
from tests.ledger.test_ledger_rules import FACTS

ZERO = "decode(repeat('00', 32), 'hex')"


@pytest.mark.django_db(transaction=True)
def test_without_a_transaction_nothing_is_entered() -> None:
    with pytest.raises(NoTransactionError):
        record([an_event(1)], AT)
    assert not Row.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_entry_falls_with_its_transaction() -> None:
    class Fell(Exception):
        """What went wrong beside the entry."""

    def act() -> None:
        with transaction.atomic():
            record([an_event(1)], AT)
            raise Fell

    with pytest.raises(Fell):
        act()
    assert not Row.objects.exists()


@pytest.mark.django_db
def test_ids_come_in_the_order_of_the_entries_with_one_statement() -> None:
    entries = [(a_record if n % 2 else an_event)(n) for n in range(300)]
    with CaptureQueriesContext(connection) as statements:
        ids = record(entries, AT)
    assert len(statements) == 1
    assert ids == sorted(ids)
    rows = Row.objects.in_bulk(ids)
    assert [rows[one].object for one in ids] == [entry.object for entry in entries]
    assert [rows[one].kind for one in ids] == [entry.kind for entry in entries]


@pytest.mark.django_db
def test_a_row_holds_what_its_leaf_says() -> None:
    entry = Entry(Kind.MESSAGE_OUTCOME, "system", UUID(int=1), {"state": "sent"}, b"c" * 32, UUID(int=2))
    [entry_id] = record([entry], AT)
    row = Row.objects.get(pk=entry_id)
    assert (row.kind, row.actor, row.object, row.related, row.facts, row.at, row.log_index) == (
        *("message.outcome", "system", UUID(int=1), UUID(int=2), {"state": "sent"}, AT),
        None,
    )
    assert bytes(row.commitment or b"") == b"c" * 32
    assert bytes(row.leaf) == leaf(
        entry.kind, AT, entry.actor, entry.object, entry.facts, entry.commitment, entry.related
    )


@pytest.mark.django_db
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(FACTS)
def test_a_leaf_can_be_made_again_from_its_row(facts: JSON) -> None:
    [entry_id] = record([Entry(Kind.SIGNED_IN, "system", None, {"x": facts})], AT)
    row = Row.objects.get(pk=entry_id)
    assert leaf(Kind(row.kind), row.at, row.actor, None, row.facts, None) == bytes(row.leaf)
    assert json.loads(bytes(row.leaf)[5:])["facts"] == {"x": facts}


@pytest.mark.django_db
def test_nothing_to_enter() -> None:
    assert record([], AT) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ledger_entry SET commitment = NULL",
        "UPDATE ledger_entry SET commitment = '\\x00'",
        "UPDATE ledger_entry SET facts = '{\"x\": 1}'",
        "UPDATE ledger_entry SET leaf = decode(repeat('00', 65536), 'hex')",
        f"INSERT INTO ledger_head (id, size, root, fence, floor, at) VALUES (2, 0, {ZERO}, 0, 0, now())",
        f"INSERT INTO ledger_head (id, size, root, fence, floor, at) VALUES (1, -1, {ZERO}, 0, 0, now())",
        "INSERT INTO ledger_head (id, size, root, fence, floor, at) VALUES (1, 0, '', 0, 0, now())",
        "INSERT INTO ledger_checkpoint (size, root, note, at) VALUES (-1, decode(repeat('00', 32), 'hex'), '', now())",
        "INSERT INTO ledger_checkpoint (size, root, note, at) VALUES (0, '', '', now())",
        "INSERT INTO ledger_tile (level, n, data) VALUES (0, 0, decode(repeat('00', 8193), 'hex'))",
    ],
)
def test_the_database_says_it_again(change: str) -> None:
    record([a_record(1)], AT)
    with pytest.raises(IntegrityError):
        sql(change)


@pytest.mark.django_db
def test_a_place_is_given_once() -> None:
    first, second = record([a_record(1), a_record(2)], AT)
    sql("UPDATE ledger_entry SET log_index = 5 WHERE id = %s", first)
    with pytest.raises(IntegrityError):
        sql("UPDATE ledger_entry SET log_index = 5 WHERE id = %s", second)
