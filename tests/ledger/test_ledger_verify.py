"""Whoever can write to the database cannot change the log unseen: one change each, and what `verify` says to it."""

from argparse import Namespace
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction

from jawort.cli import verify
from jawort.core.config import Config
from jawort.ledger import read
from jawort.ledger.keys import signer
from jawort.ledger.models import Checkpoint, Entry, Head
from jawort.ledger.record import record
from jawort.ledger.sequence import Sequencer
from jawort.ledger.tlog import checkpoint
from jawort.ledger.tlog.auditor import audit
from jawort.ledger.tlog.edge import Edge
from jawort.ledger.tlog.merkle import EMPTY_ROOT, leaf_hash
from jawort.ledger.tlog.note import Signer, Verifier
from jawort.ledger.tlog.tiles import AbsentError
from jawort.ledger.verify import verify_log
from tests.fixtures.time import Clock
from tests.ledger.builders import AT, ROOT_KEY, Kept, an_event, seal, sql, write

pytestmark = pytest.mark.django_db(transaction=True)

EVENT, RECORD = 300, 301  # builders write events at even and records at odd places


def codes(vkey: str | None = None) -> list[str]:
    return [problem.code for problem in verify_log(vkey).problems]


def test_an_empty_database_holds() -> None:
    report = verify_log()
    assert (report.size, report.root, report.problems) == (0, EMPTY_ROOT, [])


@pytest.mark.parametrize("counts", [(1,), (255, 1), (256,), (100, 400, 100)])
def test_a_whole_log_holds(counts: tuple[int, ...]) -> None:
    seal(*counts)
    report = verify_log(read.vkey())
    assert report.problems == []
    assert (report.size, report.root) == (sum(counts), bytes(Head.objects.get().root))


@pytest.mark.parametrize(("seconds", "found"), [(0, []), (60, []), (61, ["entry.unsealed"])])
def test_what_waits_for_its_place_is_no_problem_for_a_minute(clock: Clock, seconds: int, found: list[str]) -> None:
    """As long as the gate lets something out; who verifies is told how many wait, and never that all is sealed."""
    seal(10)
    write(5, 10)
    clock.at = AT + timedelta(seconds=seconds)
    report = verify_log()
    assert ([problem.code for problem in report.problems], report.waiting) == (found, 5)


def test_verify_says_how_many_wait(clock: Clock, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = Namespace(json=False, state=None, vkey=None)
    clock.at = AT
    with transaction.atomic():
        record([an_event(1), an_event(2)], AT)
    assert verify.run(asked, Config(data_dir=tmp_path)) == 0
    assert capsys.readouterr().out.startswith(
        "Nothing was changed; 2 entries wait for their seal: 0 entries, 0 records"
    )
    clock.forward(seconds=61)
    assert verify.run(asked, Config(data_dir=tmp_path)) == 1
    said = capsys.readouterr().out
    assert said.startswith(
        "entry.unsealed: 2 entries wait for their seal, the oldest for 61 s: see that a worker runs."
    )
    assert "All is sealed" not in said
    sequencer = Sequencer(signer(ROOT_KEY))
    assert sequencer.integrate_once() == 2
    sequencer.close()
    assert verify.run(asked, Config(data_dir=tmp_path)) == 0
    assert capsys.readouterr().out.startswith("All is sealed and unchanged: 2 entries")


CHANGES_OF_AN_EVENT = {
    "kind": "kind = 'agent.signed_in'",
    "kind, unknown": "kind = 'nothing.known'",
    "at": "at = at + interval '1 microsecond'",
    "actor": "actor = 'staff:somebody else'",
    "object": "object = '00000000-0000-0000-0000-00000000ffff'",
    "object, none": "object = NULL",
    "related": "related = NULL",
    "facts": "facts = facts || '{\"number\": 7}'",
    "facts, one more": "facts = facts || '{\"more\": null}'",
    "facts, a number with a point": "facts = facts || '{\"number\": 300.0}'",
    "commitment": "commitment = decode(repeat('00', 32), 'hex')",
    "leaf": "leaf = set_byte(leaf, 20, 33)",
    "leaf, longer": "leaf = leaf || '\\x20'",
}
CHANGES_OF_A_RECORD = {
    "commitment": "commitment = set_byte(commitment, 0, 33)",
    "leaf": "leaf = set_byte(leaf, 10, 33)",
    "leaf and commitment": "leaf = set_byte(leaf, 5, 33), commitment = set_byte(commitment, 0, 33)",
    "kind": "kind = 'agent.signed_in'",
}


def told_of(changes: Iterable[str]) -> dict[str, list[str]]:
    """What `verify` says to each change of one and the same log, each undone before the next."""
    seal(100, 400, 100)
    kept, told = Kept(), {}
    for change in changes:
        sql(change)
        told[change] = codes()
        kept.restore()
    kept.forget()
    assert codes() == []
    return told


@pytest.mark.parametrize(("place", "changes"), [(EVENT, CHANGES_OF_AN_EVENT), (RECORD, CHANGES_OF_A_RECORD)])
def test_a_changed_entry_is_found(place: int, changes: dict[str, str]) -> None:
    statements = [f"UPDATE ledger_entry SET {change} WHERE log_index = {place}" for change in changes.values()]
    assert told_of(statements) == {change: ["entry.changed"] for change in statements}


def test_a_problem_names_its_entry() -> None:
    seal(600)
    sql("UPDATE ledger_entry SET actor = 'staff:somebody else' WHERE log_index = 300")
    assert [problem.text for problem in verify_log().problems] == ["Entry 300 was changed after it was written."]


FORGED = Signer("jawort.invalid/forged", b"f" * 32)
FLIP = "data = set_byte(data, 40, 255 - get_byte(data, 40))"
CHANGES_OF_THE_LOG = {
    "DELETE FROM ledger_entry WHERE log_index = 300": {"entry.missing"},
    "DELETE FROM ledger_entry WHERE log_index = 0": {"entry.missing"},
    "DELETE FROM ledger_entry WHERE log_index = 599": {"entry.missing"},
    "UPDATE ledger_entry SET log_index = NULL WHERE log_index = 599": {"entry.missing", "entry.unsealed"},
    "UPDATE ledger_entry SET log_index = 700 WHERE log_index = 599": {"entry.missing", "entry.beyond"},
    f"UPDATE ledger_tile SET {FLIP} WHERE level = 0 AND n = 0": {"tile.changed"},
    f"UPDATE ledger_tile SET {FLIP} WHERE level = 0 AND n = 2": {
        *("leaf.differs", "checkpoint.root", "head.root"),
    },
    f"UPDATE ledger_tile SET {FLIP} WHERE level = 1": {"tile.changed"},
    "UPDATE ledger_tile SET data = substr(data, 1, 32) WHERE level = 1": {"tile.broken"},
    "UPDATE ledger_tile SET data = data || data WHERE level = 0 AND n = 2": {"tile.surplus"},
    "INSERT INTO ledger_tile (level, n, data) VALUES (0, 9, '\\x00')": {"tile.surplus"},
    "INSERT INTO ledger_tile (level, n, data) VALUES (9, 0, '\\x00')": {"tile.surplus"},
    "INSERT INTO ledger_tile (level, n, data) VALUES (1, 9223372036854775807, '\\x00')": {"tile.surplus"},
    "DELETE FROM ledger_tile WHERE level = 0 AND n = 2": {"tile.missing"},
    f"UPDATE ledger_bundle SET {FLIP} WHERE n = 1": {"bundle.changed"},
    f"UPDATE ledger_bundle SET {FLIP} WHERE n = 2": {"leaf.differs"},
    "UPDATE ledger_bundle SET data = substr(data, 1, 1000) WHERE n = 1": {"bundle.broken"},
    "UPDATE ledger_bundle SET data = data || '\\x000100' WHERE n = 1": {"bundle.broken"},
    "UPDATE ledger_bundle SET data = data || '\\x000100' WHERE n = 2": {"bundle.surplus"},
    "UPDATE ledger_bundle SET data = data || '\\x00' WHERE n = 2": {"bundle.surplus"},
    "INSERT INTO ledger_bundle (n, data) VALUES (3, '\\x000100')": {"bundle.surplus"},
    "INSERT INTO ledger_bundle (n, data) VALUES (9223372036854775807, '\\x')": {"bundle.surplus"},
    "DELETE FROM ledger_bundle WHERE n = 0": {"bundle.missing"},
    "UPDATE ledger_checkpoint SET root = set_byte(root, 0, 255 - get_byte(root, 0)) WHERE size = 600": {
        "checkpoint.row"
    },
    "UPDATE ledger_checkpoint SET note = set_byte(note, 30, 255) WHERE size = 100": {"checkpoint.signature"},
    "UPDATE ledger_checkpoint SET note = '' WHERE size = 100": {"checkpoint.signature"},
    "UPDATE ledger_checkpoint SET size = 550 WHERE size = 500": {"checkpoint.row"},
    "UPDATE ledger_head SET root = set_byte(root, 0, 255 - get_byte(root, 0))": {"head.root"},
    "UPDATE ledger_head SET size = 599": {
        "head.root",
        "log.truncated",
        "entry.beyond",
        "tile.surplus",
        "bundle.surplus",
    },
    "DELETE FROM ledger_head": {"head.missing", "log.truncated", "entry.beyond", "tile.surplus", "bundle.surplus"},
    "UPDATE ledger_head SET at = at - interval '1 hour'; DELETE FROM ledger_checkpoint WHERE size = 600": {
        "checkpoint.missing"
    },
    "DELETE FROM ledger_secret": {"checkpoint.signature"},
    f"UPDATE ledger_secret SET public = '{FORGED.verifier.vkey}'": {"checkpoint.signature"},
    "UPDATE ledger_secret SET public = 'nonsense'": {"key.broken", "checkpoint.signature"},
}


def test_a_changed_log_is_found() -> None:
    told = {change: set(found) for change, found in told_of(CHANGES_OF_THE_LOG).items()}
    assert told == CHANGES_OF_THE_LOG


def test_a_key_written_down_outside_shows_an_exchanged_one() -> None:
    seal(10)
    vkey = read.vkey()
    assert codes(vkey) == []
    sql("UPDATE ledger_secret SET public = %s", FORGED.verifier.vkey)
    assert codes(vkey) == ["key.changed"]


def test_a_log_signed_anew_with_another_key_is_found_by_the_old_one() -> None:
    """All rows agree with each other, but nobody who wrote the key down is taken in."""
    seal(10)
    vkey = read.vkey()
    sql("TRUNCATE ledger_entry, ledger_tile, ledger_bundle, ledger_head, ledger_checkpoint, ledger_secret")
    seal(10)
    assert codes() == []
    assert "key.changed" in codes(vkey)
    assert "checkpoint.signature" in codes(vkey)


def test_a_rewritten_log_contradicts_its_checkpoints() -> None:
    """Entry, tiles, bundles and head all changed to fit each other; only the signature cannot be made."""
    seal(100)
    kept = list(Checkpoint.objects.filter(size=100).values_list("size", "root", "note", "at"))
    sql("TRUNCATE ledger_entry, ledger_tile, ledger_bundle, ledger_head, ledger_checkpoint")
    write(1, 55)
    write(99, 1)
    sequencer = Sequencer(signer(ROOT_KEY))
    assert sequencer.integrate_once() == 100
    sequencer.close()
    sql("TRUNCATE ledger_checkpoint")
    Checkpoint.objects.bulk_create(Checkpoint(size=s, root=r, note=n, at=a) for s, r, n, a in kept)
    assert codes() == ["checkpoint.root"]


def test_a_log_cut_off_with_its_checkpoints_contradicts_one_kept_outside() -> None:
    seal(100, 200)
    key = Verifier.parse(read.vkey() or "")
    kept, _ = checkpoint.open_checkpoint(read.checkpoint() or b"", key)
    sql("DELETE FROM ledger_checkpoint WHERE size = 300")
    sql("DELETE FROM ledger_entry WHERE log_index >= 100")
    sql("DELETE FROM ledger_bundle WHERE n > 0")
    sql("DELETE FROM ledger_tile WHERE level > 0 OR n > 0")
    sql("UPDATE ledger_tile SET data = substr(data, 1, 3200)")
    edge = Edge()
    edge.extend([leaf_hash(bytes(one)) for one in Entry.objects.order_by("log_index").values_list("leaf", flat=True)])
    sql("UPDATE ledger_head SET size = 100, root = %s", edge.root())
    assert set(codes()) <= {"bundle.surplus"}  # a bundle is cut by hand less easily
    assert "log.truncated" in {problem.code for problem in verify_log(known=[kept]).problems}


@contextmanager
def without_the_index() -> Iterator[None]:
    """The unique index on log_index away for a while, as somebody with the password can take it."""
    sql("DROP INDEX ledger_entry_place_once")
    try:
        yield
    finally:
        sql("TRUNCATE ledger_entry")
        sql("CREATE UNIQUE INDEX ledger_entry_place_once ON ledger_entry (log_index) WHERE log_index IS NOT NULL")


def test_a_doubled_place_is_found() -> None:
    seal(20)
    with without_the_index():
        sql(
            "INSERT INTO ledger_entry (at, kind, actor, object, related, facts, commitment, leaf, log_index) "
            "SELECT at, kind, actor, object, related, facts, commitment, leaf, log_index FROM ledger_entry "
            "WHERE log_index = 10"
        )
        assert codes() == ["entry.double"]
        sql("UPDATE ledger_entry SET log_index = 11 WHERE log_index = 10")
        assert set(codes()) == {"entry.missing", "entry.double", "entry.changed"}
        sql("UPDATE ledger_entry SET log_index = -1 WHERE log_index = 11")
        assert "entry.double" in codes()


def test_a_head_that_claims_to_be_endless_does_not_bind_the_verifier() -> None:
    seal(10)
    sql("UPDATE ledger_head SET size = 1000000000000000000")
    assert codes()[-2:] == ["more", "given.up"]


def test_thousands_of_problems_are_counted_not_told() -> None:
    seal(600)
    sql("DELETE FROM ledger_entry")
    problems = verify_log().problems
    assert len(problems) == 101
    assert problems[-1].text == "500 further problems are not listed."


def test_a_log_that_grows_meanwhile_is_read_at_one_moment() -> None:
    seal(300)
    sequencer = Sequencer(signer(ROOT_KEY))
    for round_number in range(5):
        write(10, 300 + round_number * 10)
        assert sequencer.integrate_once() == 10
        assert codes() == []
    sequencer.close()


def test_the_auditor_finds_the_served_log_whole() -> None:
    """What the web serves is enough for somebody who has nothing else."""
    seal(100, 500)

    def served(path: str) -> bytes:
        found = read.checkpoint() if path == "checkpoint" else read.tile(path)
        if found is None:
            raise AbsentError(path)
        return found

    report = audit(served, Verifier.parse(read.vkey() or ""))
    assert (report.size, report.problems) == (600, [])
    sql(f"UPDATE ledger_bundle SET {FLIP} WHERE n = 1")
    again = audit(served, Verifier.parse(read.vkey() or ""))
    assert [problem.code for problem in again.problems] == ["bundle.changed"]


def test_the_moment_between_commit_and_signature_is_no_problem() -> None:
    seal(10)
    sequencer = Sequencer(signer(ROOT_KEY))
    assert sequencer.integrate_once() == 0
    write(5, 10)
    sequencer.integrate()
    assert codes() == []
    sequencer.close()
