"""Whoever is handed content is entered: once per person, thing and ten minutes, never less."""

from collections.abc import Iterator
from datetime import timedelta
from threading import Event, Thread
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from jawort.ledger import handouts
from jawort.ledger.handouts import FEW, OBJECTS_ENTRY_MAX, hand_out, hand_out_to_many, hand_out_together
from jawort.ledger.keys import signer
from jawort.ledger.kinds import Kind
from jawort.ledger.models import Entry, Handout
from jawort.ledger.sequence import Sequencer
from tests.ledger.builders import AT, ROOT_KEY

ALICE, BOB = "staff:alice", "staff:bob"
FIRST, SECOND = UUID(int=1), UUID(int=2)
RIGHT = "conversation.read"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """No process remembers anything."""
    handouts.clear_cache()
    yield
    handouts.clear_cache()


def entered() -> list[tuple[str, UUID | None]]:
    return list(Entry.objects.filter(kind=Kind.HANDED_OUT).order_by("id").values_list("actor", "object"))


def test_each_once() -> None:
    hand_out(ALICE, [SECOND, FIRST, FIRST], right=RIGHT, at=AT)
    hand_out(ALICE, [FIRST, SECOND], right=RIGHT, at=AT + timedelta(seconds=1))
    hand_out(BOB, [FIRST], right=RIGHT, at=AT)
    assert entered() == [(ALICE, FIRST), (ALICE, SECOND), (BOB, FIRST)]
    assert Entry.objects.values_list("facts", flat=True)[0] == {"right": RIGHT}


def test_after_ten_minutes_again() -> None:
    for minutes in (0, 9, 10, 19, 20):
        hand_out(ALICE, [FIRST], right=RIGHT, at=AT + timedelta(minutes=minutes))
    assert len(entered()) == 3


def test_another_process_knows_it_from_the_database() -> None:
    hand_out(ALICE, [FIRST], right=RIGHT, at=AT)
    handouts.clear_cache()
    hand_out(ALICE, [FIRST, SECOND], right=RIGHT, at=AT)
    assert entered() == [(ALICE, FIRST), (ALICE, SECOND)]


def test_a_repeat_costs_no_query() -> None:
    hand_out(ALICE, [FIRST, SECOND], right=RIGHT, at=AT)
    with CaptureQueriesContext(connection) as queries:
        hand_out(ALICE, [SECOND, FIRST], right=RIGHT, at=AT)
        hand_out(ALICE, [], right=RIGHT, at=AT)
    assert len(queries) == 0


def test_what_was_rolled_back_is_entered_the_next_time() -> None:
    class Fell(Exception):
        """The page could not be made."""

    def render() -> None:
        with transaction.atomic():
            hand_out(ALICE, [FIRST], right=RIGHT, at=AT)
            raise Fell

    with pytest.raises(Fell):
        render()
    assert entered() == []
    hand_out(ALICE, [FIRST], right=RIGHT, at=AT)
    assert entered() == [(ALICE, FIRST)]


def test_two_at_once_enter_it_once() -> None:
    """The second waits for the first one's commit and then finds it done."""
    first_has_written, second_has_begun = Event(), Event()

    def first() -> None:
        with transaction.atomic():
            hand_out(ALICE, [FIRST, SECOND], right=RIGHT, at=AT)
            first_has_written.set()
            second_has_begun.wait(5)
        connection.close()

    other = Thread(target=first)
    other.start()
    assert first_has_written.wait(5)
    second_has_begun.set()
    hand_out(ALICE, [SECOND, FIRST], right=RIGHT, at=AT)
    other.join()
    assert entered() == [(ALICE, FIRST), (ALICE, SECOND)]


def test_a_full_memory_forgets_and_asks_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handouts, "CACHE_MAX", 2)
    for number in range(5):
        hand_out(ALICE, [UUID(int=number)], right=RIGHT, at=AT)
    for number in range(5):
        hand_out(ALICE, [UUID(int=number)], right=RIGHT, at=AT)
    assert len(entered()) == 5


def test_the_sequencer_takes_old_marks_away_and_leaves_the_entries() -> None:
    old = AT.replace(year=2001)
    hand_out(ALICE, [FIRST], right=RIGHT, at=old)
    stop = Event()
    worker = Thread(target=Sequencer(signer(ROOT_KEY)).run, args=(stop,))
    worker.start()
    for _ in range(200):
        if not Handout.objects.exists():
            break
        stop.wait(0.02)
    stop.set()
    worker.join()
    assert not Handout.objects.exists()
    assert entered() == [(ALICE, FIRST)]
    bucket = int(AT.timestamp()) // 600
    assert handouts.oldest_kept(AT) == bucket - 6


CROWD = [f"staff:{UUID(int=n)}" for n in range(200)]


def told_to_many() -> list[tuple[list[str], list[str]]]:
    entries = Entry.objects.filter(kind=Kind.HANDED_OUT_TO_MANY).order_by("id")
    return [(entry.facts["to"], entry.facts["of"]) for entry in entries]


def test_what_one_answer_tells_of_many_is_one_entry() -> None:
    """And nothing of what the same program was handed before."""
    hand_out(ALICE, [FIRST], right=RIGHT, at=AT)
    for _ in "12":
        hand_out_together(ALICE, [SECOND, FIRST, UUID(int=7), SECOND], right=RIGHT, at=AT)
    assert told_to_many() == [([ALICE], sorted([str(SECOND), str(UUID(int=7))]))]
    hand_out(ALICE, [SECOND], right=RIGHT, at=AT)
    assert entered() == [(ALICE, FIRST)]


def test_a_few_get_an_entry_each() -> None:
    hand_out_to_many(CROWD[:FEW], [FIRST], right=RIGHT, at=AT)
    assert entered() == [(one, FIRST) for one in sorted(CROWD[:FEW])]
    assert told_to_many() == []


def test_many_are_named_in_one_entry_once_in_ten_minutes() -> None:
    hand_out_to_many(CROWD, [SECOND, FIRST], right=RIGHT, at=AT)
    hand_out_to_many(CROWD[::-1], [FIRST], right=RIGHT, at=AT + timedelta(seconds=1))
    assert told_to_many() == [(sorted(CROWD), [str(FIRST), str(SECOND)])]
    assert entered() == []
    hand_out_to_many(CROWD[1:], [FIRST], right=RIGHT, at=AT)
    hand_out_to_many(CROWD[1:], [FIRST], right=RIGHT, at=AT + timedelta(minutes=10))
    assert [(len(to), of) for to, of in told_to_many()[1:]] == [(199, [str(FIRST)])] * 2


def test_a_crowd_with_very_many_rows_fits_into_the_log() -> None:
    """Nobody and nothing is left out, and the sequencer takes each entry."""
    crowd = [f"staff:{UUID(int=n)}" for n in range(700)]
    things = [UUID(int=n) for n in range(OBJECTS_ENTRY_MAX + 1)]
    hand_out_to_many(crowd, things, right=RIGHT, at=AT)
    named = {(who, one) for to, of in told_to_many() for who in to for one in of}
    assert len(named) == len(crowd) * len(things)
    sequencer = Sequencer(signer(ROOT_KEY))
    while sequencer.integrate_once():
        pass
    sequencer.close()
    assert not Entry.objects.filter(log_index=None).exists()
