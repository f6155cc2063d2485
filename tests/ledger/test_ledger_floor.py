"""The floor below which nothing is looked for: it rises, and it never rises over somebody who is still writing."""

import time
from collections.abc import Iterator

import pytest

from jawort.ledger import floor, queries
from jawort.ledger.keys import signer
from jawort.ledger.link import Link, own_connection
from jawort.ledger.models import Entry, Head
from jawort.ledger.sequence import Sequencer
from tests.ledger.builders import AT, ROOT_KEY, sql, write

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sequencer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sequencer]:
    """A sequencer whose floor takes a step with every round."""
    monkeypatch.setattr(floor, "NUMBERED_SECONDS", 0.0)
    made = Sequencer(signer(ROOT_KEY))
    yield made
    made.close()


@pytest.fixture
def late() -> Iterator[Link]:
    """Somebody whose transaction is still open."""
    link = own_connection("late")
    link.execute("BEGIN")
    yield link
    link.close()


def enter(link: Link) -> None:
    link.execute(
        "INSERT INTO ledger_entry (at, kind, actor, facts, leaf) VALUES (%s, 'agent.signed_in', 'a', '{}', '\\x00')",
        (AT,),
    )


def rounds(sequencer: Sequencer, count: int = 4) -> int:
    return sum(sequencer.integrate_once() for _ in range(count))


def stored() -> int:
    return Head.objects.get().floor


def settles(sequencer: Sequencer, expected: int) -> bool:
    """Whether the floor comes to `expected`: transactions of other databases of the server hold it back for a while."""
    end = time.monotonic() + 20
    while stored() != expected and time.monotonic() < end:
        sequencer.integrate_once()
        time.sleep(0.01)
    return stored() == expected


def test_it_follows_what_is_integrated(sequencer: Sequencer) -> None:
    ids = write(3)
    assert rounds(sequencer) == 3
    assert settles(sequencer, ids[-1])
    more = write(2, 3)
    assert rounds(sequencer) == 2
    assert settles(sequencer, more[-1])
    assert queries.lag(AT) == 0.0


def test_it_waits_for_who_began_earlier(sequencer: Sequencer, late: Link) -> None:
    enter(late)
    ids = write(3)
    assert rounds(sequencer, 6) == 3
    assert stored() == 0
    late.execute("COMMIT")
    assert rounds(sequencer) == 1
    assert settles(sequencer, ids[-1])
    assert not Entry.objects.filter(log_index__isnull=True).exists()


def test_who_gives_up_holds_nothing_back(sequencer: Sequencer, late: Link) -> None:
    enter(late)
    ids = write(3)
    late.execute("ROLLBACK")
    assert rounds(sequencer) == 3
    assert settles(sequencer, ids[-1])


def test_who_only_reads_holds_nothing_back(sequencer: Sequencer, late: Link) -> None:
    late.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    assert late.execute("SELECT count(*) FROM ledger_entry").fetchone() == (0,)
    ids = write(3)
    assert rounds(sequencer) == 3
    assert settles(sequencer, ids[-1])


def test_what_was_missed_is_found_by_the_next_full_look(sequencer: Sequencer) -> None:
    [first, _, last] = write(3)
    assert rounds(sequencer) == 3
    assert settles(sequencer, last)
    sql(
        "INSERT INTO ledger_entry (id, at, kind, actor, facts, leaf) VALUES (%s, %s, 'agent.signed_in', 'a', '{}', %s)",
        first - 1,
        AT.isoformat(),
        b"\x00",
    )
    assert rounds(sequencer) == 0
    sequencer.close()
    assert rounds(sequencer) == 1
