"""The sequencer: every committed entry gets one place, once; nothing contradictory is ever signed."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import psycopg
import pytest
from django.db import connection, transaction

from jawort.ledger import mark, queries, read
from jawort.ledger.keys import signer
from jawort.ledger.link import own_connection
from jawort.ledger.models import Bundle, Checkpoint, Entry, Head, Tile
from jawort.ledger.record import record
from jawort.ledger.sequence import InconsistentError, Sequencer
from jawort.ledger.tlog import merkle, tiles
from jawort.ledger.tlog.checkpoint import open_checkpoint
from jawort.ledger.tlog.edge import Edge
from jawort.ledger.tlog.note import Verifier
from jawort.ledger.verify import verify_log
from tests.fixtures.postgres import url_of_test_database
from tests.ledger.builders import AT, ROOT_KEY, Kept, an_event, seal, sql, write
from tests.ledger.crash import POINTS

pytestmark = pytest.mark.django_db(transaction=True)
REPOSITORY = Path(__file__).parents[2]
#: In this database only: beside it runs another worker's.
HANG_UP = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND application_name = 'jawort sequencer'"
)


@pytest.fixture
def sequencer() -> Iterator[Sequencer]:
    """A sequencer, let go at the end."""
    made = Sequencer(signer(ROOT_KEY))
    yield made
    made.close()


def signed() -> list[tuple[int, bytes]]:
    """Size and root of every checkpoint, by its signature."""
    key = Verifier.parse(read.vkey() or "")
    notes = Checkpoint.objects.order_by("size").values_list("note", flat=True)
    opened = [open_checkpoint(bytes(note), key)[0] for note in notes]
    return [(said.size, said.root) for said in opened]


def root_of_rows() -> bytes:
    """The root over all placed entries, straight from their rows."""
    edge = Edge()
    placed = Entry.objects.filter(log_index__isnull=False).order_by("log_index")
    edge.extend([merkle.leaf_hash(bytes(leaf)) for leaf in placed.values_list("leaf", flat=True)])
    return edge.root()


def test_the_empty_log_is_signed_at_the_first_start(sequencer: Sequencer) -> None:
    assert sequencer.integrate_once() == 0
    assert signed() == [(0, merkle.EMPTY_ROOT)]
    assert sequencer.integrate_once() == 0
    assert Checkpoint.objects.count() == 1


def test_rounds_make_one_log(sequencer: Sequencer) -> None:
    start = 0
    for count in (1, 255, 1, 600, 3):
        write(count, start)
        start += count
        assert sequencer.integrate_once() == count
        assert signed()[-1] == (start, root_of_rows())
    indices = Entry.objects.order_by("id").values_list("log_index", flat=True)
    assert list(indices) == list(range(start))
    assert (Head.objects.get().size, bytes(Head.objects.get().root)) == (start, root_of_rows())
    expected = {(place.level, place.n): place.width * 32 for place in tiles.places(start) if place.level is not None}
    assert {(tile.level, tile.n): len(tile.data) for tile in Tile.objects.all()} == expected
    assert [len(tiles.unpack(bytes(one.data))) for one in Bundle.objects.order_by("n")] == [256, 256, 256, 92]
    assert verify_log().problems == []


def test_what_commits_late_comes_later(sequencer: Sequencer) -> None:
    """An open transaction with a low id holds nobody up, and is not forgotten."""
    late = own_connection("late")
    late.execute("BEGIN")
    late.execute(
        "INSERT INTO ledger_entry (at, kind, actor, facts, leaf) VALUES (%s, 'agent.signed_in', 'a', '{}', '\\x00')",
        (AT,),
    )
    ids = write(2)
    assert sequencer.integrate_once() == 2
    late.execute("COMMIT")
    late.close()
    assert sequencer.integrate_once() == 1
    placed = dict(Entry.objects.order_by("log_index").values_list("log_index", "id"))
    assert [placed[0], placed[1]] == ids
    assert placed[2] < ids[0]


def test_a_round_takes_ten_thousand_at_most(sequencer: Sequencer) -> None:
    write(10_001)
    assert sequencer.integrate_once() == 10_000
    assert sequencer.integrate_once() == 1
    assert [size for size, _ in signed()] == [0, 10_000, 10_001]


def test_the_second_of_two_waits() -> None:
    first, second = Sequencer(signer(ROOT_KEY)), Sequencer(signer(ROOT_KEY))
    write(3)
    assert first.integrate_once() == 3
    write(2, 3)
    assert second.integrate_once() == 0
    assert queries.size() == 3
    first.close()
    assert second.integrate_once() == 2
    second.close()
    assert verify_log().problems == []


def test_two_at_work_at_once_make_one_log() -> None:
    stop = Event()
    workers = [Thread(target=Sequencer(signer(ROOT_KEY)).run, args=(stop,)) for _ in range(2)]
    for worker in workers:
        worker.start()
    try:
        for start in range(0, 500, 50):
            write(50, start)
        until(lambda: queries.size() == 500)
    finally:
        stop.set()
        for worker in workers:
            worker.join()
    assert verify_log().problems == []
    assert [size for size, _ in signed()][-1] == 500


def until(holds: object, seconds: float = 20.0) -> None:
    """Wait until `holds()`."""
    assert callable(holds)
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.02)


def test_one_that_lost_the_lead_writes_nothing_and_starts_again(sequencer: Sequencer) -> None:
    write(3)
    assert sequencer.integrate_once() == 3
    sql("UPDATE ledger_head SET fence = fence + 1")
    write(2, 3)
    assert sequencer.integrate_once() == 0
    assert queries.size() == 3
    assert sequencer.integrate_once() == 2
    assert verify_log().problems == []


def test_one_whose_connection_was_cut_lets_the_next_one_in(sequencer: Sequencer) -> None:
    write(3)
    assert sequencer.integrate_once() == 3
    sql(HANG_UP)
    write(2, 3)
    with pytest.raises(psycopg.Error):
        sequencer.integrate_once()
    assert sequencer.integrate_once() == 2
    assert verify_log().problems == []


def test_it_goes_on_when_the_database_comes_back() -> None:
    stop = Event()
    worker = Thread(target=Sequencer(signer(ROOT_KEY)).run, args=(stop,))
    worker.start()
    try:
        write(1)
        until(lambda: queries.size() == 1)
        sql(HANG_UP)
        write(1, 1)
        until(lambda: queries.size() == 2)
    finally:
        stop.set()
        worker.join()
    assert verify_log().problems == []


@pytest.mark.parametrize("point", POINTS)
def test_killed_at_any_point_the_next_one_goes_on(point: str, tmp_path: Path) -> None:
    seal(300)
    write(50, 300)
    done = subprocess.run(
        [sys.executable, "-m", "tests.ledger.crash", point, str(tmp_path / "ledger.mark")],
        cwd=REPOSITORY,
        env={**os.environ, "DATABASE_URL": url_of_test_database()},
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    committed = point not in {"before", "placed"}
    assert queries.size() == (350 if committed else 300)
    assert signed()[-1][0] == (350 if point == "signed" else 300)
    kept = mark.read(tmp_path / "ledger.mark")
    assert kept is not None
    assert kept.size == (350 if point in {"marked", "signed"} else 300)

    root = bytes(Head.objects.get().root)
    after = Sequencer(signer(ROOT_KEY), tmp_path / "ledger.mark")
    until(lambda: after.integrate_once() >= 0 and signed()[-1][0] == 350)  # the killed one's lock may last a moment
    after.close()
    assert [size for size, _ in signed()] == [0, 300, 350]
    if committed:
        assert signed()[-1] == (350, root)
    assert verify_log().problems == []


def test_left_unsigned_is_signed_before_anything_else() -> None:
    seal(10)
    crashed = Sequencer(signer(ROOT_KEY))
    assert crashed.integrate_once() == 0
    write(5, 10)
    assert crashed.integrate() == 5
    crashed.close()
    write(5, 15)
    after = Sequencer(signer(ROOT_KEY))
    assert after.integrate_once() == 5
    after.close()
    assert [size for size, _ in signed()] == [0, 10, 15, 20]


CONTRADICTIONS = [
    ("UPDATE ledger_head SET root = decode(repeat('00', 32), 'hex')", "do not make the root"),
    ("UPDATE ledger_head SET size = 256", "do not make the root|not whole"),
    ("UPDATE ledger_tile SET data = set_byte(data, 0, 255 - get_byte(data, 0)) WHERE level = 0 AND n = 1", "root"),
    ("DELETE FROM ledger_tile WHERE level = 1", "not whole"),
    ("DELETE FROM ledger_bundle WHERE n = 1", "not whole"),
    ("UPDATE ledger_bundle SET data = substr(data, 1, 100) WHERE n = 1", "not whole"),
    ("UPDATE ledger_checkpoint SET root = decode(repeat('00', 32), 'hex') WHERE size = 300", "does not say"),
    ("UPDATE ledger_checkpoint SET note = set_byte(note, 30, 33) WHERE size = 300", "not one of ours"),
    (
        "UPDATE ledger_checkpoint SET (root, note) = "
        "(SELECT root, note FROM ledger_checkpoint WHERE size = 100) WHERE size = 300",
        "does not say",
    ),
]


def test_what_contradicts_itself_is_not_continued() -> None:
    seal(100, 200)
    write(50, 300)
    kept = Kept()
    for change, told in CONTRADICTIONS:
        sql(change)
        after = Sequencer(signer(ROOT_KEY))
        with pytest.raises(InconsistentError, match=told):
            after.integrate_once()
        assert Entry.objects.filter(log_index__isnull=True).count() == 50
        assert Checkpoint.objects.count() == 3
        kept.restore()
    kept.forget()


def test_a_log_that_was_cut_back_is_never_signed_anew() -> None:
    """Restored from a backup, or rewritten: shorter than what was signed."""
    seal(300)
    kept = list(Checkpoint.objects.filter(size=300).values_list("size", "root", "note", "at"))
    sql("TRUNCATE ledger_entry, ledger_tile, ledger_bundle, ledger_head, ledger_checkpoint")
    seal(100)
    Checkpoint.objects.bulk_create(Checkpoint(size=s, root=r, note=n, at=a) for s, r, n, a in kept)
    write(1, 100)
    after = Sequencer(signer(ROOT_KEY))
    with pytest.raises(InconsistentError, match="has signed that it had 300"):
        after.integrate_once()
    after.close()


def test_a_rewritten_past_is_never_signed() -> None:
    """Somebody rewrites entry 0, every tile and the head, and leaves the checkpoint alone."""
    seal(300)
    kept = list(Checkpoint.objects.filter(size=300).values_list("size", "root", "note", "at"))
    sql("TRUNCATE ledger_entry, ledger_tile, ledger_bundle, ledger_head, ledger_checkpoint")
    write(1, 77)
    rewriting = Sequencer(signer(ROOT_KEY))
    assert rewriting.integrate_once() == 1
    write(399, 1)
    assert rewriting.integrate_once() == 399
    rewriting.close()
    sql("TRUNCATE ledger_checkpoint")
    Checkpoint.objects.bulk_create(Checkpoint(size=s, root=r, note=n, at=a) for s, r, n, a in kept)
    after = Sequencer(signer(ROOT_KEY))
    with pytest.raises(InconsistentError, match="of size 400 does not begin with the one of size 300"):
        after.integrate_once()
    after.close()


def test_a_head_changed_while_it_leads_stops_it(sequencer: Sequencer) -> None:
    write(3)
    assert sequencer.integrate_once() == 3
    sql("UPDATE ledger_head SET size = 2")
    write(1, 3)
    with pytest.raises(InconsistentError, match="changed by somebody else"):
        sequencer.integrate_once()


def test_a_contradiction_is_told_and_nothing_is_signed(caplog: pytest.LogCaptureFixture) -> None:
    seal(3)
    sql("UPDATE ledger_head SET root = decode(repeat('00', 32), 'hex')")
    stop = Event()
    worker = Thread(target=Sequencer(signer(ROOT_KEY)).run, args=(stop,))
    worker.start()
    until(lambda: "refuses to sign" in caplog.text)
    stop.set()
    worker.join()
    assert [size for size, _ in signed()] == [0, 3]


def test_a_checkpoint_is_announced_once(sequencer: Sequencer) -> None:
    sequencer.integrate_once()
    listener = own_connection("listener")
    listener.execute("LISTEN jawort_live")
    write(7)
    sequencer.integrate_once()
    heard = [json.loads(one.payload) for one in listener.notifies(timeout=0.5)]
    listener.close()
    assert heard == [{"s": [7]}]


def test_an_idle_sequencer_writes_nothing(sequencer: Sequencer) -> None:
    write(3)
    until(lambda: sequencer.integrate_once() >= 0 and Head.objects.filter(floor__gt=0).exists())
    with connection.cursor() as cursor:
        cursor.execute("SELECT xmin, xmax, ctid FROM ledger_head")
        before = cursor.fetchall()
        for _ in range(3):
            assert sequencer.integrate_once() == 0
        cursor.execute("SELECT xmin, xmax, ctid FROM ledger_head")
        assert cursor.fetchall() == before


def test_what_is_not_committed_gets_no_place(sequencer: Sequencer) -> None:
    with transaction.atomic():
        record([an_event(1)], AT)
        assert sequencer.integrate_once() == 0
    assert sequencer.integrate_once() == 1
