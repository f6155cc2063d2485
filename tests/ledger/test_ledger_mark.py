"""A database that came back from the past is not continued: the mark beside the root key knows better."""

import json
import stat
from argparse import Namespace
from collections.abc import Iterator
from math import inf
from pathlib import Path

import pytest

from jawort.cli import doctor, verify
from jawort.core.config import Config
from jawort.ledger import mark, queries
from jawort.ledger.checks import Marked, findings
from jawort.ledger.keys import signer
from jawort.ledger.models import Checkpoint, Head
from jawort.ledger.sequence import InconsistentError, Sequencer
from jawort.ledger.tlog.checkpoint import Checkpoint as Said
from jawort.vault.root import load_or_create, write_ingest_key
from tests.ledger.builders import AT, ROOT_KEY, Kept, seal, sql, write

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """An installation with its keys below `tmp_path`."""
    made = Config(data_dir=tmp_path)
    write_ingest_key(made.ingest_key, load_or_create(made.root_key))
    return made


@pytest.fixture
def file(config: Config) -> Path:
    """Where the mark lies."""
    return config.ledger_mark


def a_round(file: Path | None) -> int:
    """One round of a sequencer that starts now."""
    sequencer = Sequencer(signer(ROOT_KEY), file)
    try:
        return sequencer.integrate_once()
    finally:
        sequencer.close()


def refused(file: Path) -> str:
    """Why a sequencer that starts now refuses."""
    with pytest.raises(InconsistentError) as raised:
        a_round(file)
    return str(raised.value)


def sizes() -> list[int]:
    return list(Checkpoint.objects.order_by("size").values_list("size", flat=True))


def codes(file: Path) -> list[str]:
    return [finding.code for finding in Marked.read(file).findings()]


@pytest.fixture
def copy(file: Path) -> Iterator[Kept]:
    """A copy of the database with 100 entries; the log has 300 by now."""
    write(100)
    a_round(file)
    kept = Kept()
    write(200, 100)
    a_round(file)
    yield kept
    kept.forget()


def test_the_mark_follows_what_is_signed(file: Path) -> None:
    assert codes(file) == []
    start = 0
    for count in (0, 3, 300):
        write(count, start)
        start += count
        a_round(file)
        head = Head.objects.get()
        assert mark.read(file) == Said(signer(ROOT_KEY).verifier.name, start, bytes(head.root))
        assert codes(file) == []
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert {entry.name for entry in file.parent.iterdir()} == {"root.key", "ingest.key", "ledger.mark"}


def test_where_there_is_none_it_is_made_at_the_start(file: Path) -> None:
    seal(10)
    assert a_round(file) == 0
    kept = mark.read(file)
    assert kept is not None
    assert kept.size == 10


def test_a_draft_that_a_crash_left_is_in_nobodys_way(file: Path) -> None:
    file.with_name("ledger.mark.new").write_bytes(b"half")
    a_round(file)
    assert codes(file) == []


def test_an_older_copy_is_not_continued(file: Path, copy: Kept) -> None:
    before = file.read_bytes()
    copy.restore()
    write(50, 100)
    assert "has 100 entries, and was signed with 300" in refused(file)
    assert (sizes(), queries.size(), file.read_bytes()) == ([0, 100], 100, before)


def test_while_it_is_refused_nothing_may_leave_and_every_doctor_knows(file: Path, copy: Kept) -> None:
    assert queries.lateness(AT) == 0.0
    copy.restore()
    refused(file)
    assert (queries.lateness(AT), queries.lag(AT)) == (inf, 0.0)
    assert "ledger.refused" in {finding.code for finding in findings()}


def test_with_the_newest_copy_back_it_goes_on(file: Path, copy: Kept) -> None:
    newest = {table: f"newest_{table}" for table in Kept.TABLES}
    for table, name in newest.items():
        sql(f"CREATE TEMP TABLE {name} AS TABLE ledger_{table}")
    copy.restore()
    refused(file)
    for table, name in newest.items():
        sql(f"TRUNCATE ledger_{table}; INSERT INTO ledger_{table} SELECT * FROM {name}; DROP TABLE {name}")
    sql("UPDATE ledger_head SET refused = true")
    write(5, 300)
    assert a_round(file) == 5
    assert (sizes(), queries.lateness(AT)) == ([0, 100, 300, 305], 0.0)


def test_an_older_copy_that_went_on_elsewhere_is_refused_all_the_same(file: Path, copy: Kept) -> None:
    copy.restore()
    write(250, 1000)
    assert a_round(None) == 250
    assert "first 300 entries of the log are others" in refused(file)
    assert codes(file) == ["ledger.restored"]


def test_the_same_size_with_another_root_is_refused(file: Path, copy: Kept) -> None:
    """What was signed twice for one size: the worst that a restored copy can do."""
    copy.restore()
    write(200, 1000)
    assert a_round(None) == 200
    assert "first 300 entries of the log are others" in refused(file)


def test_the_log_of_another_database_is_refused(file: Path, copy: Kept) -> None:
    sql("TRUNCATE ledger_entry, ledger_tile, ledger_bundle, ledger_head, ledger_checkpoint, ledger_secret")
    assert codes(file) == ["ledger.foreign"]
    assert "the mark of the log" in refused(file)
    assert sizes() == []


def test_the_older_mark_of_another_machine_holds(file: Path) -> None:
    write(100)
    a_round(file)
    before = file.read_bytes()
    write(200, 100)
    a_round(file)
    file.write_bytes(before)
    assert codes(file) == []
    write(7, 300)
    assert a_round(file) == 7


@pytest.mark.parametrize("text", [b"", b"nonsense", b"log\n007\nAAAA\n", b"\xff", b"x" * 5_000])
def test_a_file_that_is_no_mark_is_refused_and_stays(file: Path, text: bytes) -> None:
    seal(3)
    file.write_bytes(text)
    assert "does not hold a mark" in refused(file)
    assert (codes(file), file.read_bytes()) == (["ledger.mark"], text)


def test_what_cannot_be_marked_is_not_signed(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    nowhere = file.parent / "gone" / "ledger.mark"
    write(3)
    sequencer = Sequencer(signer(ROOT_KEY), nowhere)
    assert sequencer.attempt() > 0
    sequencer.close()
    assert sizes() == []
    assert "its mark cannot be written" in caplog.text


def test_doctor_and_verify_say_so(config: Config, copy: Kept, capsys: pytest.CaptureFixture[str]) -> None:
    asked = Namespace(json=True, state=None, vkey=None)
    copy.restore()
    assert verify.run(asked, config) == 1
    assert "ledger.restored" in {one["code"] for one in json.loads(capsys.readouterr().out)["problems"]}
    assert doctor.run(asked, config) == 1
    told = {one["code"]: one["text"] for one in json.loads(capsys.readouterr().out)["findings"]}
    assert "docs/operating.md" in told["ledger.restored"]
